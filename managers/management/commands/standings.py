"""`manage.py standings`: the table of a competition, or what one person's score is made of."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from crm.lib import clock
from managers.competition.board import board
from managers.competition.divisions import Division
from managers.competition.models import Competition, PointEntry
from managers.competition.queries import current, entries, own_board
from managers.competition.rows import Row
from managers.people.models import Staff


class Command(BaseCommand):
    help = (
        "Print the standings of a competition, one division after another, best first: place, "
        "division, staff number, score, prize in CNY. They are summed up from the ledger, or read "
        "as they were frozen. With --staff, one person's score down to the entries: metric, "
        "actual, target, weight, score before and after the cap; then day, metric, amount and "
        "source of each entry, with the source that a correction takes back."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "competition", type=int, nargs="?", help="Its number; the present one without it."
        )
        parser.add_argument("--division", metavar="CODE", help="Such as wealth_rm.middle.")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DAY", help="YYYY-MM-DD; today without it."
        )
        parser.add_argument("--staff", metavar="NUMBER", help="Explain this person's score.")
        parser.add_argument("--json", action="store_true", help="Print JSON with every metric.")

    def handle(self, *args, competition, division, as_of, staff, **options):
        today = clock.today()
        found = _found(competition, today)
        if staff is not None:
            self._explain(found, staff, today=today, as_of=as_of, in_json=options["json"])
            return
        chosen = _division(found, division)
        table = board(found, today=today, division=chosen, as_of=as_of)
        if options["json"]:
            results = [_explained(row) for row in table.rows]
            summary = {"competition": found.pk, "day": f"{table.day}", "results": results}
            self.stdout.write(json.dumps(summary))
            return
        for row in table.rows:
            self.stdout.write("\t".join(_line(row)))

    def _explain(self, competition, number, *, today, as_of, in_json) -> None:
        person = Staff.objects.filter(employee_no=number).first()
        table = person and own_board(competition, person, today=today, as_of=as_of)
        row = table and table.of(person.pk)
        if row is None:
            raise CommandError("Nobody of this number takes part.")
        made_of = entries(competition, person).filter(day__lte=table.day)
        made_of = made_of.select_related("reverses").order_by("metric", "day", "pk")
        if in_json:
            listed = [_entry(one) for one in made_of]
            one = {"competition": competition.pk, "day": f"{table.day}"} | _explained(row)
            self.stdout.write(json.dumps(one | {"metrics": _metrics(row), "entries": listed}))
            return
        self.stdout.write("\t".join(_line(row)))
        for metric in _metrics(row):
            self.stdout.write("\t".join(metric.values()))
        for one in row.score.taken:
            self.stdout.write(f"{one.metric}\t{one.count}\t-{one.points}")
        for one in made_of:
            self.stdout.write("\t".join(_entry(one).values()))


def _found(pk: int | None, today: date) -> Competition:
    found = current(on=today) if pk is None else Competition.objects.filter(pk=pk).first()
    if found is None:
        raise CommandError("There is no such competition.")
    return found


def _division(competition: Competition, code: str | None) -> Division | None:
    known = {one.code: one for one in Division.all(competition.rulebook.goals)}
    if code is not None and code not in known:
        raise CommandError(f"There is no division {code}; there are {', '.join(known)}.")
    return known.get(code)


def _line(row: Row) -> list[str]:
    place = "-" if row.place is None else f"{row.place}"
    no = row.staff.employee_no
    return [place, row.division.code, no, f"{row.score.total}", f"{row.prize}"]


def _explained(row: Row) -> dict:
    """Amounts as text, so that no program reads them as floats."""
    return {
        "place": row.place,
        "division": row.division.code,
        "employee_no": row.staff.employee_no,
        "score": f"{row.score.total}",
        "deducted": f"{row.score.deducted}",
        "prize": f"{row.prize}",
        "lines": {line.metric: f"{line.score}" for line in row.score.lines},
    }


def _metrics(row: Row) -> list[dict[str, str]]:
    """What each metric brought; `score` is after the cap, `uncapped` before."""
    names = ("metric", "actual", "target", "weight", "uncapped", "score")
    return [{name: f"{getattr(line, name)}" for name in names} for line in row.score.lines]


def _entry(entry: PointEntry) -> dict[str, str]:
    """One entry of the ledger; a correction names the source that it takes back."""
    return {
        "day": f"{entry.day}",
        "metric": entry.metric,
        "amount": f"{entry.amount}",
        "source": entry.source,
        "takes_back": entry.reverses.source if entry.reverses else "",
    }
