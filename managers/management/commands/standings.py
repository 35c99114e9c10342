"""`manage.py standings`: the table of a competition, as pages and API show it."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from crm.lib import clock
from managers.competition.board import board
from managers.competition.divisions import Division
from managers.competition.models import Competition
from managers.competition.queries import current
from managers.competition.rows import Row


class Command(BaseCommand):
    help = (
        "Print the standings of a competition, one division after another, best first: place, "
        "division, staff number, score, prize in CNY. They are summed up from the ledger, or read "
        "as they were frozen."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "competition", type=int, nargs="?", help="Its number; the present one without it."
        )
        parser.add_argument("--division", metavar="CODE", help="Such as wealth_rm.middle.")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DAY", help="YYYY-MM-DD; today without it."
        )
        parser.add_argument("--json", action="store_true", help="Print JSON with every metric.")

    def handle(self, *args, competition, division, as_of, **options):
        today = clock.today()
        found = _found(competition, today)
        chosen = _division(found, division)
        table = board(found, today=today, division=chosen, as_of=as_of)
        if options["json"]:
            results = [_explained(row) for row in table.rows]
            summary = {"competition": found.pk, "day": f"{table.day}", "results": results}
            self.stdout.write(json.dumps(summary))
            return
        for row in table.rows:
            self.stdout.write("\t".join(_line(row)))


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
