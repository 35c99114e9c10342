"""The facts of which the brief may speak, from what the client's page has read already."""

from datetime import timedelta

from clients.desk import brief
from clients.desk.brief import Dated, Fact, Facts, Said
from clients.file.wording import best_time
from crm import bank, words
from crm.lib import clock

CELEBRATES = timedelta(days=7)  # ahead
EVENT_AROUND = timedelta(days=60)  # before and after
REVIEW_AHEAD = timedelta(days=14)
ENDS_SOON = timedelta(days=60)  # of benefits


def facts_of(client, *, read: dict, on) -> Facts:
    """The facts on file; `read` is the page's context."""
    file, briefing = read["file"], read["briefing"]
    likes = file.preferences
    return Facts(
        left_in_peace=Fact("#prefs") if client.do_not_contact else None,
        loss=_loss(client, read["assets"], on=on),
        promise=_promise(read["promised"], on=on),
        silence=_silence(read["silence"]),
        falls=_falls(read["assets"]),
        review=_review(read["sales"].rhythm.due, on=on),
        celebrates=_celebrates(file.days, on=on),
        agreed=_agreed(briefing.last),
        maturity=_maturity(read["portfolio"].rows, until=read["soon_until"], on=on),
        event=_event(file.events, on=on),
        risk_ended=_risk(read["sales"].risk.assessment, on=on),
        unused=_unused(read["sales"].grants, on=on),
        topics=_said(likes and likes.topics, "#prefs"),
        avoid=_said(likes and likes.avoid, "#prefs"),
        keep_in_mind=_said(client.profile.get("keep_in_mind"), "#prefs"),
        unanswered=_unanswered(briefing),
        decides=_decides(file.home),
        no_offers=None if file.may_offer or client.do_not_contact else Fact("#allowed"),
        best_time=_said(best_time(likes), "#prefs"),
    )


def _loss(client, assets, *, on):
    flow = assets.flow
    if not flow or flow >= 0:
        return None
    percent = int(-flow * 100 / (client.aum - flow))
    if percent < bank.read("outflow.percent", on=on):
        return None
    return brief.Loss("#assets", -flow, percent)


def _promise(promised, *, on):
    first = promised[0] if promised else None
    if first is None or first.due_on > on:
        return None
    what = first.purpose or str(first.reason)
    return brief.Promise(f"#promise-{first.pk}", what, first.due_on, first.due_on < on)


def _silence(silence):
    if not silence.is_too_long:
        return None
    last = silence.last
    anchor, at = (f"#contact-{last.pk}", last.happened_at) if last else ("#tl", None)
    return brief.Silence(anchor, silence.days, silence.allowed, at=at)


def _falls(assets):
    return Said("#assets", str(assets.foreseen)) if assets.foreseen.is_bad else None


def _review(due, *, on):
    if due is None or due > on + REVIEW_AHEAD:
        return None
    return brief.Due("#review", due, due < on)


def _unused(grants, *, on):
    ends = [
        grant for grant in grants if not grant.used and on <= grant.expires_on <= on + ENDS_SOON
    ]
    if not ends:
        return None
    first = min(grant.expires_on for grant in ends)
    names = [grant.benefit.shown_name for grant in ends if grant.expires_on == first]
    return Dated("#benefits", words.listed(names), first)


def _celebrates(days, *, on):
    day = next((day for day in days if day.on <= on + CELEBRATES and day.kind != "school"), None)
    if day is None:
        return None
    return Dated(f"#date-{day.row.pk if day.row else 'birth'}", day.text, day.on)


def _agreed(last):
    if last is None or not last.next_step:
        return None
    at = last.happened_at
    return Dated(f"#contact-{last.pk}", last.next_step, clock.local(at).date(), at=at)


def _maturity(rows, *, until, on):
    row = next((row for row in rows if row.matures_on and on <= row.matures_on <= until), None)
    if row is None:
        return None
    return brief.Maturity("#holdings", row.name, row.matures_on, row.amount, row.currency)


def _event(events, *, on):
    near = [row for row in events if abs(row.happens_on - on) <= EVENT_AROUND]
    if not near:
        return None
    row = min(near, key=lambda row: (abs(row.happens_on - on), row.pk))
    what = row.note or str(row.get_kind_display())
    return Dated(f"#event-{row.pk}", what, row.happens_on)


def _risk(risk, *, on):
    if risk is None or risk.valid_until >= on:
        return None
    return Dated("#risk", str(risk.get_level_display()), risk.valid_until)


def _unanswered(briefing):
    if not briefing.unanswered:
        return None
    return brief.Unanswered("#tl", briefing.unanswered, briefing.should_write)


def _decides(home):
    named = [str(row.get_relation_display()) for row in home.relatives if row.decides]
    named += [str(place.get_relation_display()) for place, _own in home.members if place.decides]
    return Said("#household", named[0]) if named else None


def _said(text, anchor):
    return Said(anchor, str(text)) if text else None
