"""How Chinese names are typed on a keyboard and written in Latin letters."""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

from crm.lib.surnames import DOTS, READINGS, divide, is_chinese

_BETWEEN_PARTS = re.compile(rf"[\s{re.escape(DOTS)}]+")


def pinyin(name: str) -> tuple[str, str, str]:
    """A name as it is searched for: spaced, joined, and by initials.

    单雄信 gives ("shan xiongxin", "shanxiongxin", "sxx"); ü is typed v. A name that is
    not Chinese passes through in lower case.
    """
    parts = _parts(name)
    words = ["".join(part) for part in parts]
    initials = "".join(syllable[0] for part in parts for syllable in part)
    return " ".join(words), "".join(words), initials


def latin(name: str) -> str:
    """A name in Latin letters as in a passport: 单雄信 is Shan Xiongxin, 吕布 is Lyu Bu."""
    if not is_chinese(name.strip()):
        return " ".join(name.split())
    return " ".join("".join(part).replace("v", "yu").capitalize() for part in _parts(name))


def _parts(name: str) -> list[tuple[str, ...]]:
    """The syllables of each part of a name, surname first."""
    name = name.strip()
    if not is_chinese(name):
        return [(word,) for word in name.casefold().split()]
    pieces = [piece for piece in _BETWEEN_PARTS.split(name) if piece]
    if any(dot in name for dot in DOTS):
        return [_syllables(piece) for piece in pieces]
    surname, given = divide("".join(pieces))
    return [_surname(surname), _syllables(given)] if given else [_surname(surname)]


@lru_cache(maxsize=4096)
def _surname(text: str) -> tuple[str, ...]:
    return tuple(READINGS[text].split("'")) if text in READINGS else _syllables(text)


# Given names repeat: half a million clients share some tens of thousands.
@lru_cache(maxsize=65536)
def _syllables(text: str) -> tuple[str, ...]:
    return tuple(syllable.casefold() for syllable in lazy_pinyin(text) if syllable.strip())
