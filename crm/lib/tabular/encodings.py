"""Which encoding a text is written in, told from its bytes.

UTF-8 cannot be met by chance, so it is asked first. GB18030 and Latin-1 can be taken for each
other: in Chinese text bytes above 0x7F stand in pairs that mean frequent characters, in Latin
text they stand alone among letters.
"""

import codecs
import re
from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

_BLOCK = 1024 * 1024
_MOST_LINES = 5_000  # with other letters than ASCII: more decide no better
_LONGEST_LINE = 64 * 1024
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"(?P<before>[A-Za-z]?)(?P<bytes>[\x80-\xff]+)(?P<after>[A-Za-z]?)")
_WINDOWS = re.compile(rb"[\x80-\x9f]")
_WINDOWS_LACKS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Of a pair of bytes: punctuation and full-width signs, and the 3,755 frequent characters.
_FREQUENT = re.compile(rb"(?:[\xa1-\xa3\xb0-\xd7][\xa1-\xfe])+")
_LETTERS = re.compile(rb"[\xc0-\xd6\xd8-\xf6\xf8-\xff]+")


def encoding_of(file: BinaryIO) -> str:
    """utf-8, utf-8-sig (with a mark), gb18030, cp1252 or latin-1; the file is read to its end."""
    marked = file.read(3) == codecs.BOM_UTF8
    file.seek(0)
    if marked:
        return "utf-8-sig"
    if is_utf_8(file):
        return "utf-8"
    file.seek(0)
    return _judged([*islice(_telling(file), _MOST_LINES)])


def is_utf_8(file: BinaryIO) -> bool:
    """Whether the rest of a file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _telling(file: BinaryIO) -> Iterable[bytes]:
    """The lines that are not ASCII."""
    while line := file.readline(_LONGEST_LINE):
        if _NOT_ASCII.search(line):
            yield line


def _judged(lines: list[bytes]) -> str:
    if 2 * sum(_decodes(line, "utf-8") for line in lines) >= len(lines):
        return "utf-8"  # with some broken rows
    text = b"".join(lines)
    chinese, latin = _evidence(lines)
    if chinese > latin and 2 * sum(_decodes(line, "gb18030") for line in lines) >= len(lines):
        return "gb18030"
    return "cp1252" if _WINDOWS.search(text) and not _WINDOWS_LACKS.search(text) else "latin-1"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _evidence(lines: list[bytes]) -> tuple[float, float]:
    """How much speaks for GB18030 and for a Latin alphabet, in characters."""
    chinese = latin = 0.0
    for line in lines:
        for run in _RUN.finditer(line):
            taken, in_word = run["bytes"], bool(run["before"] or run["after"])
            if in_word and _LETTERS.fullmatch(taken) and len(taken) < 3:
                latin += 1
            elif _FREQUENT.fullmatch(taken):
                chinese += len(taken) / 2
            elif len(taken) % 2 == 0:
                chinese += len(taken) / 4  # rarer characters
            elif len(taken) == 1:
                latin += 0.5
            else:
                chinese += len(taken) / 8  # a rare character may end in an ASCII byte
    return chinese, latin
