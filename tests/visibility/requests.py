"""What each request of the matrix sends: right in every respect but, perhaps, the right to it."""

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile

from api.concurrency import etag
from clients.appointments.feed_views import token
from clients.lobby.queries import pick
from crm.lib.marks import mark_of
from managers.people.models import Post
from tests.factories.access import RECOVERY_CODE
from tests.factories.competition import set_up_form
from tests.factories.people import PASSWORD
from tests.visibility.stage import IMPORT_FILE, IMPORT_TABLES, MAIL, NOBODY
from tests.visibility.table import addresses

_NEW_PASSWORD = "a staple of batteries"
_VARIABLES = {
    "api-nothing": "no-such-thing",
    "mailbox-letter": MAIL,
    "mailbox-body": MAIL,
}
_TUESDAY = "2026-11-24"
_DATE = {"kind": "other", "whose": "client", "calendar": "solar", "month": 3, "day": 8}
_EVENT = {"kind": "home", "whose": "client", "happens_on": _TUESDAY}
_RELATIVE = {"relation": "parent", "purpose": "Care at home"}
_OUTSIDE = {"what": "Bonds", "told_on": "2026-11-20", "purpose": "Review"}
_CONSENT = {"purpose": "marketing", "given_on": "2026-11-20", "evidence": "Form 12"}
_DATA_REQUEST = {
    "kind": "erasure",
    "channel": "outlet",
    "identity": "card",
    "received_on": "2026-11-23",
}
_WHY = {"field": "email", "purpose": "Send the rate sheet"}
_WHEN = {"day": _TUESDAY, "start": "10:00", "minutes": 60, "where": "desk"}
_GAP = {"item": "risk", "reason": "Will be assessed at the first visit"}
_DECISION = {"decision": "mend", "note": "The number is missing indeed"}
_SPOKEN = {"outcome": "reached", "notes": "Compared the renewal rates.", "version": 1}


@dataclass
class Request:
    """One cell of the matrix about to be asked: who asks for which object, and how.

    `method` and `pk` replace those of the row: a method that the address has not, and the id of
    another object or of none.
    """

    stage: object
    row: object
    post: str
    relation: str
    method: str = ""
    pk: int = 0

    def __post_init__(self):
        self.method = self.method or self.row.method
        if self.row.kind != "-":
            self.thing = self.stage.thing(self.row.kind, self.post, self.relation)
            self.pk = self.pk or self.thing.pk

    @property
    def person(self):
        """Who asks; for nobody the person whose things are asked for."""
        return self.stage.people[Post.WEALTH_RM if self.post == NOBODY else self.post]

    @property
    def receiver(self) -> int:
        """A wealth RM who could take the object's client."""
        return self.stage.outlet_of(self.relation).spare.pk

    @property
    def address(self) -> str:
        """Where it is sent."""
        address = addresses()[self.row.name]
        return address.replace("{}", str(_VARIABLES.get(self.row.name) or self.pk))


def _credentials(asked):
    return {"login": asked.person.employee_no, "password": PASSWORD}


def _token(asked):
    number = asked.person.employee_no
    return {"employee_no": number, "password": PASSWORD, "otp": RECOVERY_CODE}


def _new_password(asked):
    return {"oldpassword": PASSWORD, "password1": _NEW_PASSWORD, "password2": _NEW_PASSWORD}


def _prospect(asked):
    return {"name": "钱新来", "phone": "13600000001", "outlet": asked.stage.here.unit.pk}


def _picks(asked):
    return {"clients": [asked.pk], f"to-{asked.pk}": asked.receiver}


def _referral(asked, **more):
    return {"target": asked.receiver, "cues": ["wealth_enquiry"], **more}


def _edit(asked):
    return {"name": asked.thing.name, "email": "new@mail.example", "version": asked.thing.version}


def _file(asked):
    return {"needs": "A house in 2028", "to": asked.thing.to_staff_id, "version": 1}


def _shown(asked):
    disclosure = asked.thing.product.disclosures.get().pk
    return {"version": 1, "shown": disclosure, "disclosure": disclosure}


def _offer(asked):
    return {"product": asked.stage.thing("product", asked.post, "same").pk, "amount": "20000.00"}


def _benefit(asked):
    return {"grant": asked.thing.grants.get().pk, "day": _TUESDAY}


def _check(asked):
    return {"client": asked.pk, "product": _offer(asked)["product"]}


def _joins(asked):
    """Another client of the same person, who belongs to no household yet."""
    other = asked.stage.thing("closed", asked.post, asked.relation)
    return {"client": other.number, "relation": "spouse"}


def _sends(**data):
    return lambda asked: data


_ANSWERS = {
    "level": 3,
    "answered_on": "2026-11-23",
    "place": "terminal",
    "paper": "RA-2026-7",
    "own_answers": True,
}
_YES = {"version": 1, "client_agrees": True, "recording": "AV-2026-7"}
_REVIEW = {"held_on": "2026-11-23", "goals": "A house in 2028", "target_deposit": 100}


def _upload():
    """A file of clients, as a form sends it."""
    return {"kind": "clients", "files": SimpleUploadedFile("clients.csv", IMPORT_FILE)}


def _export(asked):
    """The clients of the outlet; for an auditor a day of the bank's audit."""
    unit = {"unit": asked.person.current_unit.pk, "reason": "For the quarterly review"}
    if asked.post == Post.AUDITOR:
        days = {"first": "2026-11-23", "last": "2026-11-23"}
        return {"kind": "audit", "format": "csv", **unit, **days}
    return {"kind": "clients", "format": "csv", **unit}


def _twin(asked):
    """The other file of the client's person."""
    pair = asked.stage.thing("duplicate", asked.post, asked.relation)
    return {"merged": pair.second_id}


def _result(asked):
    known = {"source_key": "K1", "staff": asked.stage.people[Post.WEALTH_RM].pk, "amount": "1.00"}
    return {"items": [{"metric": "new_vip", "day": "2026-11-20", **known}]}


_APPEAL = {"metric": "csat", "reason": "An answer is missing", "evidence": "Survey 7"}


def _plan(asked):
    """For whoever has the client: a client's file names its owner."""
    owner = asked.thing.owner_id
    return {"from_staff": owner, "cause": "transfer", "effective_on": _TUESDAY}


def _next_step(asked):
    steps = {"draft": "submit", "waiting": "approve", "approved": "execute", "done": "undo"}
    return {"act": steps[asked.thing.state]}


# What is not named here sends nothing.
BODIES = {
    ("today-call", "POST"): _sends(**_SPOKEN),
    ("client-note", "POST"): _sends(channel="call", **_SPOKEN),
    ("client-edit", "POST"): _edit,
    ("client-protection", "POST"): _sends(restricted="on"),
    ("api-client-protect", "POST"): _sends(restricted=True),
    ("audit-values", "POST"): _sends(purpose="Look into a complaint"),
    ("client-reveal", "GET"): _sends(field="email"),
    ("client-reveal", "POST"): _sends(**_WHY),
    ("api-client-reveal", "POST"): _sends(**_WHY),
    ("client-new", "POST"): _prospect,
    ("client-tags", "POST"): _sends(name="Golf"),
    ("client-bulk", "POST"): lambda asked: {
        "act": "tag",
        "go": 1,
        "name": "Golf",
        "clients": [asked.pk],
    },
    ("view-new", "POST"): _sends(name="Top", asked="tier=private"),
    ("privacy-request-new", "POST"): _sends(**_DATA_REQUEST),
    ("privacy-request-answer", "POST"): _sends(answer="It was done today"),
    ("privacy-request-refuse", "POST"): _sends(reason="The mandate is not signed"),
    ("api-privacy-request-list", "POST"): lambda asked: {"client": asked.pk, **_DATA_REQUEST},
    ("api-privacy-request-answer", "POST"): _sends(answer="It was done today"),
    ("api-privacy-request-refuse", "POST"): _sends(reason="The mandate is not signed"),
    ("export-new", "POST"): _export,
    ("api-export-list", "POST"): _export,
    ("duplicate", "POST"): lambda asked: {"keep": asked.thing.first_id},
    ("api-client-merge", "POST"): _twin,
    ("client-preferences", "POST"): _sends(first="wecom", seen=0),
    ("client-member-new", "POST"): _joins,
    ("client-member", "POST"): _sends(seen=1, relation="parent"),
    ("client-date-new", "POST"): _sends(**_DATE),
    ("client-date", "POST"): _sends(seen=1, **_DATE),
    ("client-event-new", "POST"): _sends(**_EVENT),
    ("client-event", "POST"): _sends(seen=1, **_EVENT),
    ("client-relative-new", "POST"): _sends(**_RELATIVE),
    ("client-relative", "POST"): _sends(seen=1, **_RELATIVE),
    ("client-outside-new", "POST"): _sends(**_OUTSIDE),
    ("client-outside", "POST"): _sends(seen=1, **_OUTSIDE),
    ("client-consent-new", "POST"): _sends(**_CONSENT),
    ("client-consent", "POST"): _sends(seen=1, withdrawn_on="2026-11-20"),
    ("assign", "GET"): _picks,
    ("assign", "POST"): _picks,
    ("assign-effect", "POST"): _picks,
    ("plan-new", "POST"): _plan,
    ("plan-act", "POST"): _next_step,
    ("plan-moves", "POST"): lambda asked: {
        "moves": [asked.thing.moves.get().pk],
        "to": asked.receiver,
    },
    ("plan-shares", "POST"): lambda asked: {"only": [asked.receiver]},
    ("api-reassignment-plan-list", "POST"): _plan,
    ("api-reassignment-plan-choose", "POST"): lambda asked: {
        "clients": [asked.thing.moves.get().client_id],
        "to": asked.receiver,
    },
    ("api-reassignment-plan-rebalance", "POST"): lambda asked: {"only": [asked.receiver]},
    ("follow-up", "POST"): _sends(**_SPOKEN),
    ("follow-up-new", "POST"): _sends(channel="call", due_on=_TUESDAY),
    ("follow-up-snooze", "POST"): _sends(to=_TUESDAY, version=1),
    ("follow-up-cancel", "POST"): _sends(reason="The client moved away", version=1),
    ("follow-up-reassign", "POST"): lambda asked: {"colleague": asked.receiver, "version": 1},
    ("referral-new", "POST"): partial(_referral, on_site="yes"),
    ("referral-decline", "POST"): _sends(reason="Only passing through"),
    ("referral-place", "POST"): lambda asked: {"to": asked.receiver},
    ("handover-new", "POST"): lambda asked: {"client": asked.pk, "to": asked.receiver},
    ("handover", "POST"): _file,
    ("handover-return", "POST"): _sends(reason="incomplete"),
    ("handover-introduce", "POST"): _sends(met="on"),
    ("handover-ask-waiver", "POST"): _sends(**_GAP),
    ("handover-waive", "POST"): _sends(**_GAP, answer="grant"),
    ("handover-decide", "POST"): _sends(**_DECISION),
    ("client-offer", "GET"): _offer,
    ("client-offer", "POST"): _offer,
    ("client-risk", "POST"): _sends(**_ANSWERS),
    ("client-review", "POST"): _sends(**_REVIEW),
    ("client-benefits", "POST"): _benefit,
    ("sale-disclose", "POST"): _shown,
    ("sale-confirm", "POST"): _sends(**_YES),
    ("sale-cancel", "POST"): _sends(reason="Wants to wait", version=1),
    ("search", "GET"): lambda asked: {"mark": mark_of(asked.person, "zhao")},
    ("search", "POST"): _sends(q="zhao"),
    ("search-live", "POST"): _sends(q="zhao"),
    ("client-list", "POST"): _sends(search="zhao", state="owned"),
    ("set-preferences", "POST"): _sends(theme="dark"),
    ("set_language", "POST"): _sends(language="zh-hans"),
    ("account_login", "POST"): _credentials,
    ("account_change_password", "POST"): _new_password,
    ("account_reauthenticate", "POST"): _sends(password=PASSWORD),
    ("passkey-new", "POST"): _sends(name="Phone"),
    ("token-new", "POST"): _sends(name="Reports", clients="read", days=7),
    ("api-token", "POST"): _token,
    ("api-calendar-days", "GET"): _sends(year=2026),
    ("api-client-list", "POST"): _sends(name="钱新来", phone="13600000001"),
    ("api-client-lookup", "GET"): _sends(q="zhao"),
    ("api-client-detail", "PATCH"): _sends(email="new@mail.example"),
    ("api-client-assign", "POST"): lambda asked: {
        "to": asked.receiver,
        "was": asked.thing.owner_id,
    },
    ("api-client-bulk-assign", "POST"): lambda asked: {
        "items": [{"client": asked.pk, "to": asked.receiver}]
    },
    ("api-balance-list", "POST"): lambda asked: {
        "items": [{"number": asked.thing.number, "day": "2026-11-22", "closing": "1.00"}]
    },
    ("api-follow-up-list", "POST"): lambda asked: {
        "client": asked.pk,
        "channel": "call",
        "due_on": _TUESDAY,
    },
    ("api-follow-up-complete", "POST"): _sends(outcome="reached", notes="Compared the rates."),
    ("api-follow-up-snooze", "POST"): _sends(to=_TUESDAY),
    ("api-follow-up-cancel", "POST"): _sends(reason="The client moved away"),
    ("api-follow-up-reassign", "POST"): lambda asked: {"to": asked.receiver},
    ("api-contact-list", "POST"): lambda asked: {
        "client": asked.pk,
        "channel": "call",
        "outcome": "reached",
        "notes": "Compared the renewal rates.",
        "next_step": "Send the rate sheet",
    },
    ("calendar-feed", "GET"): lambda asked: {"token": token(asked.person.calendar_feed)},
    ("appointment-new", "POST"): _sends(kind="advice", **_WHEN),
    ("appointment-tick", "POST"): _sends(step="received"),
    ("appointment-hold", "POST"): _sends(notes="Compared the renewal rates.", version=1),
    ("appointment-move", "POST"): _sends(version=1, **_WHEN),
    ("appointment-cancel", "POST"): _sends(reason="The client is travelling", version=1),
    ("market", "POST"): _sends(text="A new branch of a competitor opens in May"),
    ("market-report", "POST"): _sends(text="Quiet month", version=1),
    ("lead-list-new", "POST"): lambda asked: {
        "to": asked.stage.here.marketing.pk,
        "name": "Spring fair",
        "quota": 20,
        "due_on": "2026-12-20",
    },
    ("prospect", "POST"): _sends(met_on="2026-11-20", needs="A house in 2028"),
    ("handover-meet", "POST"): _sends(**_WHEN),
    ("api-handover-plan", "POST"): _sends(
        starts_at="2026-11-24T10:00:00+08:00", ends_at="2026-11-24T11:00:00+08:00"
    ),
    ("api-appointment-list", "POST"): lambda asked: {
        "client": asked.pk,
        "kind": "advice",
        "starts_at": "2026-11-24T10:00:00+08:00",
        "ends_at": "2026-11-24T11:00:00+08:00",
    },
    ("api-appointment-move", "POST"): _sends(
        starts_at="2026-11-24T10:00:00+08:00", ends_at="2026-11-24T11:00:00+08:00"
    ),
    ("api-appointment-cancel", "POST"): _sends(reason="The client is travelling"),
    ("api-appointment-tick", "POST"): _sends(step="received"),
    ("api-appointment-hold", "POST"): _sends(notes="Compared the renewal rates."),
    ("api-risk-assessment-list", "POST"): lambda asked: {"client": asked.pk, **_ANSWERS},
    ("api-suitability-check-list", "POST"): _check,
    ("api-sale-record-list", "POST"): lambda asked: {
        "suitability_check": asked.pk,
        "amount": "20000.00",
    },
    ("api-sale-record-disclose", "POST"): _shown,
    ("api-sale-record-confirm", "POST"): _sends(**_YES),
    ("api-sale-record-cancel", "POST"): _sends(reason="Wants to wait"),
    ("import-new", "POST"): lambda asked: _upload(),
    ("import-map", "POST"): _sends(**{"col-key": "number", "col-outlet": "outlet", "seen": 1}),
    ("import-start", "POST"): _sends(seen=1),
    ("mapping-rename", "POST"): _sends(name="Another"),
    ("api-import-list", "POST"): lambda asked: _upload(),
    ("api-import-map", "POST"): _sends(mapping=IMPORT_TABLES),
    ("api-audit-event-values", "POST"): _sends(purpose="Look into a complaint"),
    ("competition-new", "POST"): lambda asked: set_up_form(),
    ("competition-edit", "POST"): lambda asked: set_up_form(version=asked.thing.version),
    ("competition-step", "POST"): _sends(state="frozen"),
    ("appeal-new", "POST"): _sends(**_APPEAL),
    ("appeal-decide", "POST"): _sends(uphold="no", answer="It was counted."),
    ("api-competition-entries", "POST"): _result,
    ("api-competition-cancel", "POST"): _sends(reason="A target was wrong"),
    ("api-competition-appeals", "POST"): _sends(**_APPEAL),
    ("api-competition-decide", "POST"): _sends(uphold=False, answer="It was counted."),
    ("api-benefit-grant-use", "POST"): _sends(day=_TUESDAY),
    ("api-referral-list", "POST"): lambda asked: _referral(asked, client=asked.pk),
    ("api-referral-decline", "POST"): _sends(reason="Only passing through"),
    ("api-referral-place", "POST"): lambda asked: {"to": asked.receiver},
    ("api-handover-list", "POST"): lambda asked: {"client": asked.pk, "to_staff": asked.receiver},
    ("api-handover-detail", "PATCH"): _sends(needs="A house in 2028"),
    ("api-handover-return", "POST"): _sends(reason="incomplete"),
    ("api-handover-ask-waiver", "POST"): _sends(**_GAP),
    ("api-handover-waive", "POST"): _sends(**_GAP, grant=True),
    ("api-handover-decide", "POST"): _sends(**_DECISION),
}


def send(asked: Request):
    """Send the request in the person's browser: a page's form, or JSON."""
    row, browser = asked.row, asked.stage.browser(asked.post)
    call = getattr(browser, asked.method.lower())
    body = BODIES.get((row.name, row.method), _sends())(asked)
    if row.name in ("referral-new", "privacy-request-new"):
        # The page of the look-up has marked the client for the person.
        mark = pick(asked.person, asked.pk)
        return call(f"{asked.address}?{urlencode({'client': mark})}", body)
    if asked.method == "GET" or not row.is_api or row.name == "api-import-list":
        return call(asked.address, body)
    headers = {"If-Match": etag(asked.thing)} if row.method == "PATCH" else {}
    return call(asked.address, body, content_type="application/json", headers=headers)
