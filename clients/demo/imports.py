"""Imports that a head has run: a clean one, one with rows to mend, and the first one again."""

from datetime import timedelta

from clients.book.models import Client
from clients.demo.book import PHONE_RANGES
from clients.intake.actions import runs
from clients.intake.actions.working import work
from clients.intake.kinds import KINDS
from clients.intake.reading import look_at, written
from clients.intake.suggestions import suggest

_HEADER = "客户号,姓名,性别,手机号,身份证号,出生日期,机构号,职业"
_GUESTS = (
    ("方思远", "男", "1979-03-14", "企业主"),
    ("贺兰心", "女", "1984-08-02", "医生"),
    ("姜文博", "男", "1968-11-27", "退休"),
    ("陆晓棠", "女", "1990-05-09", "设计师"),
    ("倪海生", "男", "1972-12-30", "律师"),
    ("樊若溪", "女", "1987-02-18", "教师"),
)
_FIRST = 882000001


def build(head, *, now) -> None:
    """Three runs of one head, by the very actions of the pages: outside any transaction."""
    outlet = head.current_unit.code
    guests = [_guest(place, outlet) for place in range(len(_GUESTS))]
    known = [_known(number, outlet) for number in _numbers(head)]
    autumn = [*guests[:4], *known]
    broken = [
        *guests[4:],
        _guest(0, outlet, number=_FIRST + 10, identity="110101197903140018"),
        _guest(1, outlet, number=_FIRST + 11, born="1984-02-30"),
        _guest(2, "X9", number=_FIRST + 12),
    ]
    for name, lines, days in (
        ("autumn-salon.csv", autumn, 9),
        ("wealth-evening.csv", broken, 2),
        ("autumn-salon.csv", autumn, 1),
    ):
        _import(head, name, lines, at=now - timedelta(days=days, hours=2))


def _numbers(head) -> list[str]:
    clients = Client.objects.visible_to(head).filter(merged_into=None).order_by("number")
    return list(clients.values_list("number", flat=True)[:3])


def _known(number: str, outlet: str) -> str:
    return f"{number},,,,,,{outlet},企业主"


def _guest(place, outlet, *, number=None, identity="", born="") -> str:
    name, sex, birth_date, job = _GUESTS[place]
    number = number or _FIRST + place
    phone = f"{PHONE_RANGES[0]}{number % 100_000_000:08d}"
    return ",".join((str(number), name, sex, phone, identity, born or birth_date, outlet, job))


def _import(head, name: str, lines: list[str], *, at) -> None:
    content = "\n".join((_HEADER, *lines, "")).encode("gb18030")
    run = runs.upload({name: content}, kind="clients", by=head, at=at)
    kind, found = KINDS["clients"], look_at(content)
    chosen = suggest(kind, found)
    chosen.facts = ["职业"]
    tables = chosen.tables(kind, name=name, written=written(found))
    run = runs.map_columns(run, tables, by=head, at=at)
    run = runs.start_check(run, by=head, at=at)
    work(run.pk, now=lambda: at)
    run.refresh_from_db()
    runs.start(run, accepted=True, by=head, at=at)
    work(run.pk, now=lambda: at)
