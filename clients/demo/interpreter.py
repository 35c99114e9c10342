"""The demo bank's typed sentences in the language of whoever reads a page.

What people type stays as they typed it, and so a visitor who changes the language would read half
of each page in the other one. Here the sentences of this package are told in both; in demo mode
alone.
"""

import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from django.utils import translation
from django.utils.html import escape
from django.utils.translation import get_language

from clients import demo
from clients.followups import programmes

LANGUAGES = ("en", "zh-hans")
_ENDS = ".。"
_BETWEEN_TAGS = re.compile(r">\s*[^<>\s][^<>]*<")


class Interpreter:
    """Middleware: tells the sentences of a page in its language."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming:
            response.content = tell(response.content.decode(), get_language() or LANGUAGES[0])
        return response


def tell(html: str, language: str) -> str:
    """The page with the known sentences of the other language in this one; tags stay."""
    pattern, told = _phrases(language)

    def tell_one(found) -> str:
        phrase, end = found.groups()
        return told[phrase] + (_ENDS[language == LANGUAGES[1]] if end else "")

    return _BETWEEN_TAGS.sub(lambda found: pattern.sub(tell_one, found.group()), html)


@cache
def _phrases(language: str) -> tuple[re.Pattern, dict[str, str]]:
    """A pattern that finds the longest sentence first, and what to say in its place."""
    pairs = [(_bare(english), _bare(chinese)) for english, chinese in sentences()]
    is_chinese = language == LANGUAGES[1]
    told = dict(pairs) if is_chinese else {chinese: english for english, chinese in pairs}
    longest = sorted(told, key=len, reverse=True)
    words = "|".join(re.escape(phrase) for phrase in longest)
    letter = "[A-Za-z]" if is_chinese else "[\u4e00-\u9fff]"
    # A visitor's own sentence, of which it would be a part, stays as it is.
    alone = rf"(?<!{letter})(?<!{letter} )({words})(?! ?{letter})"
    return re.compile(f"{alone}([{_ENDS}]?)"), told


def sentences() -> Iterator[tuple[str, str]]:
    """Each sentence of this package in English and in Chinese, and the steps of programmes.

    Those are written in the language of the client's owner, as all that is booked.
    """
    for module in pkgutil.iter_modules(demo.__path__, f"{demo.__name__}."):
        for table in vars(import_module(module.name)).values():
            if isinstance(table, dict) and set(table) == set(LANGUAGES):
                yield from _together(*(table[language] for language in LANGUAGES))

    yield from zip(*(_of_programmes(language) for language in LANGUAGES), strict=True)


def _of_programmes(language: str) -> list[str]:
    with translation.override(language):
        known = programmes.defaults()
    steps = [step["purpose"] for programme in known for step in programme.steps]
    return [programme.name for programme in known] + steps


def _together(english, chinese) -> Iterator[tuple[str, str]]:
    if isinstance(english, str):
        if english.strip(_ENDS) and english != chinese:
            yield english, chinese
    elif isinstance(english, dict):
        for name in english:
            yield from _together(english[name], chinese[name])
    elif isinstance(english, (tuple, list)):
        for one, other in zip(english, chinese, strict=True):
            yield from _together(one, other)


def _bare(text: str) -> str:
    return escape(text.rstrip(_ENDS))
