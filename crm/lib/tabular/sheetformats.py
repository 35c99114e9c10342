"""Number formats that make a code of a number: 000000 shows 123 as 000123."""

import re
from functools import lru_cache

_COLOUR = re.compile(r"\[(?:[A-Za-z]+\d*|\$-[0-9A-Fa-f]+)\]")
_PIECE = re.compile(r'(?P<place>0)|"(?P<words>[^"]*)"|\\(?P<sign>.)|(?P<plain>[-+() ])')


@lru_cache(maxsize=256)
def code_of(number_format: str) -> tuple[str | None, ...]:
    """The pieces of a format with leading zeros, None for each digit; () for any other format."""
    positive = _COLOUR.sub("", number_format.partition(";")[0])
    found = [*_PIECE.finditer(positive)]
    places = sum(bool(piece["place"]) for piece in found)
    if places < 2 or "".join(piece[0] for piece in found) != positive:
        return ()
    return tuple(
        None if piece["place"] else piece["words"] or piece["sign"] or piece["plain"] or ""
        for piece in found
    )


def filled(digits: str, code: tuple[str | None, ...]) -> str:
    """The digits in the places of a code, from the right; what is left over stands in the first."""
    left, shown, places = digits, [], code.count(None)
    for piece in reversed(code):
        if piece is not None:
            shown.append(piece)
            continue
        places -= 1
        digit, left = (left[-1:] or "0", left[:-1]) if places else (left or "0", "")
        shown.append(digit)
    return "".join(reversed(shown))
