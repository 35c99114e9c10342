"""What may happen to a client and who may receive one; pages, API and actions share it."""

from collections import defaultdict

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.book.load import Load, loads
from clients.book.models import Category, Client, Holding, State, Tier
from clients.book.queries import within_reach
from crm import bank, words
from crm.lib import clock
from crm.lib.errors import RuleBroken, Stale
from managers.people import ladder, scope
from managers.people.models import Absence, Licence, OrgUnit, Post, UnitKind
from managers.people.scope import Right


class Obstacle(models.TextChoices):
    """What keeps an RM from taking a client, as a sentence about `%(name)s`."""

    OWN_FILE = "own_file", gettext_lazy("%(name)s is this client; nobody keeps their own file.")
    GONE = "gone", gettext_lazy("%(name)s does not work here any more.")
    POST = "post", gettext_lazy("%(name)s does not keep clients of this kind.")
    OUTLET = "outlet", gettext_lazy("%(name)s works for another outlet.")
    GRADE = "grade", gettext_lazy("%(name)s has not the grade for a client of this tier.")
    LICENCE = "licence", gettext_lazy("%(name)s has no licence for what this client holds.")
    AWAY = "away", gettext_lazy("%(name)s is away and nobody covers.")
    ROOM = "room", gettext_lazy("The book of %(name)s is full.")


def may_assign(person, client) -> bool:
    """Whether a head answers for the client's outlet, and is not the client (rules A5)."""
    return _answers_for(person, client, Right.ASSIGN)


def may_restrict(person, client) -> bool:
    """Heads say whose file is restricted, and who of the bank's people is a client (rules A5)."""
    return _answers_for(person, client, Right.RESTRICT)


def outlets_to_open_in(person):
    """Outlets in which a person may open a file: own, served or looked after (rules A5)."""
    outlets = OrgUnit.objects.filter(kind=UnitKind.OUTLET, is_active=True)
    if scope.reach(person, Right.OPEN_PROSPECT) != scope.Reach.OWN:
        return outlets.filter(pk__in=scope.units(person, Right.OPEN_PROSPECT).values("pk"))
    unit = person.current_unit
    return outlets.filter(Q(path__startswith=unit.path) | Q(served_by=unit))


def keeps_prospects(person) -> bool:
    """RMs open prospects in their own book; everybody else in the outlet's pool (rules A5, C1)."""
    return scope.reach(person, Right.OPEN_PROSPECT) == scope.Reach.OWN


def may_edit(person, client) -> bool:
    """Owners edit their own files, a wealth-centre head those of the outlets served (rules A5).

    Nobody edits a file that is locked (rules J7).
    """
    if client.locked_at:
        return False
    if scope.reach(person, Right.EDIT_FILE) == scope.Reach.OWN:
        return client.owner_id == person.pk != client.person_id
    return _answers_for(person, client, Right.EDIT_FILE)


def may_reveal(person, client) -> bool:
    """Owners, who covers them today, and heads may see a detail unmasked (rules A5, E8, J5)."""
    if client.locked_at or person.pk == client.person_id:
        return False
    if scope.reach(person, Right.REVEAL) == scope.Reach.OWN:
        return client.owner_id == person.pk or covers(person, client.owner_id, on=clock.today())
    return _answers_for(person, client, Right.REVEAL)


def covers(person, staff_id, *, on) -> bool:
    """Whether a person is the deputy of an absent colleague on a day (rules E8)."""
    return Absence.objects.on(on).filter(deputy=person, staff=staff_id).exists()


def covered_by(person, *, on) -> set[int]:
    """The ids of the absent colleagues whose deputy a person is on a day (rules E8)."""
    rows = Absence.objects.on(on).filter(deputy=person).order_by()
    return set(rows.values_list("staff", flat=True))


def check_newcomer(columns: dict, *, by) -> None:
    """Raise RuleBroken (code `duplicate`) when the bank serves this person already (rules C5).

    `columns` are those of `details.sealed_columns`: the phone and the identity number decide.
    Colleagues of that client's outlet are told who it is, masked; others only that it is so.
    """
    for field, column in (("identity_no", "identity_index"), ("phone", "phone_index")):
        if index := columns.get(column, ""):
            same = Client.objects.active().filter(**{column: index})
            if known := same.select_related("owner", "pool").first():
                sentence = _known_as(known, by=by)
                raise RuleBroken(sentence, code="duplicate", fields={field: sentence})


def _answers_for(person, client, right) -> bool:
    its_units = scope.units(person, right).filter(pk=client.outlet_id)
    return not client.locked_at and person.pk != client.person_id and its_units.exists()


def _known_as(known, *, by) -> str:
    """Who has the number that was typed, as far as a person may know it."""
    if by is None or not within_reach(by).filter(pk=known.pk).exists():
        return _("The bank has a client with this number already. Please ask your head.")
    if known.owner:
        return _("This number belongs to %(client)s, a client of %(owner)s.") % {
            "client": words.masked_name(known),
            "owner": words.plain_name(known.owner),
        }
    return _("This number belongs to %(client)s, who waits for an RM at %(outlet)s.") % {
        "client": words.masked_name(known),
        "outlet": words.unit_name(known.pool),
    }


def check_version(client, version: int) -> None:
    """Raise Stale when somebody changed the client since this version was read (security 21)."""
    if client.version != version:
        raise Stale(_("Somebody changed this file while you were writing."))


def check_receiver(to, client, *, on) -> None:
    """Raise RuleBroken unless `to` can take the client today (rules A3, C3, E4).

    Asked under the receiver's lock, so that two assignments cannot both take the last place.
    """
    if found := obstacle(to, client, on=on):
        raise RuleBroken(found.label % {"name": words.plain_name(to)})


def obstacle(to, client, *, on, load=None) -> Obstacle | None:
    """What keeps `to` from taking the client today; `load` is the book where it is known."""
    return next(_obstacles(to, client, on=on, load=load), None)


def check_assignment(to, client, *, reason, on, load=None) -> list[Obstacle]:
    """What stands in the head's way and is set aside by the reason; [] where nothing does.

    Raises RuleBroken for what blocks, and (code `needs_reason`) for what the bank lets a head set
    aside with a reason, without one (rules E12). Asked under the receiver's lock.
    """
    hard, soft = objections(to, client, on=on, load=load)
    name = {"name": words.plain_name(to)}
    if hard:
        raise RuleBroken(hard[0].label % name)
    least = bank.read("assign.reason_length", on=on)
    if soft and len(reason.strip()) < least:
        sentence = _("%(why)s Assign with a reason of at least %(least)d characters.")
        sentence %= {"why": soft[0].label % name, "least": least}
        raise RuleBroken(sentence, code="needs_reason", fields={"reason": sentence})
    return soft


def objections(to, client, *, on, load=None) -> tuple[list[Obstacle], list[Obstacle]]:
    """What blocks, and what a head's reason would set aside, the gravest first (rules E12)."""
    found = [*_obstacles(to, client, on=on, load=load), *_unlicensed(to, client, on=on)]
    return _sorted(found, on=on)


def _sorted(found, *, on) -> tuple[list[Obstacle], list[Obstacle]]:
    how, both = bank.read("assign.obstacles", on=on), ([], [])
    for one in found:
        both[how.get(one, "block") == "reason"].append(one)
    return both


def _obstacles(to, client, *, on, load):
    """All of them, the gravest first; who is gone has no others."""
    posting = to.posting
    if to.pk == client.person_id:
        yield Obstacle.OWN_FILE
    if not to.is_active or posting is None:
        yield Obstacle.GONE
        return
    if not takes_clients(posting, client):
        yield Obstacle.POST
    if not serves_outlet(posting, client):
        yield Obstacle.OUTLET
    if not grade_fits(posting, client.tier, on=on):
        yield Obstacle.GRADE
    if Absence.objects.on(on).filter(staff=to, deputy__isnull=True).exists():
        yield Obstacle.AWAY
    if not has_room(load or loads([to.pk], on=on)[to.pk], client.tier):
        yield Obstacle.ROOM


def _unlicensed(to, client, *, on) -> list[Obstacle]:
    """Whether the client holds funds or insurance and the RM has no licence for them today."""
    needed = licences_needed([client]).get(client.pk)
    if not needed:
        return []
    licensed = Licence.objects.on(on).filter(staff=to).values_list("kind", flat=True)
    return [Obstacle.LICENCE] if needed - set(licensed) else []


def licences_needed(clients) -> dict[int, set[str]]:
    """The licences that each client's open holdings ask of an RM; who needs none is left out."""
    kinds = {Category.FUND: Licence.Kind.FUND, Category.INSURANCE: Licence.Kind.INSURANCE}
    held = Holding.objects.filter(client__in=clients, is_open=True, category__in=kinds).order_by()
    needed = defaultdict(set)
    for client, category in held.values_list("client", "category").distinct():
        needed[client].add(kinds[category])
    return dict(needed)


def takes_clients(posting, client) -> bool:
    """Wealth RMs keep clients; marketing RMs keep prospects until they hand them over."""
    if posting.post == Post.MARKETING_RM:
        return client.state == State.PROSPECT
    return posting.post == Post.WEALTH_RM


def serves_outlet(posting, client) -> bool:
    """Same outlet, or a wealth centre that serves it (rules A1)."""
    return posting.unit_id in (client.outlet_id, client.outlet.served_by_id)


def grade_fits(posting, tier: str, *, on) -> bool:
    """Whether the grade may own clients of the tier."""
    needed = bank.read("book.grades", on=on).get(tier, "")
    return ladder.at_least(posting.grade, needed)


def has_room(load: Load, tier: str) -> bool:
    """Whether one more client of the tier leaves the book within its capacity."""
    return load.holds(tier)


def tier_for(aum, *, on) -> str:
    """The tier that assets in CNY reach by the floors of the day (rules C3)."""
    floors = bank.read("tiers.floor", on=on)
    return [tier for tier in Tier.values if aum >= floors[tier]][-1]


def check_unchanged(client: Client, was: int | None) -> None:
    """Raise RuleBroken, naming who has the client since when, unless the owner is still `was`."""
    if client.owner_id == was:
        return
    if client.owner is None:
        raise RuleBroken(_("The client is back in the pool."), code="conflict")
    since = clock.local(client.responsible_since)
    raise RuleBroken(
        _("%(name)s has this client since %(day)s %(time)s.")
        % {
            "name": words.plain_name(client.owner),
            "day": words.day(since),
            "time": words.hour(since),
        },
        code="conflict",
    )
