"""Who ends a relationship, when it may end, and who takes that back (rules C1, J7)."""

from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.book.models import Client, State
from clients.privacy import relations
from crm.lib.errors import RuleBroken
from managers.people import scope
from managers.people.scope import Right


class Cause(models.TextChoices):
    """Why a relationship ended, as the audit keeps it."""

    WISH = "wish", gettext_lazy("At the client’s wish")
    ELSEWHERE = "elsewhere", gettext_lazy("Moved to another bank")
    DECEASED = "deceased", gettext_lazy("The client died")
    BANK = "bank", gettext_lazy("The bank ended it")


def may_close(person, client) -> bool:
    """Heads of the client's outlet end a relationship, never their own (rules A5)."""
    units = scope.units(person, Right.CLOSE).filter(pk=client.outlet_id)
    return not client.locked_at and person.pk != client.person_id and units.exists()


def check_right(person, client) -> None:
    """Raise RuleBroken (code `forbidden`) for whoever is no head of the client's outlet."""
    if not may_close(person, client):
        raise RuleBroken(_("Only a head of the client's outlet ends a relationship."), "forbidden")


def check_end(client, *, ended_on: date, on: date) -> None:
    """Raise RuleBroken where there is nothing to end, or the client still holds something."""
    if client.state == State.CLOSED:
        raise RuleBroken(_("This client is closed already."), code="conflict")
    if not relations.known().filter(pk=client.pk).exists():
        raise RuleBroken(_("There is no relationship yet that could end."), code="no_relationship")
    began = client.client_since
    if ended_on > on or (began and ended_on < began):
        sentence = _("The relationship ends after it began and not in the future.")
        raise RuleBroken(sentence, fields={"ended_on": sentence})
    if client.aum > 0 or client.holdings.filter(is_open=True).exists():
        raise RuleBroken(
            _("The client still has assets or open products here. They are closed first."),
            code="holds_something",
        )


def check_reopening(client: Client) -> None:
    """Raise RuleBroken unless the relationship was ended, and nothing else shut the file."""
    if client.state != State.CLOSED or not client.ended_on or client.merged_into_id:
        raise RuleBroken(_("This client is not closed."), code="conflict")
