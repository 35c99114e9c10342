"""Who may open which file, told a second time and by hand (domain A5, A6, E6, E8).

Plain values only: nothing here asks the product, so that both can be compared. People, units and
files go by the ids of their rows.
"""

from dataclasses import dataclass, field
from datetime import date

KEEPERS = {"wealth_rm", "marketing_rm"}
HEADS = {"branch_head", "wealth_head"}
COUNTER = {"lobby_manager", "lobby_assistant", "teller_cash", "teller_noncash"}
PENDING = {"draft", "submitted", "returned", "accepted"}


@dataclass
class Unit:
    """A place in the tree; `above` are the units over it, `served_by` its wealth centre."""

    above: set[int]
    served_by: int | None = None


@dataclass
class Person:
    """Postings as (first day, unit, post), in order."""

    postings: list[tuple[date, int, str]]
    active: bool = True


@dataclass
class File:
    """A client's file: where it lies, whose it is, and whether it still stands."""

    outlet: int
    owner: int | None
    state: str
    kept: int | None = None  # the file that it was merged into
    restricted: bool = False
    about: int | None = None  # who of the bank's people the client is
    locked: bool = False  # put away because law keeps it, or erased

    @property
    def guarded(self) -> bool:
        """Whether only the owner and the heads know of it."""
        return self.restricted or self.about is not None


@dataclass
class Relay:
    """A handover: who sent which file to whom, and how far it got."""

    file: int
    sender: int
    receiver: int
    state: str = "draft"


@dataclass
class Bank:
    """Everything that decides who may read what on a day."""

    day: date
    units: dict[int, Unit] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    files: dict[int, File] = field(default_factory=dict)
    relays: dict[int, Relay] = field(default_factory=dict)
    absences: list[tuple[int, int | None, date, date]] = field(default_factory=list)

    def post(self, who: int) -> tuple[int | None, str]:
        """Unit and post of today; nothing for who may not sign in."""
        person = self.people[who]
        begun = [(unit, post) for since, unit, post in person.postings if since <= self.day]
        return begun[-1] if begun and person.active else (None, "")

    def standing(self, pk: int) -> int:
        """The file to which a merged one leads in the end."""
        kept = self.files[pk].kept
        return self.standing(kept) if kept else pk

    def family(self, pk: int) -> list[int]:
        """The file that stands for a client, and all that were merged into it."""
        return [one for one in self.files if self.standing(one) == self.standing(pk)]

    def opens(self, who: int, pk: int) -> bool:
        """Whether the file is there for this person."""
        file, (unit, post) = self.files[pk], self.post(who)
        if file.kept or file.about == who or file.locked:
            return False
        if post in HEADS:
            return self._answers_for(unit, file.outlet)
        if post in KEEPERS:
            lent = self._covers(who, file.owner) or self._was_sent(who, pk)
            return file.owner == who or (lent and not file.guarded)
        return False

    def looks_up(self, who: int, pk: int) -> bool:
        """Whether the person may know of the client by the mask."""
        file, (unit, post) = self.files[pk], self.post(who)
        if file.state == "closed" or file.about == who or file.locked:
            return False
        if post in HEADS:
            return self._answers_for(unit, file.outlet)
        if file.guarded and file.owner != who:
            return False
        if post == "cp_officer":
            return self._answers_for(unit, file.outlet)
        here = unit in (file.outlet, self.units[file.outlet].served_by)
        return here and post in KEEPERS | COUNTER

    def names(self, who: int, pk: int) -> bool:
        """Whether the person may read the whole name: of an open file, or of one that they sent."""
        sent = any(relay.sender == who and relay.file == pk for relay in self.relays.values())
        sent = sent and self.files[pk].about != who and not self.files[pk].locked
        return self.people[who].active and (sent or self.opens(who, pk))

    def sees_relay(self, who: int, relay: Relay) -> bool:
        """Whether a handover is there for this person."""
        file = self.files[relay.file]
        if not self.people[who].active or file.about == who or file.locked:
            return False
        received = relay.receiver == who and relay.state not in ("draft", "withdrawn")
        unit, post = self.post(who)
        is_head = post in HEADS and self._answers_for(unit, file.outlet)
        return relay.sender == who or received or is_head

    def _answers_for(self, unit: int, outlet: int) -> bool:
        place = self.units[outlet]
        return unit == outlet or unit in place.above or unit == place.served_by

    def _covers(self, who: int, owner: int | None) -> bool:
        return owner is not None and any(
            (away, deputy) == (owner, who) and first <= self.day <= last
            for away, deputy, first, last in self.absences
        )

    def _was_sent(self, who: int, pk: int) -> bool:
        owner = self.files[pk].owner
        return any(
            (relay.file, relay.receiver, relay.sender) == (pk, who, owner)
            and relay.state in ("submitted", "accepted")
            for relay in self.relays.values()
        )
