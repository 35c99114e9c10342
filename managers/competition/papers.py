"""The ranking as PDF and XLSX, and the certificate of one person.

STSong-Light is one of the fonts that every PDF reader brings along for Chinese: nothing is
embedded.
"""

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
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from crm import words
from crm.lib import clock, money
from crm.lib.tabular.writing import write_xlsx
from managers.competition.rows import Row
from managers.competition.scoring import label

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
_INK, _SOFT = colors.HexColor("#1f2a30"), colors.HexColor("#5d6b73")
_ACCENT = colors.HexColor("#1b5a6b")
_TITLE = ParagraphStyle("title", fontName=FONT, fontSize=18, leading=26, textColor=_INK)
_HEAD = ParagraphStyle("head", fontName=FONT, fontSize=12, leading=20, spaceBefore=8)
_META = ParagraphStyle("meta", fontName=FONT, fontSize=8.5, leading=12, textColor=_SOFT)
_CENTRE = ParagraphStyle("centre", fontName=FONT, fontSize=14, leading=24, alignment=1)
_GREAT = ParagraphStyle("great", parent=_CENTRE, fontSize=34, leading=48, textColor=_ACCENT)


def ranking_xlsx(competition, rows: list[Row], *, by, at) -> bytes:
    """All rows with every metric's actual, target and score; cells are texts."""
    mark = _mark(by, at)
    metrics = list(dict.fromkeys(line.metric for row in rows for line in row.score.lines))
    parts = (_("actual"), _("target"), _("score"))
    head = [*_columns(), *(f"{label(metric)}, {part}" for metric in metrics for part in parts)]
    cells = [[f"{competition.name} {_state(competition)}", mark], head]
    for row in rows:
        lines = {line.metric: line for line in row.score.lines}
        found = [lines.get(metric) for metric in metrics]
        cells.append(
            [
                *_cells(row),
                *(
                    f"{value}"
                    for line in found
                    for value in ((line.actual, line.target, line.score) if line else ("", "", ""))
                ),
            ]
        )
    return write_xlsx(cells, mark=mark)


def ranking_pdf(competition, rows: list[Row], *, by, at) -> bytes:
    """One table for each division, with who printed it when below each page."""
    days = f"{words.day(competition.first)} – {words.day(competition.last)}"
    story = [
        Paragraph(escape(competition.name), _TITLE),
        Paragraph(escape(f"{days} · {_state(competition)}"), _META),
    ]
    for division in dict.fromkeys(row.division for row in rows):
        some = [row for row in rows if row.division == division]
        story += [Paragraph(escape(str(division)), _HEAD), _table(some)]
    if competition.digest:
        story += [Spacer(1, 8), Paragraph(escape(f"SHA-256 {competition.digest}"), _META)]
    mark = _mark(by, at)
    return _built(story, title=competition.name, pagesize=A4, mark=mark)


def certificate(competition, row: Row) -> bytes:
    """One landscape page for a person with a place."""
    days = f"{words.day(competition.first)} – {words.day(competition.last)}"
    place = {"place": words.ordinal(row.place), "division": str(row.division)}
    score = {"points": words.points(row.score.total)}
    story = [
        Spacer(1, 24 * mm),
        Paragraph(escape(competition.name), _CENTRE),
        Paragraph(escape(words.plain_name(row.staff)), _GREAT),
        Paragraph(escape(words.unit_name(row.unit)), _CENTRE),
        Spacer(1, 10 * mm),
        Paragraph(escape(_("%(place)s place · %(division)s") % place), _CENTRE),
        Paragraph(escape(_("%(points)s points") % score), _CENTRE),
        Spacer(1, 16 * mm),
        Paragraph(escape(days), _CENTRE),
        Paragraph(escape(f"SHA-256 {competition.digest}"), _META),
    ]
    return _built(story, title=_("Certificate"), pagesize=landscape(A4), mark="")


def _columns() -> list[str]:
    return [
        *(_("Place"), _("Staff number"), _("Name"), _("Outlet"), _("Division")),
        *(_("Score"), _("Deductions"), _("Prize, CNY")),
    ]


def _cells(row: Row) -> list[str]:
    return [
        f"{row.place or ''}",
        row.staff.employee_no,
        words.plain_name(row.staff),
        words.unit_name(row.unit),
        str(row.division),
        f"{row.score.total}",
        f"{row.score.deducted}",
        f"{row.prize}",
    ]


def _table(rows: list[Row]) -> Table:
    head = [_("Place"), _("Name"), _("Outlet"), _("Score"), _("Prize")]
    cells = [
        [
            f"{row.place or '–'}",
            words.plain_name(row.staff),
            words.unit_name(row.unit),
            words.points(row.score.total),
            money.exact(row.prize) if row.prize else "",
        ]
        for row in rows
    ]
    style = [
        ("FONT", (0, 0), (-1, -1), FONT, 9.5),
        ("TEXTCOLOR", (0, 0), (-1, 0), _SOFT),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.lightgrey),
        ("ALIGN", (3, 0), (-1, -1), "RIGHT"),
    ]
    widths = [16 * mm, 50 * mm, 54 * mm, 24 * mm, 30 * mm]
    return Table([head, *cells], colWidths=widths, repeatRows=1, style=style, hAlign="LEFT")


def _built(story, *, title, pagesize, mark) -> bytes:
    def foot(canvas, page):
        canvas.setFont(FONT, 8)
        canvas.setFillColor(_SOFT)
        canvas.drawString(18 * mm, 10 * mm, mark)

    made = BytesIO()
    page = SimpleDocTemplate(
        made,
        pagesize=pagesize,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        title=title,
        lang=get_language(),
    )
    page.build(story, onFirstPage=foot, onLaterPages=foot)
    return made.getvalue()


def _mark(by, at) -> str:
    return f"{by.employee_no} · {clock.local(at):%Y-%m-%d %H:%M}"


def _state(competition) -> str:
    return str(competition.get_state_display())
