"""What clients asked and were promised, calls agreed for a minute, and the work logs of a week."""

from datetime import timedelta

from clients.book.models import State
from clients.followups.actions.cadence import keep_next_dues
from clients.followups.models import FollowUp
from clients.models import ClientRequest, WorkLog
from clients.worklog.models import Duty
from clients.worklog.queries import read_day
from crm.lib import clock
from crm.workdays import work_calendar
from managers.people.models import RM_POSTS, Staff

LOGS = 4  # working days back for which logs were handed in
_ASKED = {
    "en": (
        (
            "The rate for three years",
            "A rate sheet",
            "2.1 percent, sent by message",
        ),
        ("A certificate of deposits for a visa", "Ready at the counter", "Ready for collection"),
        ("Why the card fee was charged twice", "An answer in writing", "One fee was given back"),
        ("A larger safe-deposit box", "", "None is free before spring"),
    ),
    "zh-hans": (
        ("三年期定期利率", "发送利率表", "三年期2.1%，已发送"),
        ("签证用的存款证明", "柜台备好", "已可领取"),
        ("银行卡年费为何收了两次", "书面答复", "已退回一笔"),
        ("换一个更大的保管箱", "", "春节前没有空箱"),
    ),
}
_RESULTS = ("done", "done", "partly", "refused")
_NOTES = {
    "en": ("Two renewals agreed; the afternoon was quiet.", "Many questions about rates."),
    "zh-hans": ("谈成两笔续存，下午较清闲。", "客户多问利率。"),
}


def build(dice, clients, *, now, language):
    """Each RM has a few requests, one late and one closed, a callback or two, and logs."""
    by_owner: dict = {}
    for client in clients:
        if client.owner_id and client.state == State.OWNED and not client.do_not_contact:
            by_owner.setdefault(client.owner_id, []).append(client)
    requests, calls = [], []
    for owner in sorted(by_owner):
        book = by_owner[owner]
        chosen = dice.sample(book, min(len(book), 6))
        requests += [
            _request(dice, client, place, now, language) for place, client in enumerate(chosen[:4])
        ]
        calls += [_call(client, place, now) for place, client in enumerate(chosen[4:])]
    ClientRequest.objects.bulk_create(requests, batch_size=500)
    FollowUp.objects.bulk_create(calls, batch_size=500, ignore_conflicts=True)
    keep_next_dues([call.client_id for call in calls])
    _logs(dice, now=now, language=language)


def _request(dice, client, place, now, language) -> ClientRequest:
    """The first is late, the second for today, the third ahead, the fourth is closed."""
    asked, promised, answer = dice.choice(_ASKED[language])
    calendar, today = work_calendar(), clock.local(now).date()
    ahead = calendar.add_working_days(today, 2)
    day = (calendar.previous_workday(today - timedelta(days=1)), today, ahead, today)[place]
    made = ClientRequest(
        client=client,
        owner_id=client.owner_id,
        taken_by_id=client.owner_id,
        asked=asked,
        promised=promised,
        due_on=day,
        due_at=clock.end_of_day(day),
        asked_at=now - timedelta(days=3, hours=place),
    )
    if place == 3:
        made.answer, made.told, made.result = answer, "call", dice.choice(_RESULTS)
        made.answered_at = made.told_at = made.closed_at = now - timedelta(hours=2)
        made.state = ClientRequest.State.CLOSED
    return made


def _call(client, place, now) -> FollowUp:
    """A call promised for a minute of the coming hour, and one for later."""
    moment = clock.local(now + timedelta(minutes=20 + 90 * place)).replace(second=0, microsecond=0)
    moment -= timedelta(minutes=moment.minute % 5)
    if moment.date() != clock.local(now).date() or moment.hour >= 21:
        day = work_calendar().add_working_days(clock.local(now).date(), 1)
        moment = clock.at_time(day, moment.time().replace(hour=10 + place))
    elif moment.hour < 8:
        moment = moment.replace(hour=10 + place)
    return FollowUp(
        client=client,
        owner_id=client.owner_id,
        trigger="callback",
        due_on=moment.date(),
        first_due_on=moment.date(),
        due_at=moment,
        from_time=moment.time(),
        created_by_id=client.owner_id,
        created_at=now - timedelta(hours=1),
    )


def _logs(dice, *, now, language) -> None:
    """The working days before today, as they were handed in; now and then one is missing."""
    day, days = clock.local(now).date(), []
    for _back in range(LOGS):
        day = work_calendar().previous_workday(day - timedelta(days=1))
        days.append(day)
    made = []
    people = Staff.objects.posted(days[0], *RM_POSTS).order_by("pk")
    for person in people.with_posting(days[0]):
        for day in days:
            if dice.random() < 0.1:
                continue
            done = read_day(person, day)
            by_hand = [Duty.MORNING.value, dice.choice([Duty.NEWS.value, Duty.DESK.value])]
            made.append(
                WorkLog(
                    staff=person,
                    unit=person.current_unit,
                    day=day,
                    ticks=done.duties + by_hand,
                    figures=done.figures,
                    note=dice.choice(_NOTES[language]) if dice.random() < 0.4 else "",
                    submitted_at=clock.end_of_day(day) - timedelta(hours=6),
                    version=1,
                )
            )
    WorkLog.objects.bulk_create(made, batch_size=500)
