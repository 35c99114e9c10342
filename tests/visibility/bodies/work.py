"""What is sent about work with clients: calls, visits, referrals, handovers, plans, sales."""

from functools import partial

from clients.appointments.feed_views import token
from managers.outbox import stopping
from tests.visibility.bodies.sends import TUESDAY, sends

_WHEN = {"day": TUESDAY, "start": "10:00", "minutes": 60, "where": "desk"}
_GAP = {"item": "risk", "reason": "Will be assessed at the first visit"}
_DECISION = {"decision": "mend", "note": "The number is missing indeed"}
_SPOKEN = {"outcome": "reached", "notes": "Compared the renewal rates.", "version": 1}
_ANSWERS = {
    "level": 3,
    "answered_on": "2026-11-23",
    "place": "terminal",
    "paper": "RA-2026-7",
    "own_answers": True,
}
_YES = {"version": 1, "client_agrees": True, "recording": "AV-2026-7"}
_REVIEW = {"held_on": "2026-11-23", "goals": "A house in 2028", "target_deposit": 100}


def _picks(asked):
    return {"clients": [asked.pk], f"to-{asked.pk}": asked.receiver}


def _referral(asked, **more):
    return {"target": asked.receiver, "cues": ["wealth_enquiry"], **more}


def _file(asked):
    return {"needs": "A house in 2028", "to": asked.thing.to_staff_id, "version": 1}


def _shown(asked):
    disclosure = asked.thing.product.disclosures.get().pk
    return {"version": 1, "shown": disclosure, "disclosure": disclosure}


def _offer(asked):
    return {"product": asked.stage.thing("product", asked.post, "same").pk, "amount": "20000.00"}


def _benefit(asked):
    return {"grant": asked.thing.grants.get().pk, "day": TUESDAY}


def _check(asked):
    return {"client": asked.pk, "product": _offer(asked)["product"]}


def _plan(asked):
    """For whoever has the client: a client's file names its owner."""
    owner = asked.thing.owner_id
    return {"from_staff": owner, "cause": "transfer", "effective_on": TUESDAY}


def _leads(asked):
    asks = {"name": "Spring fair", "quota": 20, "due_on": "2026-12-20"}
    return {"to": asked.stage.here.marketing.pk, **asks}


def _next_step(asked):
    steps = {"draft": "submit", "waiting": "approve", "approved": "execute", "done": "undo"}
    return {"act": steps[asked.thing.state]}


BODIES = {
    ("today-call", "POST"): sends(**_SPOKEN),
    ("client-note", "POST"): sends(channel="call", **_SPOKEN),
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
    ("work-logs", "POST"): sends(note="A quiet day", version=0),
    ("api-work-log-list", "POST"): sends(day="2026-11-23", note="A quiet day"),
    ("request-new", "POST"): sends(asked="The rate for three years", due_on=TUESDAY),
    ("request", "POST"): sends(answer="2.1 percent", told="call", result="done", version=1),
    ("request-reassign", "POST"): lambda asked: {"colleague": asked.receiver, "version": 1},
    ("api-client-request-list", "POST"): lambda asked: {
        "client": asked.pk,
        "asked": "The rate for three years",
        "due_on": TUESDAY,
    },
    ("api-client-request-answer", "POST"): sends(answer="2.1 percent"),
    ("api-client-request-close", "POST"): sends(answer="2.1", told="call", result="done"),
    ("api-client-request-reassign", "POST"): lambda asked: {"to": asked.receiver},
    ("follow-up", "POST"): sends(**_SPOKEN),
    ("follow-up-new", "POST"): sends(channel="call", due_on=TUESDAY),
    ("programmes", "POST"): sends(code="onboarding"),
    ("programme-move", "POST"): sends(number=2, to="2026-12-10", with_later="on"),
    ("api-programme-list", "POST"): lambda asked: {"client": asked.pk, "code": "onboarding"},
    ("api-programme-move", "POST"): sends(number=2, to="2026-12-10"),
    ("series-rule", "POST"): sends(every="month", begins_on="2026-12-10"),
    ("api-series-change-day", "POST"): sends(day="2026-12-24", to="2026-12-23"),
    ("api-series-change-rule", "POST"): sends(every="month", begins_on="2026-12-10"),
    ("series", "POST"): sends(day="2026-12-24", to="2026-12-23"),
    ("follow-up-snooze", "POST"): sends(to=TUESDAY, version=1),
    ("follow-up-cancel", "POST"): sends(reason="The client moved away", version=1),
    ("follow-up-reassign", "POST"): lambda asked: {"colleague": asked.receiver, "version": 1},
    ("referral-new", "POST"): partial(_referral, on_site="yes"),
    ("referral-decline", "POST"): sends(reason="Only passing through"),
    ("referral-place", "POST"): lambda asked: {"to": asked.receiver},
    ("handover-new", "POST"): lambda asked: {"client": asked.pk, "to": asked.receiver},
    ("handover", "POST"): _file,
    ("handover-return", "POST"): sends(reason="incomplete"),
    ("handover-introduce", "POST"): sends(met="on"),
    ("handover-ask-waiver", "POST"): sends(**_GAP),
    ("handover-waive", "POST"): sends(**_GAP, answer="grant"),
    ("handover-decide", "POST"): sends(**_DECISION),
    ("client-offer", "GET"): _offer,
    ("client-offer", "POST"): _offer,
    ("client-risk", "POST"): sends(**_ANSWERS),
    ("client-review", "POST"): sends(**_REVIEW),
    ("client-benefits", "POST"): _benefit,
    ("sale-disclose", "POST"): _shown,
    ("sale-confirm", "POST"): sends(**_YES),
    ("sale-cancel", "POST"): sends(reason="Wants to wait", version=1),
    ("api-client-assign", "POST"): lambda asked: {
        "to": asked.receiver,
        "was": asked.thing.owner_id,
    },
    ("api-client-bulk-assign", "POST"): lambda asked: {
        "items": [{"client": asked.pk, "to": asked.receiver}]
    },
    ("api-follow-up-list", "POST"): lambda asked: {
        "client": asked.pk,
        "channel": "call",
        "due_on": TUESDAY,
    },
    ("api-follow-up-complete", "POST"): sends(outcome="reached", notes="Compared the rates."),
    ("api-follow-up-snooze", "POST"): sends(to=TUESDAY),
    ("api-follow-up-cancel", "POST"): sends(reason="The client moved away"),
    ("api-follow-up-reassign", "POST"): lambda asked: {"to": asked.receiver},
    ("api-contact-list", "POST"): lambda asked: {
        "client": asked.pk,
        "channel": "call",
        "outcome": "reached",
        "notes": "Compared the renewal rates.",
        "next_step": "Send the rate sheet",
    },
    ("calendar-feed", "GET"): lambda asked: {"token": token(asked.person.calendar_feed)},
    ("mail-choices", "POST"): sends(wanted=["morning-digest"], quiet_from="19:00"),
    ("api-mail-choices", "PATCH"): sends(stopped=["evening-summary"], quiet_from="19:00"),
    ("mail-stop", "GET"): lambda asked: {"token": stopping.token(asked.person, "morning-digest")},
    ("mail-stop", "POST"): lambda asked: {"token": stopping.token(asked.person, "morning-digest")},
    ("appointment-new", "POST"): sends(kind="advice", **_WHEN),
    ("appointment-tick", "POST"): sends(step="received"),
    ("appointment-hold", "POST"): sends(notes="Compared the renewal rates.", version=1),
    ("appointment-move", "POST"): sends(version=1, **_WHEN),
    ("appointment-cancel", "POST"): sends(reason="The client is travelling", version=1),
    ("market", "POST"): sends(text="A new branch of a competitor opens in May"),
    ("market-report", "POST"): sends(text="Quiet month", version=1),
    ("api-market-note-list", "POST"): sends(text="A new branch of a competitor opens in May"),
    ("api-market-report-detail", "PATCH"): sends(text="Quiet month"),
    ("trigger-rule", "POST"): sends(
        offset=-8, channel="call", priority=5, purpose="Compare the rates", valid_from=TUESDAY
    ),
    ("lead-list-new", "POST"): _leads,
    ("api-lead-list-list", "POST"): _leads,
    ("api-prospect-advance", "POST"): sends(stage="lost", reason="Has a bank"),
    ("api-prospect-record-visit", "POST"): sends(met_on="2026-11-20", needs="A house in 2028"),
    ("prospect", "POST"): sends(met_on="2026-11-20", needs="A house in 2028"),
    ("handover-meet", "POST"): sends(**_WHEN),
    ("api-handover-plan", "POST"): sends(
        starts_at="2026-11-24T10:00:00+08:00", ends_at="2026-11-24T11:00:00+08:00"
    ),
    ("api-appointment-list", "POST"): lambda asked: {
        "client": asked.pk,
        "kind": "advice",
        "starts_at": "2026-11-24T10:00:00+08:00",
        "ends_at": "2026-11-24T11:00:00+08:00",
    },
    ("api-visit-list", "POST"): lambda asked: {
        "client": asked.pk,
        "starts_at": "2026-11-24T13:00:00+08:00",
        "ends_at": "2026-11-24T14:00:00+08:00",
        "place": "The lake",
    },
    ("api-visit-record", "POST"): sends(needs="A house in 2028"),
    ("api-visit-order", "POST"): sends(visits=[]),
    ("api-appointment-move", "POST"): sends(
        starts_at="2026-11-24T10:00:00+08:00", ends_at="2026-11-24T11:00:00+08:00"
    ),
    ("api-appointment-cancel", "POST"): sends(reason="The client is travelling"),
    ("api-appointment-tick", "POST"): sends(step="received"),
    ("api-appointment-hold", "POST"): sends(notes="Compared the renewal rates."),
    ("api-risk-assessment-list", "POST"): lambda asked: {"client": asked.pk, **_ANSWERS},
    ("api-suitability-check-list", "POST"): _check,
    ("api-sale-record-list", "POST"): lambda asked: {
        "suitability_check": asked.pk,
        "amount": "20000.00",
    },
    ("api-sale-record-disclose", "POST"): _shown,
    ("api-sale-record-confirm", "POST"): sends(**_YES),
    ("api-sale-record-cancel", "POST"): sends(reason="Wants to wait"),
    ("api-benefit-grant-use", "POST"): sends(day=TUESDAY),
    ("api-referral-list", "POST"): lambda asked: _referral(asked, client=asked.pk),
    ("api-referral-decline", "POST"): sends(reason="Only passing through"),
    ("api-referral-place", "POST"): lambda asked: {"to": asked.receiver},
    ("api-handover-list", "POST"): lambda asked: {"client": asked.pk, "to_staff": asked.receiver},
    ("api-handover-detail", "PATCH"): sends(needs="A house in 2028"),
    ("api-handover-return", "POST"): sends(reason="incomplete"),
    ("api-handover-ask-waiver", "POST"): sends(**_GAP),
    ("api-handover-waive", "POST"): sends(**_GAP, grant=True),
    ("api-handover-decide", "POST"): sends(**_DECISION),
}
