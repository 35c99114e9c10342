"""One's own place on the ladder, and assessments from the opinion to the appeal."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.lib import clock
from crm.pages import page_of, status_of
from crm.words import plain_name
from managers.grades import evidence, queries, rules, words
from managers.grades.forms import ACTS, TakeBackForm, initial_of
from managers.grades.meaning import meanings
from managers.grades.models import Assessment
from managers.grades.proposing import AT_THE_TOP, move
from managers.people import scope
from managers.people.models import RM_POSTS, Staff
from managers.people.scope import Right

State = Assessment.State
# The states whose assessments wait for an act, and that may be listed alone.
WAITING = {
    "propose": (State.PROPOSED,),
    "decide": (State.PROPOSED, State.ADVISED),
    "answer": (State.APPEALED,),
}


@require_GET
def career(request):
    """Where I stand, and what the next step needs; heads and head office go to their lists."""
    scope.require(request.user, Right.READ_GRADES)
    if request.user.current_post not in RM_POSTS:
        return redirect("assessment-list")
    found = queries.standing(request.user, on=clock.today())
    own = Assessment.objects.filter(staff=request.user).for_list()
    # A score below what leads up is told without the top of the grade: it is to be known before.
    top = [AT_THE_TOP] if found.is_at_the_top else []
    codes = dict.fromkeys([*found.proposal.reasons, *top])
    context = {
        "standing": found,
        "rungs": queries.rungs(found.posting),
        "criteria": _criteria(found.criteria),
        "says": words.reasons(codes, score=found.total, rules=found.rules, unmet=found.unmet),
        "assessments": [(one, _way(one)) for one in own[:8]],
        "history": queries.history(request.user),
        "meanings": meanings(on=clock.today()),
    } | _papers(found.evidence)
    return render(request, "managers/grades/career.html", context)


@require_GET
def assessment_list(request):
    """What waits for an act, the oldest first; `?show=all` adds what is settled."""
    scope.require(request.user, Right.READ_GRADES)
    rows = Assessment.objects.visible_to(request.user)
    shows_all = request.GET.get("show") == "all"
    state = request.GET.get("state", "")
    wanted = rows if shows_all else rows.waiting()
    if state in Assessment.OPEN:
        wanted = rows.filter(state=state)
    cycle = request.GET.get("cycle", "")
    if cycle.isdecimal() and len(cycle) < 19:
        wanted = wanted.filter(cycle=cycle)
    page = page_of(request, wanted.for_list(), order=("made_at", "pk"))
    at = clock.now()
    context = {
        "page": page,
        "rows": [
            (one, _way(one), rules.allowed_actions(request.user, one, at=at)) for one in page.rows
        ],
        "states": [(one.value, one.label) for one in Assessment.OPEN],
        "shows_all": shows_all,
        "cycle": cycle,
        "may_lead": scope.may(request.user, Right.DECIDE_GRADE),
        "may_propose": scope.may(request.user, Right.PROPOSE_GRADE),
    }
    return render(request, "managers/grades/list.html", context)


@require_GET
def assessment(request, pk):
    """One assessment: the evidence, who said what, and what may be done now."""
    return _page(request, _found(request, pk))


@require_POST
def assessment_act(request, pk, verb):
    """Give the opinion, decide, appeal, or answer."""
    found = _found(request, pk)
    form = ACTS[verb](request.POST, assessment=found)
    at = clock.now()
    if form.is_valid() and form.save(found, by=request.user, at=at):
        messages.success(request, _kept(verb, found.staff))
        following = queries.next_like(request.user, found, WAITING.get(verb, ()), at=at)
        return redirect("assessment", following.pk if following else pk)
    return _page(request, found, typed={verb: form})


@require_http_methods(["GET", "POST"])
def place_take_back(request):
    """A head proposes a lower place outside the cycles."""
    scope.require(request.user, Right.PROPOSE_GRADE)
    today = clock.today()
    units = scope.units(request.user, Right.PROPOSE_GRADE)
    people = Staff.objects.posted(today, *RM_POSTS).in_units(units, today)
    form = TakeBackForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        made = form.save(None, by=request.user, at=clock.now())
        if made:
            messages.success(request, _("Proposed; head office decides."))
            return redirect("assessment", made.pk)
    context = {"form": form}
    return render(request, "managers/grades/take_back.html", context, status=status_of(form))


def _kept(verb: str, person: Staff) -> str:
    told = {"name": plain_name(person)}
    if verb in ("decide", "answer"):
        return _("%(name)s: kept. The person is told.") % told
    return _("%(name)s: kept. Head office is told.") % told


def _found(request, pk) -> Assessment:
    scope.require(request.user, Right.READ_GRADES)
    return get_object_or_404(Assessment.objects.visible_to(request.user).for_list(), pk=pk)


def _page(request, found: Assessment, typed=None):
    at, typed = clock.now(), typed or {}
    verbs = rules.allowed_actions(request.user, found, at=at)
    forms = [
        (
            reverse(f"assessment-{verb}", args=[found.pk]),
            verb,
            typed.get(verb) or ACTS[verb](assessment=found, initial=initial_of(verb, found, at=at)),
        )
        for verb in verbs
    ]
    # A refused act may be no longer allowed: its form is shown with what was refused all the same.
    forms += [
        (reverse(f"assessment-{verb}", args=[found.pk]), verb, form)
        for verb, form in typed.items()
        if verb not in verbs
    ]
    kept = found.evidence
    criteria = evidence.met(kept)
    unmet = [one.code for one in criteria if not one.met]
    unmet += ["licences"] if kept.get("missing") else []
    proposed = kept.get("proposed")
    context = {
        "one": found,
        "way": _way(found),
        "held": words.place(found.grade, found.step),
        "place": words.place(found.to_grade, found.to_step),
        "proposed": words.place(*proposed) if proposed else "",
        "says": words.reasons(
            found.reasons,
            score=found.score,
            rules=found.cycle.rules if found.cycle else {},
            unmet=unmet,
        ),
        "score": evidence.score(kept),
        "criteria": _criteria(criteria),
        "quarters": kept.get("quarters", []),
        "forms": forms,
        "opinion_until": rules.opinion_until(found),
        "opinion_is_late": at > rules.opinion_until(found),
        "appeal_until": rules.appeal_until(found),
        "is_own": found.staff_id == request.user.pk,
    }
    context |= _papers(kept) if kept else {}
    status = max((status_of(form) for form in typed.values()), default=200)
    return render(request, "managers/grades/assessment.html", context, status=status)


def _criteria(found) -> list[tuple]:
    return [
        (words.criterion(one.code), one, one.code in words.MONEY, one.code in words.RATES)
        for one in found
    ]


def _papers(kept: dict) -> dict:
    """Attestations, licences with their last day, and what is missing, as evidence keeps them."""
    attested = kept["attested"]
    return {
        "attested": attested and date.fromisoformat(attested),
        "licences": [
            (words.licences([kind]), date.fromisoformat(until)) for kind, until in kept["licences"]
        ],
        "missing": words.licences(kept["missing"]),
    }


def _way(one: Assessment) -> tuple[str, str, str]:
    """`up`, its word, and the place it leads to."""
    way = move(one.grade, one.step, one.to_grade, one.to_step)
    return way, words.move(way), words.place(one.to_grade, one.to_step)
