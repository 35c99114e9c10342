"""What may happen to an import; reads only."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from clients.intake.kinds import KINDS, Kind, readable
from clients.intake.models import ENDED, ImportRun, SavedMapping, State
from crm.lib.errors import RuleBroken
from crm.lib.mapping import Declared, MappingError
from managers.people import scope
from managers.people.scope import Reach, Right

LEASE = timedelta(minutes=5)  # longer than any chunk, table or look at a whole file
MOST_ATTEMPTS = 5
MOST_FILES = 10
_FROM = {
    "map": (State.UPLOADED, State.MAPPED, State.CHECKED),
    "check": (State.MAPPED, State.CHECKED),
    "run": (State.CHECKED,),
    "cancel": tuple(state for state in State if state not in ENDED),
}


def allowed_actions(person, run: ImportRun) -> list[str]:
    """The verbs open to this person now: a run is worked by whoever uploaded it."""
    if run.created_by_id != person.pk or run.emptied_at or not is_for(person, run.kind):
        return []
    found = [verb for verb, states in _FROM.items() if run.state in states]
    return [verb for verb in found if verb != "run" or not run.has_stops]


def is_for(person, kind: str) -> bool:
    """Whether the person may import this kind."""
    return kind in KINDS and KINDS[kind].is_for(person)


def check_act(person, run: ImportRun, verb: str) -> None:
    """Raise RuleBroken unless the run can be mapped, checked, run or cancelled now."""
    if verb in allowed_actions(person, run):
        return
    if run.created_by_id != person.pk:
        raise RuleBroken(_("Only who uploaded a file works with it."), code="forbidden")
    if not is_for(person, run.kind):
        raise RuleBroken(_("Your post does not import this."), code="forbidden")
    if verb == "run" and run.state == State.CHECKED:
        raise RuleBroken(_("What was found has to be put right before."), code="stopped")
    raise RuleBroken(_("The import is past that step: load the page again."), code="wrong_state")


def check_mapping(
    kind: Kind, tables: dict, contents: dict[str, bytes], mended: Sequence[dict] = ()
) -> Declared:
    """The mapping with its files, every column in its header. Raises RuleBroken.

    Of rows that were mended once or several times, those of the last time are imported.
    """
    try:
        declared = readable(kind, tables)
        declared.sources.give(contents)
        for rows in mended:
            declared.sources.mend(rows)
        declared.check()
    except MappingError as wrong:
        raise RuleBroken(
            str(wrong), code="bad_mapping", fields={"mapping": [str(wrong)]}
        ) from wrong
    return declared


def mappings_for(person):
    """Saved mappings that the person may use."""
    return SavedMapping.objects.visible_to(person)


def may_share_with_all(person) -> bool:
    """Whether a mapping of theirs may be shared with the whole bank."""
    return scope.reach(person, Right.IMPORT) == Reach.ALL
