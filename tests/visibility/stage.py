"""A bank in which everybody has something of their own, beside something of others.

Eleven people, one for each post, work in one outlet and above it. Each is named by one object of
every kind; "same" objects name a colleague of their outlet, "other" ones a stranger in another
branch. Every client has a name and contact details that can be told wherever they turn up.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.test import Client as Browser

from clients.models import Client
from crm import words
from managers.people.models import Absence, Post
from tests.conftest import MONDAY

NOBODY = "nobody"
RELATIONS = ("own", "same", "other")
MAIL = "20261123T000000Z-0123456789abcdef"  # the one in the demo's mailbox
# Two of these make a given name: none is a part of another, in characters or in pinyin.
GIVEN = "金木水火土山石田星雨雪风花鸟虫龙松竹梅兰"
# Whole names and contact details of the stage's clients, wherever they turn up.
NAME = re.compile(rf"赵[{GIVEN}]{{2}}|\bZhao [A-Z][a-z]+\b|\bzhao ?[a-z]{{3,}}(?: [a-z]+)?\b")
IMPORT_FILE = b"number,outlet,name\nN1,O1,Somebody\n"
IMPORT_TABLES = {
    "files": {"file": {"name": "clients.csv"}},
    "clients": {"from": "file", "key": "number", "outlet": "outlet", "name": "name"},
}
CANARY = re.compile(r"1397412\d{4}|canary\d+@|11010119700101\d{3}|Canary Lane \d+")


@dataclass
class Outlet:
    """An outlet with the colleagues who stand behind its objects."""

    unit: object
    wealth: object  # owns what is neither own nor far away
    marketing: object
    lobby: object
    spare: object  # a wealth RM with an empty book, who may read every file


@dataclass
class Stage:
    """Who is who, and what is whose: `things[kind, whose]` for a post, "same" or "other"."""

    people: dict = field(default_factory=dict)
    browsers: dict = field(default_factory=dict)
    things: dict = field(default_factory=dict)
    cycles: list = field(default_factory=list)  # one for each state of an assessment
    here: Outlet | None = None
    there: Outlet | None = None
    rows: dict = field(default_factory=dict)  # all of them, before anybody asks
    answers: dict = field(default_factory=dict)  # what was asked, for all tests

    def thing(self, kind: str, post: str, relation: str):
        """The object of a kind that is the person's own, the same outlet's, or another's."""
        if relation != "own":
            return self.things[kind, relation]
        return self.things[kind, Post.WEALTH_RM if post == NOBODY else post]

    def outlet_of(self, relation: str) -> Outlet:
        """Where the object of a relation is."""
        return self.there if relation == "other" else self.here

    def browser(self, post: str) -> Browser:
        """A browser in which the person of the post is signed in, as on the first day."""
        browser, session = self.browsers[post]
        browser.cookies.clear()
        if session:
            browser.cookies[settings.SESSION_COOKIE_NAME] = session
        return browser

    @cached_property
    def known(self) -> dict[str, set[str]]:
        """The names that each post may read whole: a restatement of the rules, not of the code."""
        found = {NOBODY: set()}
        for post, person in self.people.items():
            may_read = Q(handovers__from_staff=person)  # whoever the post is now (rules E6)
            if post in (Post.WEALTH_RM, Post.MARKETING_RM):
                covered = Absence.objects.filter(deputy=person, last_day__gte=MONDAY.date())
                may_read |= Q(owner=person) | Q(readers__staff=person)
                may_read |= Q(owner__in=covered.values("staff"))
            elif post in (Post.BRANCH_HEAD, Post.WEALTH_HEAD):
                may_read |= Q(outlet=self.here.unit)
            standing = Client.objects.filter(may_read, locked_at__isnull=True)
            clients = standing.exclude(person=person)
            found[post] = {name for client in clients for name in names_of(client)}
        return found


def client_of(thing) -> int:
    """The id of the client whom an object is about; of two files that may be one, the first's."""
    about = getattr(thing, "client_id", None) or getattr(thing, "first_id", None)
    return about or thing.pk


def names_of(client) -> tuple[str, ...]:
    """A client's whole name as pages write it, in Chinese, in English and in pinyin."""
    return client.name, words.latin_name(client), client.pinyin
