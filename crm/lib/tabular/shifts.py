"""Rows whose cells stand one column beside their own."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from crm.lib.tabular.findings import STOPS, WARNS, Finding
from crm.lib.tabular.looks import Look
from crm.lib.tabular.profiles import Counted

_LEARNT = 500  # rows after which the kinds of the columns are known
_HALF = 0.5  # share of a column's cells that shows what belongs there
_FEW = 2  # cells that must fit their neighbour's column


class Shifts:
    """Compares each row with what the columns held so far."""

    def __init__(self, counted: Sequence[Counted]):
        self._counted = counted
        self._waiting: list[tuple[int, list[Look | None]]] = []
        self._kinds: dict[int, str] | None = None
        self._count, self._first, self._right_since = 0, 0, False

    def see(self, row: int, looks: list[Look | None]) -> None:
        """Look at a row, once the kinds of the columns are known."""
        if self._kinds is not None:
            self._compare(row, looks)
            return
        self._waiting.append((row, looks))
        if len(self._waiting) == _LEARNT:
            self._learn()

    def findings(self) -> list[Finding]:
        """What was shifted, if anything was."""
        if self._kinds is None:
            self._learn()
        if not self._count:
            return []
        words = {"row": self._first, "count": self._count}
        if self._right_since or self._count < _FEW:
            text = _("Rows with cells in the wrong columns: %(count)d, from row %(row)d.")
            return [Finding("shifted", text % words, WARNS, self._first, count=self._count)]
        text = _("From row %(row)d on the cells stand in the wrong columns.")
        return [Finding("shifted", text % words, STOPS, self._first, count=self._count)]

    def _learn(self) -> None:
        kinds = {place: counted.kind(_HALF) for place, counted in enumerate(self._counted)}
        self._kinds = {place: kind for place, kind in kinds.items() if kind != "text"}
        for row, looks in self._waiting:
            self._compare(row, looks)
        self._waiting = []

    def _compare(self, row: int, looks: list[Look | None]) -> None:
        wrong = [
            place
            for place, kind in self._kinds.items()
            if looks[place] is not None and kind not in looks[place].kinds
        ]
        if wrong and any(self._fits(looks, step, wrong) for step in (1, -1)):
            self._first = self._first or row
            self._count += 1
        elif self._count and not wrong:
            self._right_since = True

    def _fits(self, looks: list[Look | None], step: int, wrong: list[int]) -> bool:
        """Whether the typed cells are right one column further, more than stood right before."""
        last = len(looks)
        beside = {
            place: looks[place + step]
            for place in self._kinds
            if 0 <= place + step < last and looks[place + step] is not None
        }
        fitting = [place for place, found in beside.items() if self._kinds[place] in found.kinds]
        return (
            len(fitting) >= _FEW
            and len(fitting) == len(beside)
            and any(place in fitting for place in wrong)
        )
