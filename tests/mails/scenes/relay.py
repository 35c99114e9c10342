"""Referrals, handovers and books that change hands."""

from datetime import date, timedelta

from clients.models import Hop, LeadList
from crm.lib import clock
from tests.factories import ClientFactory, HandoverFactory, ReferralFactory
from tests.factories.plans import PlanFactory
from tests.mails.stage import FRIDAY, MONDAY, letter, notice, scene

TUESDAY = date(2026, 11, 24)


def a_referral(cast, **known):
    """蒋文 stands in the lobby and asks about investing."""
    known = {"on_site": True, "state": "new", **known}
    return ReferralFactory(
        client=ClientFactory(name="蒋文", outlet=cast.outlet, state="referred", tier="gold"),
        referrer=cast.lobby,
        target=cast.rm,
        cues=["wealth_enquiry", "business_owner"],
        note="蒋文 13812345678",
        answer_by=cast.now + timedelta(minutes=20),
        **known,
    )


@scene("referral-new")
def a_client_in_the_lobby(cast):
    return letter("referral-new", to=cast.rm, at=cast.now, referral=a_referral(cast).pk)


@scene("referral-new--by-a-day")
def a_client_who_has_left(cast):
    referral = a_referral(cast, on_site=False)
    referral.answer_by = clock.end_of_day(TUESDAY)
    referral.save()
    return letter("referral-new", to=cast.rm, at=cast.now, referral=referral.pk)


@scene("notice-referral-new")
def a_client_in_the_lobby_in_the_inbox(cast):
    return notice("referral-new", cast, to=cast.rm, about=a_referral(cast))


def answered(cast, outcome, **known):
    """Somebody has answered the question; what they typed as a reason stays in the product."""
    referral = a_referral(cast, **known)
    then = cast.now + timedelta(minutes=12)
    asked = {"asked": cast.rm, "asked_at": cast.now, "until": referral.answer_by}
    reason = "蒋文 13812345678"
    referral.hops.all().delete()
    Hop.objects.create(referral=referral, outcome=outcome, ended_at=then, reason=reason, **asked)
    return referral


@scene("notice-referral-placed")
def a_head_gave_the_client(cast):
    referral = answered(cast, "placed", state="accepted")
    referral.hops.update(asked=cast.head)
    return notice("referral-placed", cast, to=cast.rm, about=referral)


@scene("notice-referral-moved")
def a_referral_goes_on(cast):
    referral = answered(cast, "silent", state="accepted")
    until = cast.now + timedelta(minutes=40)
    hop = Hop.objects.create(
        referral=referral, asked=cast.peer, asked_at=referral.answer_by, until=until
    )
    return notice("referral-moved", cast, to=cast.lobby, about=referral, key=hop.pk)


@scene("notice-referral-answered")
def a_referral_was_accepted(cast):
    referral = answered(cast, "accepted", state="accepted")
    return notice("referral-answered", cast, to=cast.lobby, about=referral)


@scene("notice-referral-answered--declined")
def a_referral_was_declined(cast):
    referral = answered(cast, "declined", state="declined", decline_reason="蒋文 13812345678")
    return notice("referral-answered", cast, to=cast.lobby, about=referral)


@scene("notice-referral-converted")
def a_referral_bore_fruit(cast):
    referral = answered(cast, "accepted", state="converted")
    return notice("referral-converted", cast, to=cast.lobby, about=referral)


def a_handover(cast, state="submitted", **known):
    """Guo Feng hands 马思雨 over to Lin Yue."""
    client = ClientFactory(name="马思雨", owner=cast.marketing, state="prospect", tier="diamond")
    return HandoverFactory(
        client=client,
        from_staff=cast.marketing,
        to_staff=cast.rm,
        state=state,
        return_note="马思雨 13812345678",
        decision_note="马思雨 13812345678",
        **{"due_at": clock.end_of_day(TUESDAY), **known},
    )


@scene("handover-submitted")
def a_file_is_complete(cast):
    return letter("handover-submitted", to=cast.rm, at=cast.now, handover=a_handover(cast).pk)


def _of_handover(kind, to, state, **known):
    @scene(f"notice-{kind}")
    def a_handover_moves(cast):
        return notice(kind, cast, to=getattr(cast, to), about=a_handover(cast, state, **known))


_of_handover("handover-submitted", "rm", "submitted")
_of_handover("handover-accepted", "marketing", "accepted")
_of_handover("handover-returned", "marketing", "returned")
_of_handover("handover-to-decide", "head", "returned", returns=2)
_of_handover("handover-decided", "marketing", "accepted")
_of_handover("waiver-asked", "head", "draft")
_of_handover("waiver-decided", "marketing", "draft")
_of_handover("handover-late", "rm", "submitted", due_at=clock.end_of_day(FRIDAY))


@scene("notice-handover-due")
def a_prospect_whom_nobody_hands_over(cast):
    client = ClientFactory(name="马思雨", owner=cast.marketing, state="prospect", tier="diamond")
    return notice("handover-due", cast, to=cast.marketing, about=client)


@scene("notice-leads-given")
def a_list_of_leads(cast):
    given = {"given_by": cast.head, "given_to": cast.marketing, "unit": cast.outlet}
    row = LeadList.objects.create(name="陈安然 13812345678", quota=12, due_on=TUESDAY, **given)
    return notice("leads-given", cast, to=cast.marketing, about=row)


def _of_plan(kind, to, **facts):
    @scene(f"notice-{kind}")
    def a_book_changes_hands(cast):
        known = {}
        if kind == "plan-covers":
            known = {"cause": "leave", "last_day": date(2026, 12, 4), "deputy": cast.peer}
        client = ClientFactory(owner=cast.rm, name="陈安然")
        plan = PlanFactory(
            from_staff=cast.rm,
            created_by=cast.head,
            created_at=cast.now,
            effective_on=MONDAY + timedelta(days=7),
            clients=[client],
            **known,
        )
        return notice(kind, cast, to=getattr(cast, to), about=plan, **facts)


_of_plan("plan-waits", "head")
_of_plan("plan-approved", "head")
_of_plan("plan-refused", "head")
_of_plan("plan-gives", "peer", clients=17)
_of_plan("plan-takes", "rm", clients=17)
_of_plan("plan-covers", "peer")
_of_plan("plan-done", "head")
_of_plan("plan-undone", "head")
