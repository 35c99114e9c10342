"""What runs each kind of import, the very code of the commands."""

from collections.abc import Callable
from dataclasses import dataclass

from clients.assets.actions import check_balances, import_balances
from clients.assets.actions.importing import BalanceImport, ContributionImport
from clients.intake.actions.clients import ClientImport
from clients.intake.actions.importing import check_clients, import_clients
from clients.intake.bounds import bounds_of
from crm.lib.mapping import Aside, Import


@dataclass(frozen=True)
class Acts:
    """Import, check without writing, and the reader of single rows of a mapping."""

    run: Callable[..., dict]
    check: Callable[..., dict]
    reader: Callable[..., Import]


def _run_clients(mapping, aside: Aside, *, by, at) -> dict:
    return import_clients(mapping, aside, by=by, at=at, bounds=bounds_of(by))


def _check_clients(mapping, aside: Aside, *, by, at) -> dict:
    return check_clients(mapping, aside, by=by, at=at, bounds=bounds_of(by))


def _client_reader(mapping, aside: Aside, *, by, at) -> Import:
    return ClientImport(mapping, aside, by=by, at=at, bounds=bounds_of(by), dry=True)


def _balance_reader(mapping, aside: Aside, *, by, at) -> Import:
    reader = BalanceImport if mapping.balances else ContributionImport
    return reader(mapping, aside, by=by, at=at)


ACTS = {
    "clients": Acts(_run_clients, _check_clients, _client_reader),
    "balances": Acts(import_balances, check_balances, _balance_reader),
}
