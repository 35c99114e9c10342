"""The ranking as PDF and XLSX, and the certificate of one person.

Nothing is embedded: Helvetica and, for what it cannot write, STSong-Light are among the fonts that
every PDF reader brings along.
"""

import re
from io import BytesIO
from xml.sax.saxutils import escape

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import CondPageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from crm import words
from crm.lib import clock, money
from crm.lib.tabular.writing import write_xlsx
from managers.competition.divisions import Division
from managers.competition.rows import Row
from managers.competition.scores import label
from managers.people.models import OrgUnit, UnitKind

FONT, HANZI = "Helvetica", "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(HANZI))
_BEYOND_LATIN = re.compile(r"[^\x20-\x7e\xa0-\xff–]+")
_INK, _SOFT = colors.HexColor("#1f2a30"), colors.HexColor("#5d6b73")
_ACCENT = colors.HexColor("#1b5a6b")
_TITLE = ParagraphStyle("title", fontName=FONT, fontSize=18, leading=26, textColor=_INK)
_HEAD = ParagraphStyle("head", fontName=FONT, fontSize=12, leading=20, spaceBefore=8)
_META = ParagraphStyle("meta", fontName=FONT, fontSize=8.5, leading=12, textColor=_SOFT)
_CELL = ParagraphStyle("cell", fontName=FONT, fontSize=9.5, leading=12, textColor=_INK)
_CENTRE = ParagraphStyle("centre", fontName=FONT, fontSize=14, leading=24, alignment=1)
_GREAT = ParagraphStyle("great", parent=_CENTRE, fontSize=34, leading=48, textColor=_ACCENT)
_LARGE = ParagraphStyle("large", parent=_CENTRE, fontSize=20, leading=32)
_SMALL = ParagraphStyle("small", parent=_META, alignment=1)
_COLUMNS = (8, 12, 18, 24, 34, 10, 10, 14)  # characters of the first ones in a spreadsheet


def ranking_xlsx(competition, rows: list[Row], *, by, at) -> bytes:
    """All rows with every metric's actual, target and score."""
    mark = _mark(by, at)
    metrics = list(dict.fromkeys(line.metric for row in rows for line in row.score.lines))
    parts = (_("actual"), _("target"), _("score"))
    measured = [
        _("%(metric)s, %(part)s") % {"metric": label(metric), "part": part}
        for metric in metrics
        for part in parts
    ]
    head = [*_columns(), *measured]
    cells = [[f"{competition.name} {_state(competition)}", mark], head]
    for row in _by_division(competition, rows):
        lines = {line.metric: line for line in row.score.lines}
        found = [lines.get(metric) for metric in metrics]
        cells.append(
            [
                *_cells(row),
                *(
                    value
                    for line in found
                    for value in ((line.actual, line.target, line.score) if line else ("", "", ""))
                ),
            ]
        )
    widths = [*_COLUMNS, *(18 for _part in measured)]
    return write_xlsx(cells, mark=mark, heads=2, widths=widths)


def ranking_pdf(competition, rows: list[Row], *, by, at) -> bytes:
    """One table for each division, with who printed it when below each page."""
    rows = _by_division(competition, rows)
    days = f"{words.day(competition.first)} – {words.day(competition.last)}"
    story = [_text(competition.name, _TITLE), _text(f"{days} · {_state(competition)}", _META)]
    for division in dict.fromkeys(row.division for row in rows):
        some = [row for row in rows if row.division == division]
        # A heading is followed by three rows at least on its page.
        story += [CondPageBreak(36 * mm), _text(str(division), _HEAD), _table(some)]
    if competition.digest:
        story += [Spacer(1, 8), _text(f"SHA-256 {competition.digest}", _META)]
    return _built(story, title=competition.name, pagesize=A4, draw=_foot(_mark(by, at)))


def certificate(competition, row: Row) -> bytes:
    """One landscape page for a person with a place, by head office on the day of the freeze."""
    frozen = competition.steps.get(state=competition.State.FROZEN)
    issuer = OrgUnit.objects.filter(kind=UnitKind.HEAD_OFFICE).order_by("path").first()
    days = f"{words.day(competition.first)} – {words.day(competition.last)}"
    place = {"place": words.ordinal(row.place), "division": str(row.division)}
    score = {"points": words.points(row.score.total)}
    story = [
        Spacer(1, 20 * mm),
        _text(_("Certificate"), _LARGE),
        _text(competition.name, _CENTRE),
        Spacer(1, 12 * mm),
        _text(words.plain_name(row.staff), _GREAT),
        _text(words.unit_name(row.unit), _CENTRE),
        Spacer(1, 12 * mm),
        _text(_("%(place)s place · %(division)s") % place, _LARGE),
        _text(_("%(points)s points") % score, _CENTRE),
        _text(days, _CENTRE),
        Spacer(1, 12 * mm),
        _text(words.unit_name(issuer), _CENTRE),
        _text(words.day(clock.local(frozen.at).date()), _CENTRE),
        Spacer(1, 6 * mm),
        _text(f"SHA-256 {competition.digest}", _SMALL),
    ]
    return _built(story, title=_("Certificate"), pagesize=landscape(A4), draw=_frame)


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph whose characters beyond Latin are set in the Chinese font."""
    return Paragraph(
        _BEYOND_LATIN.sub(lambda found: f'<font name="{HANZI}">{found[0]}</font>', escape(text)),
        style,
    )


def _by_division(competition, rows: list[Row]) -> list[Row]:
    """The rows in the order in which the rules name posts and the ladder names bands."""
    order = Division.all(competition.rulebook.goals)
    return sorted(rows, key=lambda row: order.index(row.division))


def _columns() -> list[str]:
    return [
        *(_("Place"), _("Staff number"), _("Name"), _("Outlet"), _("Division")),
        *(_("Score"), _("Deductions"), _("Prize, CNY")),
    ]


def _cells(row: Row) -> list:
    return [
        row.place or "",
        row.staff.employee_no,
        words.plain_name(row.staff),
        words.unit_name(row.unit),
        str(row.division),
        row.score.total,
        row.score.deducted,
        row.prize,
    ]


def _table(rows: list[Row]) -> Table:
    right = ParagraphStyle("right", parent=_CELL, alignment=2)
    soft = {"textColor": _SOFT}
    heads = [ParagraphStyle("of", parent=one, **soft) for one in (_CELL, right)]
    head = [_text(title, heads[0]) for title in (_("Place"), _("Name"), _("Outlet"))]
    head += [_text(title, heads[1]) for title in (_("Score"), _("Prize"))]
    cells = [
        [
            f"{row.place or '–'}",
            _text(words.plain_name(row.staff), _CELL),
            _text(words.unit_name(row.unit), _CELL),
            words.points(row.score.total),
            money.exact(row.prize) if row.prize else "",
        ]
        for row in rows
    ]
    style = [
        ("FONT", (0, 0), (-1, -1), FONT, 9.5),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.lightgrey),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("ALIGN", (3, 0), (-1, -1), "RIGHT"),
    ]
    widths = [16 * mm, 50 * mm, 54 * mm, 24 * mm, 30 * mm]
    return Table([head, *cells], colWidths=widths, repeatRows=1, style=style, hAlign="LEFT")


def _foot(mark: str):
    """Who printed it when, and the number of the page, below each."""

    def draw(canvas, page):
        canvas.setFont(FONT, 8)
        canvas.setFillColor(_SOFT)
        canvas.drawString(18 * mm, 10 * mm, mark)
        canvas.drawRightString(page.pagesize[0] - 18 * mm, 10 * mm, f"{canvas.getPageNumber()}")

    return draw


def _frame(canvas, page):
    """Two lines around a certificate."""
    wide, high = page.pagesize
    canvas.setStrokeColor(_ACCENT)
    for edge, line in ((10 * mm, 2), (13 * mm, 0.5)):
        canvas.setLineWidth(line)
        canvas.rect(edge, edge, wide - 2 * edge, high - 2 * edge)


def _built(story, *, title, pagesize, draw) -> bytes:
    made = BytesIO()
    page = SimpleDocTemplate(
        made,
        pagesize=pagesize,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=title,
        lang=get_language(),
    )
    page.build(story, onFirstPage=draw, onLaterPages=draw)
    return made.getvalue()


def _mark(by, at) -> str:
    return f"{by.employee_no} · {clock.local(at):%Y-%m-%d %H:%M}"


def _state(competition) -> str:
    return str(competition.get_state_display())
