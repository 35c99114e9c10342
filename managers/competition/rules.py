"""What may be seen of a competition, and what may happen to it (rules A5, H6)."""

from django.utils.translation import gettext as _

from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken
from crm.workdays import work_calendar
from managers.competition.divisions import participants
from managers.competition.metrics import Metric
from managers.competition.models import Appeal, Competition
from managers.people import scope
from managers.people.models import Post, Staff
from managers.people.scope import Reach, Right

State = Competition.State
LONGEST = 366  # days of one competition

# From which states a competition comes into another.
BEFORE = {
    State.RUNNING: (State.DRAFT,),
    State.CLOSED: (State.RUNNING,),
    State.PROVISIONAL: (State.CLOSED,),
    State.APPEAL: (State.PROVISIONAL,),
    State.FROZEN: (State.APPEAL,),
    State.PAID: (State.FROZEN,),
    State.CANCELLED: (State.DRAFT, *Competition.OPEN),
}
# Steps that need a second person: whoever did the one may not do the other (rules A5).
_OTHER_THAN = {
    State.RUNNING: State.DRAFT,
    State.FROZEN: State.PROVISIONAL,
    State.PAID: State.FROZEN,
}


def may_run(person) -> bool:
    """Whether a person sets competitions up and leads them through their life (rules A5)."""
    return scope.may(person, Right.RUN_COMPETITIONS)


def check_runs(person) -> None:
    """Raise RuleBroken unless a person leads competitions."""
    if not may_run(person):
        raise RuleBroken(_("Competitions are led by head office."), code="forbidden")


def leaders(*, on) -> list[Staff]:
    """Who leads competitions and decides their appeals, on a day."""
    posts = scope.posts_with(Right.RUN_COMPETITIONS)
    return list(Staff.objects.posted(on, *posts).order_by("pk"))


def leads(person) -> bool:
    """Whether a person sees the standings of people of the own units alone."""
    return scope.reach(person, Right.SEE_STANDINGS) != Reach.ALL


def visible_units(person) -> set[int] | None:
    """Units whose people a person sees in the standings; None for all (rules A5)."""
    if not leads(person):
        return None
    return set(scope.units(person, Right.SEE_STANDINGS).values_list("pk", flat=True))


def visible_rows(person, table) -> list:
    """The rows that a person sees: those of the own units, and of colleagues as the rules say.

    Where the lower half is hidden, RMs see the better half of the ranked and themselves.
    """
    units = visible_units(person)
    if units is not None:
        return [row for row in table.rows if row.unit.pk in units]
    return table.rows if may_run(person) else public_rows(table, besides=person)


def public_rows(table, *, besides=None) -> list:
    """What the rules show to everybody, and to one person besides the own row (rules H9)."""
    if not table.rules.hides_lower_half:
        return table.rows
    own = besides and besides.pk
    ranked: dict = {}
    for row in table.ranked:
        ranked[row.division] = ranked.get(row.division, 0) + 1
    return [
        row
        for row in table.rows
        if row.staff.pk == own or (row.place and 2 * row.place <= ranked[row.division] + 1)
    ]


def may_explain(person, row) -> bool:
    """Whether the single entries behind a row are for this person: own, or one's own people's."""
    if row.staff.pk == person.pk or person.current_post == Post.HQ_ADMIN:
        return True
    units = visible_units(person)
    return units is not None and row.unit.pk in units


def check_period(first, last) -> None:
    """Raise RuleBroken for a period that ends before it begins or lasts too long."""
    if last < first or (last - first).days >= LONGEST:
        sentence = _("A competition lasts from one day to a year.")
        raise RuleBroken(sentence, fields={"last": sentence})


def remarks(competition, *, today) -> list[str]:
    """What keeps a draft from its start, or does other than whoever set it up may think."""
    book = competition.rulebook
    found = []
    if today > competition.last:
        found.append(_("The period is over already."))
    if not participants(competition, posts=book.goals):
        found.append(_("Nobody takes part: look at units, grades and months at the bank."))
    if not book.has_prizes:
        found.append(_("Nothing can be won."))
    for metric in book.gates:
        free = [
            str(Post(post).label)
            for post, goals in book.goals.items()
            if metric not in {goal.metric for goal in goals}
        ]
        if free:
            told = {"metric": Metric(metric).label, "posts": words.listed(free)}
            found.append(_("%(metric)s: no condition for %(posts)s, who have no such goal.") % told)
    return found


def steps(competition, *, by, at) -> list[str]:
    """The states that a person can bring the competition into now."""
    return [state for state in BEFORE if refusal(competition, state, by=by, at=at) is None]


def check_step(competition, state, *, by, at) -> None:
    """Raise RuleBroken unless this person may bring the competition into a state now."""
    broken = refusal(competition, state, by=by, at=at)
    if broken is not None:
        raise broken


def refusal(competition, state, *, by, at) -> RuleBroken | None:
    """Why a person may not bring the competition into a state now; None if they may."""
    if not may_run(by):
        return RuleBroken(_("Competitions are led by head office."), code="forbidden")
    if competition.state not in BEFORE[state]:
        return RuleBroken(_("The competition is not at this point."), code="conflict")
    done_by = {step.state: step.by_id for step in competition.steps.all()}
    if by.pk == done_by.get(_OTHER_THAN.get(state)):
        own = State(_OTHER_THAN[state]).label
        sentence = _("This takes a second person: the step to “%(state)s” was yours.")
        return RuleBroken(sentence % {"state": own}, code="forbidden")
    today = clock.local(at).date()
    if state == State.RUNNING and today > competition.last:
        return RuleBroken(_("The period is over already."))
    if state == State.CLOSED and today <= competition.last:
        return RuleBroken(_("The last day is not over yet."))
    if state == State.FROZEN:
        return _not_ripe(competition, at)
    return None


def appeals_until(competition):
    """Until when participants may appeal; None before that time begins (rules H6)."""
    step = next((one for one in competition.steps.all() if one.state == State.APPEAL), None)
    if step is None:
        return None
    day = clock.local(step.at).date()
    days = bank.read("competition.appeal_days", on=day)
    return clock.end_of_day(work_calendar().add_working_days(day, days))


def appealable(book, post: str) -> list[str]:
    """The metrics that somebody of a post may appeal about: what earns, costs, or bars."""
    earning = [goal.metric for goal in book.goals[post]]
    return list(dict.fromkeys([*earning, *book.deductions, *book.barring]))


def check_appeal(competition, *, metric, by, at) -> None:
    """Raise RuleBroken unless a person may appeal about this metric now."""
    people = participants(competition, posts=competition.rulebook.goals, staff=by)
    if not people:
        raise RuleBroken(_("Only who takes part may appeal."), code="forbidden")
    until = appeals_until(competition)
    if competition.state != State.APPEAL or at > until:
        raise RuleBroken(_("Appeals are not open now."), code="conflict")
    if metric not in appealable(competition.rulebook, people[0].post):
        sentence = _("Choose a metric of your score.")
        raise RuleBroken(sentence, fields={"metric": sentence})


def check_decision(competition, appeal, *, by) -> None:
    """Raise RuleBroken unless a person may decide this appeal now."""
    if not may_run(by) or appeal.staff_id == by.pk:
        raise RuleBroken(_("Appeals are decided by head office."), code="forbidden")
    if appeal.state != Appeal.State.OPEN or competition.state != State.APPEAL:
        raise RuleBroken(_("This appeal was decided already."), code="conflict")


def provisional_until(competition):
    """The day until which late results are waited for; None before the close (rules H6)."""
    step = next((one for one in competition.steps.all() if one.state == State.CLOSED), None)
    if step is None:
        return None
    day = clock.local(step.at).date()
    days = bank.read("competition.provisional_days", on=day)
    return work_calendar().add_working_days(day, days)


def _not_ripe(competition, at) -> RuleBroken | None:
    if at <= appeals_until(competition):
        return RuleBroken(_("The time for appeals is not over yet."))
    if competition.appeals.open().exists():
        return RuleBroken(_("Appeals wait for their decision."))
    return None
