"""Import clients from files as a mapping declares, chunk by chunk; again changes nothing."""

from dataclasses import asdict

from clients.intake.actions.clients import ClientImport
from clients.intake.actions.holdings import HoldingImport
from clients.intake.actions.households import HouseholdImport
from clients.intake.mapping import Mapping
from crm.lib.mapping import Rejected, Tally

__all__ = ["import_clients"]


def import_clients(mapping: Mapping, rejected: Rejected, *, by, at) -> dict:
    """Import all that a mapping declares; its files have been found and checked.

    Units are opened where there are none, new clients wait in their outlet's pool, known ones are
    updated in what differs and keep whoever is responsible (rules C1, C3). Each chunk of rows is a
    transaction of its own: a run that was cut off is simply started again. Rows that nobody can
    use go to `rejected`. Returns the summary: the counts of clients, then the others' by kind.
    """
    mapping.sources.load_tables(rejected.add)
    lookups = {"rejected": rejected.count}
    clients = ClientImport(mapping, rejected, by=by, at=at)
    clients.run()
    holdings, households = Tally(), Tally()
    for declared in mapping.holdings:
        holdings.add(HoldingImport(mapping, declared, rejected, by=by, at=at).run())
    if mapping.households:
        households = HouseholdImport(mapping, mapping.households, rejected, by=by, at=at).run()
    return asdict(clients.tally) | {
        "units": asdict(clients.units.tally),
        "holdings": asdict(holdings),
        "households": asdict(households),
        "lookups": lookups,
    }
