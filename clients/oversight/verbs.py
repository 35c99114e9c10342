"""What an audit event says, in words: its verb is a thing and an act, its facts are codes."""

from datetime import date

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm import words

THINGS = {
    "absence": gettext_lazy("absence"),
    "access": gettext_lazy("access log"),
    "appointment": gettext_lazy("appointment"),
    "associate": gettext_lazy("associate"),
    "audit": gettext_lazy("audit"),
    "balances": gettext_lazy("balances"),
    "banksetting": gettext_lazy("setting of the bank"),
    "benefit": gettext_lazy("benefit"),
    "calendarday": gettext_lazy("announced day"),
    "client": gettext_lazy("client"),
    "consent": gettext_lazy("consent"),
    "contact": gettext_lazy("contact"),
    "contribution": gettext_lazy("contribution"),
    "demo": gettext_lazy("demo bank"),
    "appeal": gettext_lazy("appeal"),
    "competition": gettext_lazy("competition"),
    "disclosure": gettext_lazy("disclosure"),
    "duplicate": gettext_lazy("possible duplicate"),
    "erasure": gettext_lazy("erasure"),
    "export": gettext_lazy("export"),
    "factor": gettext_lazy("second factor"),
    "follow_up": gettext_lazy("follow-up"),
    "handover": gettext_lazy("handover"),
    "holding": gettext_lazy("holding"),
    "household": gettext_lazy("household"),
    "import": gettext_lazy("import"),
    "importantdate": gettext_lazy("important date"),
    "lead": gettext_lazy("lead"),
    "leads": gettext_lazy("leads"),
    "letter": gettext_lazy("letter"),
    "licence": gettext_lazy("licence"),
    "lifeevent": gettext_lazy("life event"),
    "market": gettext_lazy("market report"),
    "mapping": gettext_lazy("mapping of columns"),
    "orgunit": gettext_lazy("unit"),
    "outsideholding": gettext_lazy("holding elsewhere"),
    "password": gettext_lazy("password"),
    "points": gettext_lazy("result"),
    "plan": gettext_lazy("reassignment plan"),
    "posting": gettext_lazy("posting"),
    "preferences": gettext_lazy("preferences"),
    "privacyrequest": gettext_lazy("request of a client"),
    "product": gettext_lazy("product"),
    "reading": gettext_lazy("reading"),
    "referral": gettext_lazy("referral"),
    "relative": gettext_lazy("relative"),
    "review": gettext_lazy("portfolio review"),
    "risk": gettext_lazy("risk"),
    "sale": gettext_lazy("sale"),
    "session": gettext_lazy("session"),
    "sign_in": gettext_lazy("sign-in"),
    "staff": gettext_lazy("person"),
    "suitability": gettext_lazy("suitability"),
    "token": gettext_lazy("token"),
    "unit": gettext_lazy("unit"),
    "view": gettext_lazy("view"),
    "waiver": gettext_lazy("waiver"),
}
ACTS = {
    "absent": pgettext_lazy("act", "absent"),
    "accepted": pgettext_lazy("act", "accepted"),
    "added": pgettext_lazy("act", "added"),
    "appeals_opened": pgettext_lazy("act", "appeals opened"),
    "answered": pgettext_lazy("act", "answered"),
    "advanced": pgettext_lazy("act", "moved on a stage"),
    "agreed": pgettext_lazy("act", "agreed to by a head"),
    "approved": pgettext_lazy("act", "approved"),
    "asked": pgettext_lazy("act", "asked for"),
    "assessed": pgettext_lazy("act", "assessed"),
    "attested": pgettext_lazy("act", "attested"),
    "begun": pgettext_lazy("act", "begun"),
    "booked": pgettext_lazy("act", "booked"),
    "built": pgettext_lazy("act", "built"),
    "cancelled": pgettext_lazy("act", "cancelled"),
    "changed": pgettext_lazy("act", "changed"),
    "check_begun": pgettext_lazy("act", "check begun"),
    "checked": pgettext_lazy("act", "checked"),
    "closed": pgettext_lazy("act", "closed"),
    "codes_renewed": pgettext_lazy("act", "recovery codes made anew"),
    "confirmed": pgettext_lazy("act", "confirmed"),
    "converted": pgettext_lazy("act", "converted"),
    "covered": pgettext_lazy("act", "deputy named"),
    "credited": pgettext_lazy("act", "credited"),
    "deactivated": pgettext_lazy("act", "access ended"),
    "declined": pgettext_lazy("act", "declined"),
    "disclosed": pgettext_lazy("act", "disclosure shown"),
    "distinct": pgettext_lazy("act", "told apart"),
    "done": pgettext_lazy("act", "done"),
    "downloaded": pgettext_lazy("act", "downloaded"),
    "drafted": pgettext_lazy("act", "begun"),
    "dropped": pgettext_lazy("act", "dropped"),
    "edited": pgettext_lazy("act", "edited"),
    "emptied": pgettext_lazy("act", "content thrown away"),
    "expired": pgettext_lazy("act", "expired"),
    "failed": pgettext_lazy("act", "failed"),
    "ended": pgettext_lazy("act", "ended"),
    "found": pgettext_lazy("act", "found"),
    "found_delivered": pgettext_lazy("act", "found delivered"),
    "found_missing": pgettext_lazy("act", "found missing"),
    "frozen": pgettext_lazy("act", "frozen"),
    "given": pgettext_lazy("act", "given to an RM"),
    "granted": pgettext_lazy("act", "granted"),
    "growth": pgettext_lazy("act", "growth shared"),
    "handed_on": pgettext_lazy("act", "given to a colleague"),
    "held": pgettext_lazy("act", "held"),
    "hired": pgettext_lazy("act", "account opened"),
    "imported": pgettext_lazy("act", "imported"),
    "introduced": pgettext_lazy("act", "introduced"),
    "joined": pgettext_lazy("act", "joined"),
    "late": pgettext_lazy("act", "late, told"),
    "kept": pgettext_lazy("act", "kept"),
    "left": pgettext_lazy("act", "left"),
    "left_in_peace": pgettext_lazy("act", "not to be contacted"),
    "loaded": pgettext_lazy("act", "loaded"),
    "locked": pgettext_lazy("act", "locked"),
    "logged": pgettext_lazy("act", "recorded"),
    "looked_up": pgettext_lazy("act", "looked up"),
    "made": pgettext_lazy("act", "made"),
    "mapped": pgettext_lazy("act", "columns chosen"),
    "merged": pgettext_lazy("act", "merged"),
    "missed": pgettext_lazy("act", "missed"),
    "moved": pgettext_lazy("act", "moved"),
    "erased": pgettext_lazy("act", "erased"),
    "no_show": pgettext_lazy("act", "client did not come"),
    "noted": pgettext_lazy("act", "note taken"),
    "opened": pgettext_lazy("act", "opened"),
    "others_ended": pgettext_lazy("act", "all others ended"),
    "paid": pgettext_lazy("act", "paid"),
    "passed_on": pgettext_lazy("act", "passed on"),
    "placed": pgettext_lazy("act", "placed with an RM"),
    "posted": pgettext_lazy("act", "posted"),
    "printed": pgettext_lazy("act", "printed"),
    "protected": pgettext_lazy("act", "protection changed"),
    "published": pgettext_lazy("act", "published"),
    "raised": pgettext_lazy("act", "raised"),
    "read": pgettext_lazy("act", "read"),
    "reactivated": pgettext_lazy("act", "access given back"),
    "received": pgettext_lazy("act", "received"),
    "recommended": pgettext_lazy("act", "recommended"),
    "recorded": pgettext_lazy("act", "recorded"),
    "redrafted": pgettext_lazy("act", "draft changed"),
    "refused": pgettext_lazy("act", "refused"),
    "rejected": pgettext_lazy("act", "rejected"),
    "rejected_read": pgettext_lazy("act", "rejected rows read"),
    "reported": pgettext_lazy("act", "sent in"),
    "removed": pgettext_lazy("act", "removed"),
    "renamed": pgettext_lazy("act", "renamed"),
    "reset": pgettext_lazy("act", "reset by an administrator"),
    "retried": pgettext_lazy("act", "sent again"),
    "returned": pgettext_lazy("act", "returned"),
    "revealed": pgettext_lazy("act", "shown unmasked"),
    "reversed": pgettext_lazy("act", "reversed"),
    "running": pgettext_lazy("act", "being carried out"),
    "saved": pgettext_lazy("act", "saved"),
    "sealed": pgettext_lazy("act", "sealed"),
    "snoozed": pgettext_lazy("act", "put off"),
    "started": pgettext_lazy("act", "started"),
    "state_changed": pgettext_lazy("act", "state changed"),
    "stays": pgettext_lazy("act", "absence called off"),
    "submitted": pgettext_lazy("act", "submitted"),
    "tagged": pgettext_lazy("act", "tagged"),
    "taken": pgettext_lazy("act", "taken in hand"),
    "taken_back": pgettext_lazy("act", "taken back"),
    "tier_changed": pgettext_lazy("act", "tier changed"),
    "totp_added": pgettext_lazy("act", "app set up"),
    "totp_removed": pgettext_lazy("act", "app removed"),
    "ticked": pgettext_lazy("act", "step ticked"),
    "undoing": pgettext_lazy("act", "being undone"),
    "undone": pgettext_lazy("act", "undone"),
    "unmerged": pgettext_lazy("act", "merge undone"),
    "untagged": pgettext_lazy("act", "tag removed"),
    "unusual": pgettext_lazy("act", "unusual"),
    "upheld": pgettext_lazy("act", "upheld"),
    "uploaded": pgettext_lazy("act", "uploaded"),
    "used": pgettext_lazy("act", "used"),
    "verified": pgettext_lazy("act", "verified"),
    "viewed": pgettext_lazy("act", "viewed"),
    "visited": pgettext_lazy("act", "visit recorded"),
    "webauthn_added": pgettext_lazy("act", "passkey added"),
    "webauthn_removed": pgettext_lazy("act", "passkey removed"),
    "withdrawn": pgettext_lazy("act", "withdrawn"),
}
FACTS = {
    "amount": gettext_lazy("amount"),
    "basis": gettext_lazy("basis"),
    "by": gettext_lazy("by"),
    "cause": gettext_lazy("cause"),
    "clients": gettext_lazy("clients"),
    "count": gettext_lazy("count"),
    "day": gettext_lazy("day"),
    "decision": gettext_lazy("decision"),
    "colleague": gettext_lazy("colleague"),
    "field": gettext_lazy("field"),
    "expires": gettext_lazy("until"),
    "failures": gettext_lazy("failures in a row"),
    "fields": gettext_lazy("fields"),
    "from": gettext_lazy("from"),
    "item": gettext_lazy("item"),
    "items": gettext_lazy("items"),
    "kind": gettext_lazy("kind"),
    "means": gettext_lazy("by"),
    "new_device": gettext_lazy("new device"),
    "now": gettext_lazy("now"),
    "ok": gettext_lazy("in order"),
    "owner": gettext_lazy("RM"),
    "plan": gettext_lazy("plan"),
    "post": gettext_lazy("post"),
    "read_only": gettext_lazy("may only read"),
    "reason": gettext_lazy("reason"),
    "restricted": gettext_lazy("restricted"),
    "rows": gettext_lazy("rows"),
    "scopes": gettext_lazy("scope"),
    "since": gettext_lazy("since"),
    "source": gettext_lazy("source"),
    "staff": gettext_lazy("person"),
    "stage": gettext_lazy("step"),
    "state": gettext_lazy("state"),
    "target": gettext_lazy("for"),
    "tier": gettext_lazy("tier"),
    "to": gettext_lazy("to"),
    "unit": gettext_lazy("unit"),
    "until": gettext_lazy("until"),
    "was": gettext_lazy("before"),
}
_LONGEST = 60  # characters of a fact on the page; seals and lists are longer


def verb_in_words(verb: str) -> str:
    """`client.edited` as "client: edited"; a word that is not known stays the code it is."""
    thing, _dot, act = verb.partition(".")
    said = {"thing": THINGS.get(thing, thing), "act": ACTS.get(act, act)}
    return _("%(thing)s: %(act)s") % said if act else str(said["thing"])


def facts_in_words(facts: dict) -> list[tuple[str, str]]:
    """Each fact with its label, as a reader understands it."""
    return [
        (str(FACTS.get(name) or name.replace("_", " ")), _value(value))
        for name, value in facts.items()
        if value not in (None, "", [], {})
    ]


def _value(value) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case list():
            return words.listed(_value(part) for part in value)
        case dict():
            return words.listed(f"{name} {_value(part)}" for name, part in value.items())
        case str() if len(value) == 10 and (day := _day(value)):
            return words.day(day)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
