"""Whatever way a table is written, it is read back cell by cell as it was."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.tabular import detect, rows

pytestmark = pytest.mark.once

HEADER = ["客户号", "姓名", "开户日期", "备注"]
LATIN_HEADER = ["number", "name", "opened", "note"]
DAY, LAST = date(1990, 1, 13), date(2030, 12, 31)
DAYS = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYYMMDD": "%Y%m%d",
    "DD.MM.YYYY": "%d.%m.%Y",
    "YYYY/MM/DD": "%Y/%m/%d",
}
JUNK = ([], ["贵宾客户清单"], ["贵宾客户清单", "", "制表日期：2026-01-02"])
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "latin-1")
CHINESE = ("赵云", "钱七", "孙六", "李四", "欧阳娜娜", "单雄信", "曾国强", "解珍")
LATIN = ("José Núñez", "Jürgen Müller", "Zoë Brontë", "Anna Å", "O'Brien, Pat", 'Tom "T"')
NOTES = ("", "a; b", "x, y", "A|B", "tab\there", 'said "yes"', "two\nlines", "plain")


@st.composite
def tables(draw):
    """(rows, encoding, content as it is written, the mark for missing cells, the format of days)"""
    encoding, separator = draw(st.sampled_from(ENCODINGS)), draw(st.sampled_from(",;\t|"))
    mark, form = draw(st.sampled_from(["", "None", "?", " "])), draw(st.sampled_from([*DAYS]))
    latin = encoding == "latin-1"
    names = st.sampled_from(LATIN if latin else CHINESE)
    cells = st.tuples(names, st.dates(min_value=DAY, max_value=LAST), st.sampled_from(NOTES))
    table = [
        [f"K{n}", name, day.strftime(DAYS[form]), note or mark]
        for n, (name, day, note) in enumerate(
            draw(st.lists(cells, min_size=3, max_size=8)), start=1
        )
    ]
    header = LATIN_HEADER if latin else HEADER
    junk = [] if latin else [[line] for line in draw(st.sampled_from(JUNK))]
    written = io.StringIO(newline="")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    csv.writer(written, delimiter=separator, quoting=quoting, lineterminator=ends).writerows(
        [*junk, header, *table]
    )
    return header, table, written.getvalue().encode(encoding), mark, form


@given(tables())
def test_a_table_is_read_back_as_it_was_written(written):
    header, table, content, mark, form = written

    found = detect(content)
    read = [[*row.values.values()] for row in rows(content, found.dialect)]

    assert found.header == header
    assert read == [[cell or None for cell in row] for row in table]
    assert not found.stopped
    assert form in found.columns[2].formats
    if mark and any(row[3] == mark for row in table):
        assert found.columns[3].marks == {mark: sum(row[3] == mark for row in table)}
