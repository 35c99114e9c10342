"""What a file is, told by how it begins: a text, a spreadsheet, or something that is no table."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.lib.tabular.shape import TabularError

TEXT, SPREADSHEET = "text", "spreadsheet"
BEGINNING = 64 * 1024  # bytes that decide

_ZIP = b"PK\x03\x04"
_OTHERS = (
    (
        (b"\xd0\xcf\x11\xe0",),
        gettext_noop("This is an old or a locked Excel file: save it as XLSX, without a password."),
    ),
    (
        (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"),
        gettext_noop("This file is written in UTF-16: save it as UTF-8."),
    ),
    ((b"%PDF",), gettext_noop("This is a PDF document: export the table as CSV or XLSX.")),
    (
        (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ"),
        gettext_noop("This is a packed file: unpack it first."),
    ),
    (
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM\xf6"),
        gettext_noop("This is a picture, not a table."),
    ),
    ((b"{\\rtf",), gettext_noop("This is a text document: export the table as CSV or XLSX.")),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta", b"<style", b"mime-ver")


def kind_of(beginning: bytes) -> str:
    """TEXT or SPREADSHEET. Raises TabularError, in words, for what is neither."""
    if beginning.startswith(_ZIP):
        return SPREADSHEET
    for marks, sentence in _OTHERS:
        if beginning.startswith(marks):
            raise TabularError(_(sentence))
    if beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower().startswith(_MARKUP):
        raise TabularError(_("This is a web page, whatever its name says: save it as XLSX or CSV."))
    if _every_other_is_nul(beginning[:64]):
        raise TabularError(_("This file is written in UTF-16: save it as UTF-8."))
    if b"\r" in beginning and b"\n" not in beginning:
        raise TabularError(
            _("The lines of this file end with carriage returns alone: save it anew as CSV.")
        )
    return TEXT


def _every_other_is_nul(beginning: bytes) -> bool:
    """UTF-16 without a mark: Latin letters have a NUL each, all on one side."""
    halves = beginning[::2], beginning[1::2]
    return len(beginning) > 3 and any(not any(half) for half in halves) and any(beginning)
