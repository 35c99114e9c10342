"""Import clients from files as a mapping declares, chunk by chunk; again changes nothing."""

from dataclasses import asdict, dataclass, field

from clients.intake.actions.clients import ClientImport
from clients.intake.actions.holdings import HoldingImport
from clients.intake.actions.households import HouseholdImport
from clients.intake.mapping import Mapping
from crm.lib.mapping import Line, Rejected, Tally

__all__ = ["Summary", "import_clients"]


@dataclass
class Summary:
    """What became of all rows: of clients, and of what came with them."""

    clients: Tally = field(default_factory=Tally)
    units: Tally = field(default_factory=Tally)
    holdings: Tally = field(default_factory=Tally)
    households: Tally = field(default_factory=Tally)
    lookups: Tally = field(default_factory=Tally)

    def as_dict(self) -> dict:
        """The clients' counts by themselves, the others' under their kind."""
        kinds = asdict(self)
        return kinds.pop("clients") | kinds


def import_clients(mapping: Mapping, rejected: Rejected, *, by, at) -> Summary:
    """Import all that a mapping declares; its files have been found and checked.

    Units are opened where there are none, new clients wait in their outlet's pool, known ones are
    updated in what differs and keep whoever is responsible (rules C1, C3). Each chunk of rows is a
    transaction of its own: a run that was cut off is simply started again. Rows that nobody can
    use go to `rejected`.
    """
    summary = Summary()

    def reject(line: Line) -> None:
        rejected.add(line)
        summary.lookups.rejected += 1

    mapping.sources.load_tables(reject)
    clients = ClientImport(mapping, rejected, by=by, at=at)
    summary.clients, summary.units = clients.run(), clients.units.tally
    for declared in mapping.holdings:
        summary.holdings.add(HoldingImport(mapping, declared, rejected, by=by, at=at).run())
    if mapping.households:
        households = HouseholdImport(mapping, mapping.households, rejected, by=by, at=at)
        summary.households = households.run()
    return summary
