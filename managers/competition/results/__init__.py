"""Results of elsewhere: people, their units and the deals they won, from files to the ledger."""

from dataclasses import asdict

from crm.lib.mapping import Rejected
from managers.competition.results.deals import DealImport, DealsBack
from managers.competition.results.mapping import ResultsMapping
from managers.competition.results.people import PeopleImport

__all__ = ["ResultsMapping", "import_results", "take_back_results"]


def import_results(mapping: ResultsMapping, rejected: Rejected, *, by, at) -> dict:
    """Import all that a mapping declares; its files have been found and checked.

    People and units are taken on where there are none, deals that were won are credited once with
    what their person was on that day (rules H6). Again changes nothing. Returns the summary: the
    counts of deals, then people, units, the deals that were not won, and the sum that was credited.
    """
    mapping.sources.load_tables(rejected.add)
    lookups = {"rejected": rejected.count}
    people = PeopleImport(mapping, rejected, by=by, at=at)
    people.run()
    deals = DealImport(mapping, rejected, by=by, at=at)
    deals.run()
    return asdict(deals.tally) | {
        "people": asdict(people.tally),
        "units": asdict(people.units.tally),
        "lookups": lookups,
        "skipped": dict(deals.skipped),
        "amount": f"{deals.amount:.2f}",
    }


def take_back_results(mapping: ResultsMapping, rejected: Rejected, *, reason: str, by, at) -> dict:
    """Take back the deals that an import of these files brought, by reversing entries (rules H6).

    People and units stay. Again takes nothing more. Returns the counts of deals, `updated` being
    those taken back, those not won, and the sum that is gone.
    """
    mapping.sources.load_tables(rejected.add)
    deals = DealsBack(mapping, rejected, reason=reason, by=by, at=at)
    deals.run()
    return asdict(deals.tally) | {
        "skipped": dict(deals.skipped),
        "amount": f"{-deals.amount:.2f}",
    }
