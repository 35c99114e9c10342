"""What goes on: each RM has a client in the first months, and one who is called each month."""

from datetime import timedelta

from django.utils import translation

from clients.book.models import State, Tier
from clients.followups.models import Channel, Every
from clients.followups.programmes import ONBOARDING, defaults
from clients.followups.recurring import coming, rrule_of
from clients.models import ProgrammeRun, ProgrammeStep, Series
from crm.lib import clock

BEGUN = 10  # calendar days ago
_PASSED = 4  # days of the programme that are over for certain
_PURPOSE = {"en": "The month's news of the portfolio", "zh-hans": "本月资产情况"}


def build(clients, *, now, language):
    """Of each book the first who is contacted and of a tier that is welcomed, and the next one."""
    books: dict = {}
    for client in clients:
        contacted = client.state == State.OWNED and not client.do_not_contact
        if client.owner_id and contacted and client.tier != Tier.REGULAR:
            books.setdefault(client.owner_id, []).append(client)
    _begin([book[0] for book in books.values()], now=now, language=language)
    _repeat([book[1] for book in books.values() if len(book) > 1], now=now, language=language)


def _repeat(clients, *, now, language) -> None:
    """A call each month from tomorrow on, of which one is left out."""
    day = clock.local(now).date() + timedelta(days=1)
    rule = rrule_of(Every.MONTH, day)
    Series.objects.bulk_create(
        [
            Series(
                client=client,
                every=Every.MONTH,
                rule=rule,
                begins_on=day,
                channel=Channel.CALL,
                purpose=_PURPOSE[language],
                created_by_id=client.owner_id,
                created_at=now - timedelta(days=_PASSED),
            )
            for client in clients
        ],
        batch_size=500,
    )
    for series in Series.objects.filter(client__in=clients):
        [_first, second] = coming(series, first=day, number=2)
        series.exceptions = {str(second): ""}
        series.save(update_fields=["exceptions"])


def _begin(clients, *, now, language) -> None:
    with translation.override(language):
        [programme] = [row for row in defaults() if row.code == ONBOARDING]
    began = clock.local(now).date() - timedelta(days=BEGUN)
    runs = [
        ProgrammeRun(client=client, code=programme.code, name=programme.name, started_on=began)
        for client in clients
    ]
    ProgrammeRun.objects.bulk_create(runs, batch_size=500)
    steps = [_step(run, number, step, now) for run in runs for number, step in _numbered(programme)]
    ProgrammeStep.objects.bulk_create(steps, batch_size=500)


def _numbered(programme):
    return enumerate(programme.steps, start=1)


def _step(run, number, step, now) -> ProgrammeStep:
    day = run.started_on + timedelta(days=step["day"])
    is_over = step["day"] < _PASSED
    return ProgrammeStep(
        run=run,
        number=number,
        due_on=day,
        channel=step["channel"],
        purpose=step["purpose"],
        passed_at=min(clock.at_time(day, clock.local(now).time()), now) if is_over else None,
    )
