"""What people send about themselves: the door, views, audit, files in and out, competitions."""

from django.core.files.uploadedfile import SimpleUploadedFile

from managers.competition.wall_views import token
from managers.people.models import Post
from tests.factories.access import RECOVERY_CODE
from tests.factories.competition import set_up_form
from tests.factories.people import PASSWORD
from tests.visibility.bodies.sends import sends
from tests.visibility.stage import IMPORT_FILE, IMPORT_TABLES

_NEW_PASSWORD = "a staple of batteries"
_APPEAL = {"metric": "csat", "reason": "An answer is missing", "evidence": "Survey 7"}


def _credentials(asked):
    return {"login": asked.person.employee_no, "password": PASSWORD}


def _token(asked):
    number = asked.person.employee_no
    return {"employee_no": number, "password": PASSWORD, "otp": RECOVERY_CODE}


def _new_password(asked):
    return {"oldpassword": PASSWORD, "password1": _NEW_PASSWORD, "password2": _NEW_PASSWORD}


def _upload():
    """A file of clients, as a form sends it."""
    return {"kind": "clients", "files": SimpleUploadedFile("clients.csv", IMPORT_FILE)}


def _export(asked):
    """The clients of the outlet; for who keeps it a day of the bank's audit."""
    unit = {"unit": asked.person.current_unit.pk, "reason": "For the quarterly review"}
    if asked.post in (Post.AUDITOR, Post.CP_OFFICER):
        days = {"first": "2026-11-23", "last": "2026-11-23"}
        return {"kind": "audit", "format": "csv", **unit, **days}
    return {"kind": "clients", "format": "csv", **unit}


def _result(asked):
    known = {"source_key": "K1", "staff": asked.stage.people[Post.WEALTH_RM].pk, "amount": "1.00"}
    return {"items": [{"metric": "new_vip", "day": "2026-11-20", **known}]}


def _violation(asked):
    person = asked.stage.people[Post.MARKETING_RM].pk
    told = {"opinion": "Signed for a client, file 17"}
    place = {"to_grade": "senior", "to_step": 2, "staff": person}
    return {**told, **(place if asked.row.is_api else {"person": person, "place": "senior.2"})}


def _place(**more):
    def typed(asked):
        api = {"to_grade": "senior", "to_step": 4}
        return {**more, **(api if asked.row.is_api else {"place": "senior.4"})}

    return typed


_DECISION = _place(effective_on="2026-12-10")
_ANSWER = _place(answer="It was counted twice")

BODIES = {
    ("audit-values", "POST"): sends(purpose="Look into a complaint"),
    ("view-new", "POST"): sends(name="Top", asked="tier=private"),
    ("export-new", "POST"): _export,
    ("api-export-list", "POST"): _export,
    ("set-preferences", "POST"): sends(theme="dark"),
    ("set_language", "POST"): sends(language="zh-hans"),
    ("account_login", "POST"): _credentials,
    ("account_change_password", "POST"): _new_password,
    ("account_reauthenticate", "POST"): sends(password=PASSWORD),
    ("passkey-new", "POST"): sends(name="Phone"),
    ("token-new", "POST"): sends(name="Reports", clients="read", days=7),
    ("api-token", "POST"): _token,
    ("api-calendar-days", "GET"): sends(year=2026),
    ("import-new", "POST"): lambda asked: _upload(),
    ("import-map", "POST"): sends(**{"col-key": "number", "col-outlet": "outlet", "seen": 1}),
    ("import-start", "POST"): sends(seen=1),
    ("mapping-rename", "POST"): sends(name="Another"),
    ("api-import-list", "POST"): lambda asked: _upload(),
    ("api-import-map", "POST"): sends(mapping=IMPORT_TABLES),
    ("api-audit-event-values", "POST"): sends(purpose="Look into a complaint"),
    ("competition-new", "POST"): lambda asked: set_up_form(),
    ("competition-edit", "POST"): lambda asked: set_up_form(version=asked.thing.version),
    ("screens", "POST"): sends(division="wealth_rm.middle", language="en"),
    ("screen", "GET"): lambda asked: {"token": token(asked.thing)},
    ("competition-step", "POST"): sends(state="frozen"),
    ("appeal-new", "POST"): sends(**_APPEAL),
    ("appeal-decide", "POST"): sends(uphold="no", answer="It was counted."),
    ("assessment-propose", "POST"): _place(),
    ("assessment-decide", "POST"): _DECISION,
    ("assessment-appeal", "POST"): sends(appeal="Two sales are missing"),
    ("assessment-answer", "POST"): _ANSWER,
    ("place-take-back", "POST"): _violation,
    ("cycle-list", "POST"): sends(kind="year", first="2024-01-01"),
    ("api-cycle-list", "POST"): sends(kind="year", first="2024-01-01"),
    ("api-assessment-list", "POST"): _violation,
    ("api-assessment-propose", "POST"): _place(),
    ("api-assessment-decide", "POST"): _DECISION,
    ("api-assessment-appeal", "POST"): sends(appeal="Two sales are missing"),
    ("api-assessment-answer", "POST"): _ANSWER,
    ("api-competition-entries", "POST"): _result,
    ("api-competition-cancel", "POST"): sends(reason="A target was wrong"),
    ("api-competition-appeals", "POST"): sends(**_APPEAL),
    ("api-competition-decide", "POST"): sends(uphold=False, answer="It was counted."),
}
