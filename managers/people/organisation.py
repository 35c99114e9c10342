"""Growing the tree of units: found by code or by name, opened where there is none (rules A1)."""

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from crm.lib.db import lock
from crm.lib.mapping import Line, MappingError, Section, Tally, Value
from managers.audit.actions import record
from managers.people.models import OrgUnit, UnitKind

LEVELS = (UnitKind.HEAD_OFFICE, UnitKind.BRANCH, UnitKind.OUTLET)
_CODE = re.compile(r"[\w.-]{1,32}")  # a slash would break the path
_ROOM_FOR_SUFFIX = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A unit as a file names it: by code where it has one, else by name below the one above."""

    kind: str
    name: str
    code: str = ""
    latin_name: str = ""


class Way:
    """How a mapping leads to an outlet: `[units.head_office]`, `[units.branch]`, `[units.outlet]`.

    Each level has a `name` and may have `code` and `latin_name`; the branch may be left out.
    """

    def __init__(self, section: Section, *, prefix: str):
        self._prefix = prefix
        self._levels = {
            kind: self._level(section.section(kind)) for kind in LEVELS if kind in section
        }
        section.done()
        if self._levels and not {LEVELS[0], LEVELS[-1]} <= self._levels.keys():
            raise MappingError("[units] needs at least head_office and outlet.")

    def __bool__(self) -> bool:
        return bool(self._levels)

    @property
    def values(self) -> list[Value]:
        """Every value that a row is asked for."""
        return [value for level in self._levels.values() for value in level.values()]

    def of(self, line: Line) -> tuple[Place, ...]:
        """The units that this row names, from the top down. Raises ValueError."""
        return tuple(self._place(kind, level, line) for kind, level in self._levels.items())

    def _place(self, kind: UnitKind, level: dict[str, Value], line: Line) -> Place:
        said = {name: value.of(line.cells) for name, value in level.items()}
        if not said["name"]:
            raise ValueError(_("The row does not name its %(level)s.") % {"level": kind.label})
        code = said.get("code")
        return Place(
            kind=kind.value,
            name=said["name"],
            code=f"{self._prefix}{code}" if code else "",
            latin_name=said.get("latin_name") or "",
        )

    @staticmethod
    def _level(section: Section) -> dict[str, Value]:
        level = {"name": Value.at(section, "name")}
        optional = [key for key in ("code", "latin_name") if key in section]
        level |= {key: Value.at(section, key) for key in optional}
        section.done()
        return level


class Tree:
    """Finds or opens the units of an import, each once, and counts them.

    Without `opens` a unit that nobody knows is refused; a `dry` tree writes nothing and shows units
    that would be opened as rows without a key.
    """

    def __init__(self, *, prefix: str, by, at, opens: bool = True, dry: bool = False):
        self.tally = Tally()
        self._opens, self._dry = opens, dry
        self._prefix, self._by, self._at = prefix, by, at
        self._known: dict[str | tuple[Place, ...], OrgUnit] = {}

    def at(self, way: str | tuple[Place, ...]) -> OrgUnit:
        """The outlet with this code, or the unit at the end of this way. Raises ValueError."""
        if way not in self._known:
            self._known[way] = self._coded(way) if isinstance(way, str) else self._at_end(way)
        return self._known[way]

    def _coded(self, code: str) -> OrgUnit:
        unit = OrgUnit.objects.filter(code=code, kind=UnitKind.OUTLET).first()
        if unit is None:
            raise ValueError(_("There is no outlet with the code %(code)s.") % {"code": code})
        self.tally.unchanged += 1
        return unit

    def _at_end(self, way: tuple[Place, ...]) -> OrgUnit:
        parent = self.at(way[:-1]) if len(way) > 1 else None
        unit, is_new = self._last(way[-1], parent)
        self.tally.add(Tally(created=int(is_new), unchanged=int(not is_new)))
        return unit

    def _last(self, place: Place, parent: OrgUnit | None) -> tuple[OrgUnit, bool]:
        if self._opens and not self._dry:
            return find_or_open(place, parent=parent, prefix=self._prefix, by=self._by, at=self._at)
        is_below_new = parent is not None and parent.pk is None
        found = None if is_below_new else _found(place, parent)
        if found is None and not self._opens:
            raise ValueError(_("There is no unit called %(name)s.") % {"name": place.name})
        return found or OrgUnit(name=place.name, kind=place.kind), found is None


@transaction.atomic
def find_or_open(
    place: Place, *, parent: OrgUnit | None, prefix: str, by, at
) -> tuple[OrgUnit, bool]:
    """The unit that is meant, and whether it was opened just now.

    There is one head office: whatever its name, it is the one. A new unit without a code is given
    one from `prefix` and its name. Raises ValueError for a code or name that cannot be kept.
    """
    if parent is not None:
        parent = lock(parent)  # two importers of one file open each unit once
    found = _found(place, parent)
    if found is not None:
        return found, False
    code = place.code or _free_code(f"{prefix}-{place.latin_name or place.name}")
    unit = OrgUnit(
        code=code,
        name=place.name,
        latin_name=place.latin_name,
        kind=place.kind,
        parent=parent,
        path=f"{parent.path if parent else '/'}{code}/",
    )
    _check(unit)
    unit.save(force_insert=True)
    record("unit.opened", unit, by=by, at=at, code=code)
    return unit, True


def _found(place: Place, parent: OrgUnit | None) -> OrgUnit | None:
    units = OrgUnit.objects.filter(kind=place.kind)
    if place.kind == UnitKind.HEAD_OFFICE:
        return units.first()
    if place.code:
        return units.filter(code=place.code).first()
    return units.filter(parent=parent, name=place.name).first()


def _free_code(text: str) -> str:
    """A code that can be read: Waitan outlet is WAITAN-OUTLET; where that is taken, a number."""
    longest = OrgUnit._meta.get_field("code").max_length - _ROOM_FOR_SUFFIX
    slug = slugify("".join(lazy_pinyin(text)))[:longest].strip("-").upper() or "UNIT"
    taken = set(OrgUnit.objects.filter(code__startswith=slug).values_list("code", flat=True))
    numbered = (f"{slug}-{n}" for n in range(2, len(taken) + 3))
    return slug if slug not in taken else next(code for code in numbered if code not in taken)


def _check(unit: OrgUnit) -> None:
    if not _CODE.fullmatch(unit.code):
        raise ValueError(_("“%(code)s” cannot be the code of a unit.") % {"code": unit.code})
    for name in ("name", "latin_name", "path"):
        if len(getattr(unit, name)) > OrgUnit._meta.get_field(name).max_length:
            raise ValueError(_("The name of a unit is too long."))
