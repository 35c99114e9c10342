"""What each request of the matrix sends: right in every respect but, perhaps, the right to it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from api.concurrency import etag
from clients.lobby.queries import pick
from managers.people.models import Post
from tests.visibility.bodies import BODIES
from tests.visibility.bodies.sends import sends
from tests.visibility.stage import MAIL, NOBODY
from tests.visibility.table import addresses

_VARIABLES = {
    "api-trigger-preview": "maturity-7",
    "trigger-rule": "maturity-7",
    "api-nothing": "no-such-thing",
    "mailbox-letter": MAIL,
    "mailbox-body": MAIL,
}


@dataclass
class Request:
    """One cell of the matrix about to be asked: who asks for which object, and how.

    `method` and `pk` replace those of the row: a method that the address has not, and the id of
    another object or of none.
    """

    stage: object
    row: object
    post: str
    relation: str
    method: str = ""
    pk: int = 0

    def __post_init__(self):
        self.method = self.method or self.row.method
        if self.row.kind != "-":
            self.thing = self.stage.thing(self.row.kind, self.post, self.relation)
            self.pk = self.pk or self.thing.pk

    @property
    def person(self):
        """Who asks; for nobody the person whose things are asked for."""
        return self.stage.people[Post.WEALTH_RM if self.post == NOBODY else self.post]

    @property
    def receiver(self) -> int:
        """A wealth RM who could take the object's client."""
        return self.stage.outlet_of(self.relation).spare.pk

    @property
    def address(self) -> str:
        """Where it is sent."""
        address = addresses()[self.row.name]
        return address.replace("{}", str(_VARIABLES.get(self.row.name) or self.pk))


def send(asked: Request):
    """Send the request in the person's browser: a page's form, or JSON."""
    row, browser = asked.row, asked.stage.browser(asked.post)
    call = getattr(browser, asked.method.lower())
    body = BODIES.get((row.name, row.method), sends())(asked)
    if row.name in ("referral-new", "privacy-request-new"):
        # The page of the look-up has marked the client for the person.
        mark = pick(asked.person, asked.pk)
        return call(f"{asked.address}?{urlencode({'client': mark})}", body)
    if asked.method == "GET" or not row.is_api or row.name == "api-import-list":
        return call(asked.address, body)
    headers = {"If-Match": _tag(asked, browser)} if row.method == "PATCH" else {}
    return call(asked.address, body, content_type="application/json", headers=headers)


def _tag(asked: Request, browser) -> str:
    """The entity tag of the object; without one, of what stands at the address."""
    if asked.row.kind != "-":
        return etag(asked.thing)
    return browser.get(asked.address).headers.get("ETag", "-")
