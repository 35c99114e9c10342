"""Read `matrix.txt`, and the addresses that are mounted."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import get_resolver

from managers.people.models import Post
from tests.visibility.stage import NOBODY, RELATIONS

POSTS = (*Post.values, NOBODY)
LEFT_OUT = "admin:*"
# Objects that are about no client, or about several.
_NO_FILE = {
    "-",
    "work-log",
    "product",
    "household",
    "org-unit",
    "staff",
    "audit-event",
    "audit-edit",
    "access",
    "notification",
    "competition",
    "draft",
    "over",
    "closed-competition",
    "provisional",
    "appealing",
    "ripe",
    "frozen",
    "appeal",
    "screen",
    "held-step",
    "cycle",
    "grading",
    "grading-advised",
    "grading-decided",
    "grading-appealed",
    "factor",
    "import",
    "import-checked",
    "mapping",
    "export",
    "export-waiting",
    "lead-list",
    "note",
    "report",
    "handed-in",
    "plan",
    "plan-waiting",
    "plan-approved",
    "plan-done",
}
_MASKED = {
    "privacy-request",
    "privacy-request-new",
    "api-privacy-request-detail",
    "assign",
    "referral-new",
    "client-access",
}  # pages with clients of whom they show no file
_TABLE = Path(__file__).parent / "matrix.txt"
# What stands in for the variable part of an address: `<int:pk>` or `(?P<pk>\d+)`.
_VARIABLE = re.compile(r"\(\?P<\w+>[^)]*\)|<[^>]+>")


@dataclass(frozen=True)
class Row:
    """One line of the matrix: a request, and its outcome for each post and relation."""

    name: str
    method: str
    kind: str
    success: tuple[int, ...]
    signs: tuple[str, ...]

    def __str__(self):
        return f"{self.name} {self.method} {self.kind}"

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api-")

    @property
    def shows_a_file(self) -> bool:
        """Whether a success shows what is in one client's file, not a list or a mask alone."""
        return self.method == "GET" and self.kind not in _NO_FILE and self.name not in _MASKED

    @property
    def cells(self) -> dict[tuple[str, str], str]:
        """The expected sign for each post and relation; one sign stands for the own object."""
        return {
            (post, relation): sign
            for post, signs in zip(POSTS, self.signs, strict=True)
            for relation, sign in zip(RELATIONS, signs, strict=len(signs) > 1)
        }

    def expects(self, sign: str, answer) -> bool:
        """Whether an answer is what the sign stands for."""
        refusals = {400, 409} if self.is_api else {302, 422}
        to_sign_in = answer.status == 302 and "/account/login/" in answer.location
        if sign == "o":
            return answer.status in self.success and answer.changed == (self.method != "GET")
        right = {
            "v": answer.status in self.success,
            "!": answer.status in refusals and not to_sign_in,
            "x": answer.status == 403,
            ".": answer.status == 404,
            "s": answer.status == 401 if self.is_api else to_sign_in,
        }
        return right[sign] and not answer.changed


def read() -> list[Row]:
    """The lines of the matrix."""
    lines = [line.split() for line in _TABLE.read_text().splitlines()]
    return [
        Row(name, method, kind, tuple(map(int, success.split("/"))), tuple(signs))
        for name, method, kind, success, *signs in (
            line for line in lines if line and line[0] != "#" and line != [LEFT_OUT]
        )
    ]


@cache
def addresses() -> dict[str, str]:
    """The address of every URL by its name, variable parts written as {}."""
    return _addresses(get_resolver().url_patterns, namespace="", prefix="/")


def _addresses(patterns, *, namespace, prefix) -> dict[str, str]:
    found = {}
    for pattern in patterns:
        address = prefix + _VARIABLE.sub("{}", str(pattern.pattern)).strip("^$")
        if not hasattr(pattern, "url_patterns"):
            found[f"{namespace}{pattern.name}"] = address
        elif pattern.namespace == "admin":
            found[LEFT_OUT] = address
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= _addresses(pattern.url_patterns, namespace=inner, prefix=address)
    return found
