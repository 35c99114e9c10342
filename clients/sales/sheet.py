"""The sheet for a portfolio meeting: one A4 page, written in memory and kept nowhere.

STSong-Light is one of the fonts that every PDF reader brings along for Chinese: nothing is
embedded, and no font has to be on the server.
"""

from datetime import date
from functools import partial
from io import BytesIO
from xml.sax.saxutils import escape

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import KeepInFrame, Paragraph, SimpleDocTemplate, Spacer, Table

from clients.book.models import Holding
from clients.sales import reviews
from clients.sales.queries import risk_card
from crm import words
from crm.lib import money

FONT = "STSong-Light"
HOLDINGS = 14  # rows of holdings; what is left stands in one line below them
_MARGIN = 18 * mm
_WIDTH, _HEIGHT = A4[0] - 2 * _MARGIN, A4[1] - 2 * _MARGIN
_INK, SOFT, _LINE = colors.HexColor("#1f2a30"), colors.HexColor("#5d6b73"), colors.lightgrey

TITLE = ParagraphStyle("title", fontName=FONT, fontSize=18, leading=24, textColor=_INK)
HEAD = ParagraphStyle(
    "head", fontName=FONT, fontSize=12, leading=18, spaceBefore=10, textColor=_INK
)
TEXT = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=15, wordWrap="CJK")
_META = ParagraphStyle("meta", parent=TEXT, fontSize=8.5, leading=12, textColor=SOFT)


def write(client, *, by, on: date) -> bytes:
    """The sheet of a client, in the active language; always exactly one page."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    made = BytesIO()
    page = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=_("Portfolio review"),
        lang=get_language(),
    )
    # Long goals make the whole page smaller, never a second one.
    story = [KeepInFrame(_WIDTH - 12, _HEIGHT - 12, _story(client, by, on), mode="shrink")]
    page.build(story, onFirstPage=partial(_mark, by.employee_no, on))
    return made.getvalue()


def _mark(employee_no, on, canvas, _page) -> None:
    """The watermark: who printed the sheet and when, faint below the text."""
    canvas.saveState()
    canvas.setFont(FONT, 28)
    canvas.setFillColor(SOFT, alpha=0.1)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(35)
    for height in (-220, 0, 220):
        canvas.drawCentredString(0, height, f"{employee_no} · {on:%Y-%m-%d}")
    canvas.restoreState()


def _story(client, by, on) -> list:
    rhythm = reviews.rhythm(client, on=on)
    target = rhythm.last.target if rhythm.last else {}
    return [
        *_heading(client, by, on),
        *_goals(client, rhythm, on),
        *_mix(reviews.shares(client, target)),
        *_holdings(client, on),
        Spacer(1, 8),
        _text(
            _("For the meeting. Amounts as of %(day)s; past yields promise nothing.")
            % {"day": words.day(on)},
            _META,
        ),
    ]


def _heading(client, by, on) -> list:
    line = _("Client %(number)s · %(day)s · %(rm)s, %(outlet)s") % {
        "number": client.number,
        "day": words.day(on),
        "rm": words.plain_name(by),
        "outlet": words.unit_name(client.outlet),
    }
    title = _("Portfolio review: %(name)s") % {"name": words.plain_name(client)}
    return [_text(title, TITLE), _text(line, _META)]


def _goals(client, rhythm, on) -> list:
    risk = risk_card(client, on=on)
    if risk.is_valid:
        facts = {"level": risk.label, "day": words.day(risk.assessment.valid_until)}
        level = _("Risk level %(level)s, valid until %(day)s.") % facts
    else:
        level = _("Risk level to be assessed anew.")
    goals = rhythm.last.goals if rhythm.last else _("To be agreed at this meeting.")
    found = [_text(_("Goals"), HEAD), _text(goals), _text(level, _META)]
    if rhythm.last:
        last = _("Last review on %(day)s.") % {"day": words.day(rhythm.last.held_on)}
        found.append(_text(last, _META))
    return found


def _mix(shares) -> list:
    if not shares:
        return []
    head = [_("Kind"), _("Amount"), _("Now"), _("Target")]
    rows = [
        [
            str(share.kind.label),
            money.exact(share.amount),
            f"{share.percent} %",
            "–" if share.target is None else f"{share.target} %",
        ]
        for share in shares
    ]
    return [_text(_("Mix"), HEAD), _table([head, *rows], (0.4, 0.3, 0.15, 0.15), numbers=1)]


def _holdings(client, on) -> list:
    rows = list(Holding.objects.filter(client=client, is_open=True))
    if not rows:
        return []
    rows.sort(key=lambda row: (row.matures_on is None, row.matures_on or on, row.pk))
    head = [_("Product"), _("Matures"), _("Amount")]
    shown = [_holding(row) for row in rows[:HOLDINGS]]
    found = [_text(_("Holdings"), HEAD), _table([head, *shown], (0.5, 0.2, 0.3), numbers=2)]
    if (rest := len(rows) - HOLDINGS) > 0:
        found.append(_text(_("and %(number)d more") % {"number": rest}, _META))
    return found


def _holding(row) -> list:
    amount = "" if row.amount is None else money.exact(row.amount, row.currency)
    return [_text(row.name), words.day(row.matures_on) or "–", amount]


def _text(text, style=TEXT) -> Paragraph:
    return Paragraph(escape(str(text)).replace("\n", "<br/>"), style)


def _table(rows, widths, *, numbers: int) -> Table:
    """A table of the page; from column `numbers` on it is aligned to the right."""
    table = Table(rows, colWidths=[_WIDTH * 0.97 * width for width in widths], hAlign="LEFT")
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), FONT, 9.5),
            ("TEXTCOLOR", (0, 0), (-1, 0), SOFT),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("ALIGN", (numbers, 0), (-1, -1), "RIGHT"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
        ]
    )
    return table
