"""Results of other systems: taken in once, and taken back by the key under which they came."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from crm.lib.errors import RuleBroken
from managers.audit.actions import hold
from managers.competition.actions.ledger import Credit, credit_many, reverse
from managers.competition.models import PointEntry


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a batch: `differing` are sources that the ledger has with other figures."""

    created: int
    known: int
    taken_back: int
    differing: list[str]


@transaction.atomic
def take_in(competition, sent: list[Credit], *, take_back: Collection[str] = (), by, at) -> Intake:
    """Take results back, then credit those that are new; all or nothing, and again nothing more.

    The first of a source counts, also after it was taken back: what was wrong comes again under
    another one. Raises RuleBroken for a source to take back that the period does not have.
    """
    hold(by=by, at=at)  # of two programs at once, the second one sees what the first one did
    taken = _take_back(competition, take_back, by=by, at=at)
    firsts = {one.source: one for one in reversed(sent)}
    made = credit_many([*firsts.values()], by=by, at=at)
    ledger = PointEntry.objects.in_bulk(firsts, field_name="source")
    differing = {one.source for one in sent if not _agrees(one, ledger[one.source])}
    return Intake(len(made), len(sent) - len(made), taken, sorted(differing))


def _take_back(competition, sources, *, by, at) -> int:
    found = PointEntry.objects.filter(day__range=(competition.first, competition.last))
    found = found.select_related("reversed_by").in_bulk(sources, field_name="source")
    if unknown := sorted(set(sources) - set(found)):
        sentence = _("Nothing of this period came under: %(keys)s.")
        sentence %= {"keys": ", ".join(source.partition(":")[2] for source in unknown)}
        raise RuleBroken(sentence, fields={"take_back": sentence})
    due = [entry for entry in found.values() if not hasattr(entry, "reversed_by")]
    for entry in due:
        reverse(entry.source, by=by, at=at)
    return len(due)


def _agrees(sent: Credit, entry: PointEntry) -> bool:
    told = (sent.staff_id, sent.metric, sent.day, sent.amount)
    return told == (entry.staff_id, entry.metric, entry.day, entry.amount)
