"""Every way in which a person can come upon a client, and what must come of it."""

from dataclasses import dataclass
from functools import partial

from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from crm import words
from managers.models import Staff
from tests.moves.ruling import Bank
from tests.visibility.stage import names_of

SECRET = "Told in confidence by"  # begins what a handover's file says; the client's number follows


@dataclass
class Asker:
    """One person who asks for one client, and the rules that say what may come."""

    rules: Bank
    who: int
    pk: int

    def __post_init__(self):
        self.client = Client.objects.get(pk=self.pk)
        self.browser = Browser()
        self.browser.force_login(Staff.objects.get(pk=self.who))
        self.opens = self.rules.opens(self.who, self.pk)
        self.post = self.rules.post(self.who)[1]

    @property
    def link(self) -> str:
        return reverse("client", args=[self.pk])

    def get(self, url, *args, **query):
        """The answer, once it is sure that it names nobody whom the person may not name."""
        return self._sure(url, self.browser.get(reverse(url, args=args), query))

    def send(self, url, **typed):
        """The answer to something typed, where it leads to, as sure as the others."""
        answer = self._sure(url, self.browser.post(reverse(url), typed))
        leads_on = answer.status_code == 302 and "mark=" in answer["Location"]
        return self._sure(url, self.browser.get(answer["Location"])) if leads_on else answer

    def _sure(self, url, answer):
        text = answer.content.decode()
        for client in Client.objects.exclude(name__in=["", *self._readable()]):
            told = [name for name in names_of(client) if name in text + answer.get("Location", "")]
            assert told == [], f"{url} names {told}"
        return answer

    def _readable(self) -> list[str]:
        known = [pk for pk in self.rules.files if self.rules.names(self.who, pk)]
        return list(Client.objects.filter(pk__in=known).values_list("name", flat=True))


def _is_in(asker) -> bool:
    return asker.rules.people[asker.who].active


def page(name, asker):
    """The page of a file: there for whoever may open it, and for nobody else."""
    kept = asker.rules.standing(asker.pk)
    answer = asker.get(name, asker.pk)
    if not _is_in(asker):
        wanted = 302
    elif name == "client" and kept != asker.pk and asker.rules.opens(asker.who, kept):
        wanted = 302  # it leads to the file that stands
    else:
        wanted = 200 if asker.opens else 404
    assert answer.status_code == wanted


def resource(asker):
    """The client in the API."""
    wanted = 200 if asker.opens else 404
    status = asker.get("api-client-detail", asker.pk).status_code
    assert status == (wanted if _is_in(asker) else 401)


def counted(name, field, asker):
    """Rows of the client in a list of the API: all of them, or neither rows nor a count."""
    text = asker.client.number if field == "search" else asker.pk
    answer = asker.get(name, **{field: text, "count": 1})
    if not _is_in(asker):
        assert answer.status_code == 401
        return
    found = answer.json()
    assert (found["count"] > 0, found["results"] != []) == (asker.opens, asker.opens)


def listed(asker):
    """The client's line in the list of clients."""
    typed = {"search": asker.client.number, "state": asker.client.state}
    answer = asker.send("client-list", **typed)
    assert (asker.link in answer.content.decode()) == asker.opens


def searched(name, asker):
    """The client in the search box, asked by number and, since it is echoed, by a known name."""
    typed = [asker.client.number] + [asker.client.name] * asker.opens
    for text in typed:
        answer = asker.send(name, q=text)
        found = asker.link in answer.content.decode() or answer.get("Location") == asker.link
        assert found == asker.opens


def looked_up(asker):
    """The masked look-up: known at one's own outlet, and masked."""
    cache.clear()  # so many look-ups an hour are counted
    answer = asker.get("api-client-lookup", q=asker.client.number)
    rows = answer.json().get("results", [])
    masked = {"id": asker.pk, "name": words.masked_name(asker.client)}
    wanted = [masked] if asker.rules.looks_up(asker.who, asker.pk) else []
    assert [{key: row[key] for key in masked} for row in rows] == wanted


def relayed(asker):
    """Handovers of the client: for both sides and the head; the file only while it is open."""
    for pk, relay in asker.rules.relays.items():
        if relay.file != asker.pk:
            continue
        seen = asker.rules.sees_relay(asker.who, relay)
        for name in ("handover", "api-handover-detail"):
            answer = asker.get(name, pk)
            told = f"{SECRET} {asker.client.number}" in answer.content.decode()
            assert (answer.status_code == 200) == seen
            assert told == (seen and asker.opens)


def passed(name, asker):
    """A page of one's own work, on which the client may stand or not: nobody else is named."""
    asker.get(name)


DOORS = (
    partial(page, "client"),
    resource,
    partial(counted, "api-client-list", "search"),
    listed,
    partial(counted, "api-holding-list", "client"),
    partial(searched, "search"),
    partial(counted, "api-follow-up-list", "client"),
    looked_up,
    relayed,
    partial(page, "client-products"),
    partial(counted, "api-contact-list", "client"),
    partial(passed, "relay"),
    partial(page, "client-benefits"),
    partial(counted, "api-household-list", "client"),
    partial(passed, "today"),
    partial(searched, "search-live"),
    partial(counted, "api-important-date-list", "client"),
    partial(passed, "branch"),
    partial(page, "follow-up-new"),
    partial(passed, "follow-up-list"),
    partial(passed, "access-log"),
    partial(passed, "uncovered"),
    partial(passed, "prospects"),
    partial(passed, "coverage"),
    partial(page, "request-new"),
    partial(passed, "calendar"),
    partial(passed, "visits"),
    partial(passed, "request-list"),
    partial(passed, "inbox"),
)
