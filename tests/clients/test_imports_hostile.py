"""Broken and hostile files in the web: each kind is said to the person on the page."""

from html import unescape

import pytest
from django.urls import reverse

from clients.intake.models import ImportRun
from tests.clients.imports import GOOD, HEADER, checked, row, send, table
from tests.crm.lib.test_tabular_attacks import REFUSED

pytestmark = pytest.mark.django_db
PHONES = [f"1391234{number:04d}" for number in range(30)]


def many(*changed, header=HEADER, **written) -> bytes:
    """Thirty good rows, with others after them."""
    return table(*(row(number) for number in range(30)), *changed, header=header, **written)


def shifted() -> str:
    """A row whose cells slipped to the right: the name is missing."""
    number, _name, *rest = row(31).split(",")
    return ",".join([number, *rest, ""])


BROKEN = {
    "a header that is of other data": (
        table(*(row(number) for number in range(30)), header="客户号,姓名,机构号"),
        "The header has 3 columns, but most rows have 8: it is not theirs.",
    ),
    "columns shifted": (many(shifted()), "Rows with cells in the wrong columns: 1, from row 32."),
    "too few cells": (
        table("K1,钱一,女", *(row(number) for number in range(30))),
        "Rows with more or fewer cells than the header: 1, from row 2.",
    ),
    "cut inside a quoted cell": (
        many() + '"K00031,钱'.encode(),
        "The file ends inside a quoted cell of row 32: it was cut off.",
    ),
    "two ways of writing days": (
        many(*(row(number, birth_date="04/05/1980") for number in range(31, 50))),
        "出生日期",
    ),
    "a wrong check digit": (
        many(
            *(row(number, identity_no=GOOD) for number in range(31, 60)),
            row(60, identity_no=GOOD[:-1] + "7"),
        ),
        "身份证号: identity numbers with a wrong check digit: 1, from row 61.",
    ),
    "a repeated key": (many(row(3)), "has the same key"),
    "a repeated header": (many(HEADER), "Rows that repeat the header: 1, from row 32."),
    "a total below": (many("合计,,,,,,,"), "Rows that are totals of others: 1, from row 32."),
    "two files in one": (many() + b"\xef\xbb\xbf" + many(), "Two files were put together"),
    "another encoding inside": (
        many() + row(31).encode("gb18030") + b"\n",
        "Rows in another encoding: 1, from row 32.",
    ),
    "shortened numbers": (
        many(*(row(number, phone="1.39E+10") for number in range(31, 60))),
        "a spreadsheet has shortened",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_said_before_anything_is_imported(client, head, outlet, kind):
    content, sentence = BROKEN[kind]
    client.force_login(head)

    page = client.get(send(client, content).url)
    if sentence not in unescape(page.content.decode()):
        run = checked(head, content)
        page = client.get(reverse("import", args=[run.pk]))

    assert sentence in unescape(page.content.decode())


def test_junk_above_the_header_is_passed_over_and_marks_of_nothing_are_proposed(client, head):
    rows = [row(number, phone="None", job="?", identity_no=" ") for number in range(5)]
    rows += [row(number) for number in range(5, 30)]
    client.force_login(head)

    answer = send(client, table(*rows, above="客户清单\n\n导出日期：2026-11-20\n"))

    page = client.get(answer.url)
    assert page.context["asked"].found.dialect.header_row == 4
    assert set(page.context["asked"].chosen.missing) >= {"None", "?"}


@pytest.mark.parametrize("attack", REFUSED)
def test_what_is_no_table_is_refused_on_the_page_in_one_sentence(client, head, attack):
    made, sentence = REFUSED[attack]
    client.force_login(head)

    answer = send(client, made())

    assert answer.status_code == 422
    assert sentence in unescape(answer.content.decode())
    assert not ImportRun.objects.exists()
