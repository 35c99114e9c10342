"""Records of a text file whose cells stand between separators."""

import codecs
import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from crm.lib.tabular.shape import BadRow, Dialect, Record, TabularError

# One record may run over several lines inside quotes. A quote that is never closed would
# swallow the rest of the file, so a record ends here at the latest.
_MOST_LINES = 100
_MOST_BYTES = 256 * 1024
_MARK = "\ufeff"


def delimited_records(file: BinaryIO, dialect: Dialect) -> Iterator[Record | BadRow]:
    """The records of a text file, decoded and parsed strictly, line by line."""
    encoding = codec(dialect.encoding)
    _skip_mark(file, encoding)
    lines = _Lines(file, encoding)
    parsed = _reader(lines, dialect)
    missing = {"", *dialect.missing}
    number = 0
    while True:
        number += 1
        lines.begin()
        try:
            cells = next(parsed)
        except StopIteration:
            return
        except (_BrokenError, csv.Error) as broken:
            lines.take_back()
            yield BadRow(number, *_reason(broken))
        else:
            yield Record(number, [None if cell in missing else cell for cell in cells])


class _BrokenError(Exception):
    """A line that is no text in the declared encoding, or too long, and the code of the reason."""

    def __init__(self, message: str, code: str):
        super().__init__(message)
        self.code = code


class _Lines:
    """Lines decoded one by one; a broken record gives back all but its first.

    So a stray quote costs one row, not all those up to the next quote.
    """

    def __init__(self, file: BinaryIO, encoding: str):
        self._file = file
        self._encoding = encoding
        self._again: deque[bytes] = deque()
        self._taken: list[bytes] = []

    def begin(self) -> None:
        """A new record begins with the next line."""
        self._taken = []

    def take_back(self) -> None:
        """Read the lines after the first one of this record again."""
        self._again.extendleft(reversed(self._taken[1:]))

    def __iter__(self):
        return self

    def __next__(self) -> str:
        if len(self._taken) >= _MOST_LINES or sum(map(len, self._taken)) > _MOST_BYTES:
            raise _BrokenError(_("A quote opens a cell in this row and is not closed."), "quote")
        fresh = not self._again
        line = self._file.readline(_MOST_BYTES) if fresh else self._again.popleft()
        if not line:
            raise StopIteration
        self._taken.append(line)
        if len(line) == _MOST_BYTES and not line.endswith(b"\n"):
            if fresh:
                self._skip_line()
            raise _BrokenError(_("This row is longer than any row should be."), "long")
        if b"\0" in line:
            raise _BrokenError(_("This row has NUL characters: the file is damaged."), "nul")
        try:
            text = line.decode(self._encoding)
        except UnicodeDecodeError as broken:
            raise _BrokenError(
                _("This row is not written in %(encoding)s.") % {"encoding": self._encoding},
                "encoding",
            ) from broken
        if text.startswith(_MARK):
            raise _BrokenError(
                _("A mark that begins files stands before this row: two files were put together."),
                "joined",
            )
        return text

    def _skip_line(self) -> None:
        while (rest := self._file.readline(_MOST_BYTES)) and not rest.endswith(b"\n"):
            pass


def codec(name: str) -> str:
    """The encoding, if it can be read line by line. Raises TabularError."""
    try:
        found = codecs.lookup(name).name.removesuffix("-sig")
        if '\n"'.encode(found) != b'\n"':
            raise TabularError(
                _("Files in %(encoding)s cannot be read: save them as UTF-8.") % {"encoding": name}
            )
    except LookupError as unknown:
        raise TabularError(_("%(encoding)s is no encoding.") % {"encoding": name}) from unknown
    return found


def _skip_mark(file: BinaryIO, encoding: str) -> None:
    """Begin after the mark that spreadsheets put before UTF-8."""
    if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)
    elif encoding != "utf-8":
        raise TabularError(
            _("The file is marked as UTF-8, but declared to be written in %(encoding)s.")
            % {"encoding": encoding}
        )


def _reader(lines: _Lines, dialect: Dialect) -> Iterator[list[str]]:
    quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
    try:
        return csv.reader(
            lines,
            delimiter=dialect.separator,
            quotechar=dialect.quote or None,
            quoting=quoting,
            strict=True,
        )
    except TypeError as wrong:
        raise TabularError(_("Separator and quote are one character each.")) from wrong


def _reason(broken: Exception) -> tuple[str, tuple, str]:
    """What the csv module means, for a person; no cells; and its code."""
    if isinstance(broken, _BrokenError):
        return str(broken), (), broken.code
    text = str(broken)
    if "unexpected end of data" in text:
        return _("The file ends inside a quoted cell of this row: it was cut off."), (), "cut"
    if "new-line character" in text:
        return _("A carriage return stands in the middle of this row."), (), "return"
    if "field limit" in text:
        return _("A cell of this row is longer than any cell should be."), (), "long"
    return _("Text follows a closing quote in this row."), (), "quote"
