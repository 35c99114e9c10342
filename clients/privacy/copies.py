"""The copy that a client asks for: all that is on file, for machines and for people, in one ZIP."""

import io
import json
import zipfile
from collections.abc import Iterator
from functools import partial
from xml.sax.saxutils import escape

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import ForeignKey, Model
from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

from clients.book.models import Client, Duplicate, FileReader, Household, Tagging
from clients.merging.models import Merge
from clients.sales.sheet import FONT, HEAD, SOFT, TEXT, TITLE
from crm.lib.secrets import EncryptedField, KeyField

# How the bank works, or who else is concerned: none of the client's own data.
_OURS = (Client, Duplicate, FileReader, Household, Merge, Tagging)
_HIDDEN = {
    "id", "client", "version", "pinyin", "joined_pinyin", "initials", "phone_index",
    "phone_last4", "identity_index", "restricted", "person", "merged_into",
}  # fmt: skip
_MARGIN = 18 * mm


def build(files: list[Client], mark: str, *, to, at) -> tuple[bytes, int]:
    """The ZIP with both forms in the language of who hands it over, and how many rows it holds."""
    with translation.override(to.language):
        tables = dict(_tables(files))
        told = {"mark": mark, "made_at": at, "tables": tables}
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
            text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            book.writestr("data.json", text)
            book.writestr("data.pdf", _pdf(tables, mark))
    return made.getvalue(), sum(map(len, tables.values()))


def _tables(files) -> Iterator[tuple[str, list[dict]]]:
    """The rows of every table that points at the client, by the name of their kind."""
    yield str(Client._meta.verbose_name), [_row(file) for file in files]
    for link in Client._meta.get_fields():
        if not (link.auto_created and (link.one_to_many or link.one_to_one)):
            continue
        field = link.field
        if field.model in _OURS:
            continue
        found = field.model._base_manager.filter(**{f"{field.name}__in": files}).order_by("pk")
        if rows := [_row(row) for row in found]:
            yield str(field.model._meta.verbose_name_plural), rows


def _row(row: Model) -> dict:
    """What a row says by the names of its fields; colleagues of the bank stay numbers of staff."""
    fields = [field for field in row._meta.concrete_fields if field.name not in _HIDDEN]
    said = {str(field.verbose_name): _said(row, field) for field in fields}
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _said(row, field):
    if isinstance(field, KeyField) or (isinstance(field, ForeignKey) and _is_staff(field)):
        return None
    value = getattr(row, field.attname)
    if isinstance(field, EncryptedField):
        return value.open() if value else ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return value


def _is_staff(field) -> bool:
    return field.related_model._meta.app_label == "managers"


def _pdf(tables, mark: str) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    made = io.BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _MARGIN)
    page = SimpleDocTemplate(made, pagesize=A4, title=_("Copy of your data"), **margins)
    story = [Paragraph(escape(_("Copy of your data")), TITLE)]
    for name, rows in tables.items():
        story.append(Paragraph(escape(name), HEAD))
        story += [Paragraph(_line(row), TEXT) for row in rows]
    draw = partial(_mark, mark)
    page.build(story, onFirstPage=draw, onLaterPages=draw)
    return made.getvalue()


def _line(row: dict) -> str:
    return escape(" · ".join(f"{name}{_(': ')}{value}" for name, value in row.items()))


def _mark(text: str, canvas, _page) -> None:
    """The watermark: who took the copy out and when, faint below the text."""
    canvas.saveState()
    canvas.setFont(FONT, 22)
    canvas.setFillColor(SOFT, alpha=0.12)
    canvas.translate(A4[0] / 2, A4[1] / 2)
    canvas.rotate(35)
    for height in (-220, 0, 220):
        canvas.drawCentredString(0, height, text)
    canvas.restoreState()
