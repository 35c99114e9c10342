"""What is sent about a client and their file."""

from crm.lib.marks import mark_of
from tests.visibility.bodies.sends import TUESDAY, sends

_DATE = {"kind": "other", "whose": "client", "calendar": "solar", "month": 3, "day": 8}
_EVENT = {"kind": "home", "whose": "client", "happens_on": TUESDAY}
_RELATIVE = {"relation": "parent", "purpose": "Care at home"}
_OUTSIDE = {"what": "Bonds", "told_on": "2026-11-20", "purpose": "Review"}
_CONSENT = {"purpose": "marketing", "given_on": "2026-11-20", "evidence": "Form 12"}
_DATA_REQUEST = {
    "kind": "erasure",
    "channel": "outlet",
    "identity": "card",
    "received_on": "2026-11-23",
}
_END = {"ended_on": "2026-11-20", "cause": "wish"}
_WHY = {"field": "email", "purpose": "Send the rate sheet"}


def _prospect(asked):
    return {"name": "钱新来", "phone": "13600000001", "outlet": asked.stage.here.unit.pk}


def _edit(asked):
    return {"name": asked.thing.name, "email": "new@mail.example", "version": asked.thing.version}


def _joins(asked):
    """Another client of the same person, who belongs to no household yet."""
    other = asked.stage.thing("closed", asked.post, asked.relation)
    return {"client": other.number, "relation": "spouse"}


def _twin(asked):
    """The other file of the client's person."""
    pair = asked.stage.thing("duplicate", asked.post, asked.relation)
    return {"merged": pair.second_id}


BODIES = {
    ("client-edit", "POST"): _edit,
    ("client-protection", "POST"): sends(restricted="on"),
    ("client-closing", "POST"): sends(**_END),
    ("api-client-close", "POST"): sends(**_END),
    ("api-client-protect", "POST"): sends(restricted=True),
    ("client-reveal", "GET"): sends(field="email"),
    ("client-reveal", "POST"): sends(**_WHY),
    ("api-client-reveal", "POST"): sends(**_WHY),
    ("client-new", "POST"): _prospect,
    ("client-tags", "POST"): sends(name="Golf"),
    ("client-bulk", "POST"): lambda asked: {
        "act": "tag",
        "go": 1,
        "name": "Golf",
        "clients": [asked.pk],
    },
    ("privacy-request-new", "POST"): sends(**_DATA_REQUEST),
    ("privacy-request-answer", "POST"): sends(answer="It was done today"),
    ("privacy-request-refuse", "POST"): sends(reason="The mandate is not signed"),
    ("api-privacy-request-list", "POST"): lambda asked: {"client": asked.pk, **_DATA_REQUEST},
    ("api-privacy-request-answer", "POST"): sends(answer="It was done today"),
    ("api-privacy-request-refuse", "POST"): sends(reason="The mandate is not signed"),
    ("duplicate", "POST"): lambda asked: {"keep": asked.thing.first_id},
    ("api-client-merge", "POST"): _twin,
    ("client-preferences", "POST"): sends(first="wecom", seen=0),
    ("client-member-new", "POST"): _joins,
    ("client-member", "POST"): sends(seen=1, relation="parent"),
    ("client-date-new", "POST"): sends(**_DATE),
    ("client-date", "POST"): sends(seen=1, **_DATE),
    ("client-event-new", "POST"): sends(**_EVENT),
    ("client-event", "POST"): sends(seen=1, **_EVENT),
    ("client-relative-new", "POST"): sends(**_RELATIVE),
    ("client-relative", "POST"): sends(seen=1, **_RELATIVE),
    ("client-outside-new", "POST"): sends(**_OUTSIDE),
    ("client-outside", "POST"): sends(seen=1, **_OUTSIDE),
    ("client-consent-new", "POST"): sends(**_CONSENT),
    ("client-consent", "POST"): sends(seen=1, withdrawn_on="2026-11-20"),
    ("search", "GET"): lambda asked: {"mark": mark_of(asked.person, "zhao")},
    ("search", "POST"): sends(q="zhao"),
    ("search-live", "POST"): sends(q="zhao"),
    ("client-list", "POST"): sends(search="zhao", state="owned"),
    ("api-client-list", "POST"): sends(name="钱新来", phone="13600000001"),
    ("api-client-lookup", "GET"): sends(q="zhao"),
    ("api-client-detail", "PATCH"): sends(email="new@mail.example"),
    ("api-balance-list", "POST"): lambda asked: {
        "items": [{"number": asked.thing.number, "day": "2026-11-22", "closing": "1.00"}]
    },
}
