"""`manage.py import_holidays`: the days that the State Council announced, from holiday-cn files."""

import json
from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from crm.actions import announce_days

_MOST_BYTES = 2**20
_NAME_LENGTH = 40


class Command(BaseCommand):
    help = (
        "Import holidays and make-up working days from files of holiday-cn: "
        '{"year", "days": [{"name", "date", "isOffDay"}]}. A folder stands for all such files '
        "in it. Again changes nothing; a day that a person entered is kept. Exit code 0 only "
        "when every file was read."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="Print the summary as JSON.")

    def handle(self, *args, files, **options):
        # All files are read before the first is imported: an error in one changes nothing.
        read = [_read(path) for path in _paths(files)]
        total: Counter = Counter()
        for year, days in read:
            total.update(asdict(announce_days(days, source=f"holiday-cn {year}")))
            if not days and not options["json"]:
                self.stdout.write(f"{year} has not been announced yet.")
        if options["json"]:
            self.stdout.write(json.dumps(total))
        else:
            self.stdout.write(", ".join(f"{count} {what}" for what, count in total.items()))


def _paths(given: list[Path]) -> list[Path]:
    """The files, and those named after a year in the folders."""
    found = []
    for path in given:
        found += sorted(path.glob("[12][0-9][0-9][0-9].json")) if path.is_dir() else [path]
    if not found:
        raise CommandError("There are no files named after a year, such as 2026.json.")
    return found


def _read(path: Path) -> tuple[int, dict[date, tuple[bool, str]]]:
    """The year of a file and what it says of each day. Raises CommandError with the reason."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CommandError(f"{path.name} is too large for a file of holidays.")
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        days = {
            date.fromisoformat(day["date"]): (not _flag(day["isOffDay"]), _name(day["name"]))
            for day in content["days"]
        }
        return int(content["year"]), days
    except OSError as missing:
        raise CommandError(f"{path} cannot be read.") from missing
    except (ValueError, KeyError, TypeError) as wrong:
        raise CommandError(f"{path.name} is not a file of holidays: {wrong!r}.") from wrong


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("isOffDay is true or false")
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or len(value) > _NAME_LENGTH:
        raise TypeError("a name is a short text")
    return value
