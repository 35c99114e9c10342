"""Import clients from files as a mapping declares, chunk by chunk; again changes nothing."""

from collections.abc import Callable
from dataclasses import asdict

from clients.intake.actions.clients import ClientImport
from clients.intake.actions.contacts import ContactImport
from clients.intake.actions.holdings import HoldingImport
from clients.intake.actions.households import HouseholdImport
from clients.intake.actions.of_clients import KnownClients
from clients.intake.bounds import WHOLE_BANK, Bounds
from clients.intake.mapping import Mapping
from crm.lib.mapping import Aside, Import, Tally

__all__ = ["check_clients", "import_clients"]


def import_clients(
    mapping: Mapping, rejected: Aside, *, by, at, bounds: Bounds = WHOLE_BANK
) -> dict:
    """Import all that a mapping declares; its files have been found and checked.

    Units are opened where there are none, new clients wait in their outlet's pool, known ones are
    updated in what differs and keep whoever is responsible (rules C1, C3). Each chunk of rows is a
    transaction of its own: a run that was cut off is simply started again. Rows that nobody can
    use, or that lie outside the bounds, go to `rejected`. Returns the summary: the counts of
    clients, then the others' by kind.
    """
    return _each(mapping, rejected, Import.run, by=by, at=at, bounds=bounds)


def check_clients(mapping: Mapping, rejected: Aside, *, by, at, bounds: Bounds) -> dict:
    """Count what `import_clients` would do; only reads."""
    return _each(mapping, rejected, Import.check, by=by, at=at, bounds=bounds)


def _each(mapping, rejected, act: Callable[[Import], Tally], *, by, at, bounds) -> dict:
    """Run, or check, whatever the mapping declares, in its order."""
    mapping.sources.load_tables(rejected.add)
    lookups = {"rejected": rejected.count}
    dry = act is Import.check
    clients = ClientImport(mapping, rejected, by=by, at=at, bounds=bounds, dry=dry)
    act(clients)
    known = KnownClients(bounds, clients.coming)
    holdings, households, contacts = Tally(), Tally(), Tally()
    for declared in mapping.holdings:
        holdings.add(act(HoldingImport(mapping, declared, known, rejected, by=by, at=at)))
    if mapping.households:
        declared = mapping.households
        households = act(HouseholdImport(mapping, declared, known, rejected, by=by, at=at))
    for declared in mapping.contacts:
        contacts.add(act(ContactImport(mapping, declared, known, rejected, by=by, at=at)))
    return asdict(clients.tally) | {
        "units": asdict(clients.units.tally),
        "holdings": asdict(holdings),
        "households": asdict(households),
        "contacts": asdict(contacts),
        "lookups": lookups,
    }
