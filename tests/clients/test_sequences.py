"""Balances, lists, merges and undo in any order lead to what a slow count by days leads to."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from clients.assets import actions
from clients.assets.queries import contributions
from clients.file.queries import home
from clients.merging.actions import merge, undo
from clients.models import Balance, Client, Holding, Household, Member
from crm.lib import clock
from crm.lib.errors import RuleBroken
from tests.clients.drawn import AGO, AMOUNTS, CELLS, DELIVERY, LAST, NUMBER, NUMBERS, YEAR
from tests.clients.hands import CONTRIBUTIONS, LISTS, Hands
from tests.clients.slow_bank import BLANK, File
from tests.factories.file import ConsentFactory
from tests.importing import MONDAY


class Bank(Hands, RuleBasedStateMachine):
    """Five numbers of one person, two of them served already; `cast` is set by the test."""

    cast: dict

    def __init__(self):
        super().__init__()
        self._whole = transaction.atomic()
        self._whole.__enter__()
        self.now = MONDAY
        self.files: dict[str, File] = {}
        self.done: list[tuple] = []  # the merges that stand: (merge, kept, merged, exchanged)
        self.open("N0", "rm")
        self.open("N1", "peer")
        house = Household.objects.create(source_key="H")
        for number, relation in (("N0", "holder"), ("N1", "spouse")):
            person = self.row(number)
            Member.objects.create(household=house, client=person, relation=relation)
            ConsentFactory(client=person, purpose="household")

    def teardown(self):
        try:
            with clock.at(self.now):
                self._take_all_back()
        finally:
            transaction.set_rollback(True)
            self._whole.__exit__(None, None, None)

    # --- What happens

    @initialize(rows=st.fixed_dictionaries(dict.fromkeys(NUMBERS[1:4], CELLS)))
    def some_are_known(self, rows):
        self.a_list_of_clients_is_imported(rows, 0)

    @rule(number=NUMBER, ago=AGO, closing=AMOUNTS)
    def a_balance_is_recorded(self, number, ago, closing):
        if number in self.files:
            day = self.ago(ago)
            wanted = {(self.row(number).pk, day): closing}
            actions.record_balances(wanted, by=None, at=self.now)
            self.files[number].balances[day] = closing

    @rule(rows=DELIVERY, seed=st.integers(0, 9))
    def balances_are_imported(self, rows, seed):
        rows = {(number, self.ago(ago)): closing for number, ago, closing in rows}
        known = {place: x for place, x in rows.items() if place[0] in self.files}
        new = [place for place in known if place[1] not in self.files[place[0]].balances]
        same = [p for p, x in known.items() if self.files[p[0]].balances.get(p[1]) == x]

        found = self.import_balances(rows, seed)

        corrected = len(known) - len(new) - len(same)
        assert found == (len(new), corrected, len(same), len(rows) - len(known))
        for (number, day), closing in known.items():
            self.files[number].balances[day] = closing
        self.changes_nothing(lambda: self.import_balances(known, seed))

    @rule(
        rows=st.dictionaries(YEAR, st.tuples(AMOUNTS, AMOUNTS), max_size=4), seed=st.integers(0, 9)
    )
    def contributions_are_imported(self, rows, seed):
        known = {place: x for place, x in rows.items() if place[0] in self.files}
        same = [p for p, x in known.items() if self.files[p[0]].brought.get(p[1]) == x]
        new = [p for p in known if p[1] not in self.files[p[0]].brought]

        found = self.import_contributions(rows, seed)

        changed = len(known) - len(new) - len(same)
        assert found == (len(new), changed, len(same), len(rows) - len(known))
        for (number, year), amounts in known.items():
            self.files[number].brought[year] = amounts
        self.changes_nothing(lambda: self.import_contributions(known, seed))

    @rule(rows=st.dictionaries(NUMBER, CELLS, min_size=1, max_size=4), seed=st.integers(0, 9))
    def a_list_of_clients_is_imported(self, rows, seed):
        new = rows.keys() - self.files.keys()

        found = self.import_clients(rows, seed)

        assert (found[0], sum(found[1:3]), found[3]) == (len(new), len(rows) - len(new), 0)
        for number, cells in rows.items():
            self.files.setdefault(number, File(number)).hear(cells, cells["aum"])
        self.changes_nothing(lambda: self.import_clients(rows, seed))

    @rule(number=NUMBER, key=st.sampled_from("ab"), amount=AMOUNTS)
    def a_holding_is_imported(self, number, key, amount):
        if number in self.files:
            self.files[number].holdings[key] = amount
            self.import_clients({}, 0)
            self.changes_nothing(lambda: self.import_clients({}, 1))

    @rule(seed=st.integers(0, 9))
    def the_sources_say_everything_again(self, seed):
        rows = {
            number: {name: paper.text for name, paper in file.said.items()}
            | {"aum": None if file.balances else file.listed}
            | file.facts
            for number, file in self.files.items()
        }
        self.changes_nothing(lambda: self.import_clients(rows, seed))
        balances = {
            (number, day): closing
            for number, file in self.files.items()
            for day, closing in file.balances.items()
        }
        self.changes_nothing(lambda: self.import_balances(balances, seed))

    @rule(kept=NUMBER, other=NUMBER, take=st.sets(st.sampled_from(list(BLANK))))
    def two_files_are_merged(self, kept, other, take):
        if not {kept, other} <= self.files.keys():
            return
        kept, other = self.files[kept], self.files[other]
        rows = self.row(kept.number), self.row(other.number)
        try:
            made = merge(*rows, take=take, by=self.cast["head"], at=self.now)
        except RuleBroken:
            served = other.owner and not kept.owner
            assert kept is other or kept.kept_by or other.kept_by or served
        else:
            self.done.append((made, kept, other, kept.absorb(other, take)))

    @rule(which=st.integers(0, 4))
    def a_merge_is_taken_back(self, which):
        if self.done:
            self._take_back(which % len(self.done))

    @rule(days=st.integers(1, 45) | st.integers(90, 200))
    def time_goes_by(self, days):
        if self.now + timedelta(days=days) > LAST:  # the slow count goes through every day
            return
        self.now += timedelta(days=days)
        for _twice in range(2):
            actions.settle_months(at=self.now)
        actions.review_clients(at=self.now)
        for file in self.files.values():
            if file.life and not file.kept_by:
                file.life.night(file, self.now.date())

    # --- What holds at any time

    @invariant()
    def everything_is_as_the_slow_count_says(self):
        found = {client.number: client for client in Client.objects.all()}
        today = self.now.date()
        assert found.keys() == self.files.keys()
        for number, file in self.files.items():
            client = found[number]
            assert (number, client.aum) == (number, file.assets)
            tier = (number, client.tier, client.is_watched)
            assert tier == (number, *file.tier(today))
            assert self.months(client) == file.months(today)
            seen = {name: self.plain(client, name) for name in BLANK}
            assert seen == {name: paper.text for name, paper in file.seen.items()}
            kept_by = file.kept_by and found[file.kept_by.number].pk
            assert (client.merged_into_id, client.state == "closed") == (kept_by, bool(kept_by))

    @invariant()
    def whoever_has_an_owner_is_in_the_state_of_the_slow_nights(self):
        states = dict(Client.objects.active().exclude(owner=None).values_list("number", "state"))
        served = [file for file in self.files.values() if file.life and not file.kept_by]
        assert states == {file.number: file.life.state for file in served}

    @invariant()
    def contributions_add_up(self):
        rows = {file.number: self.row(file.number).pk for file in self.files.values()}
        found = contributions(rows.values())
        for number, file in self.files.items():
            years = {row.year: (row.fees, row.margin) for row in found[rows[number]]}
            assert (number, years) == (number, file.contributions())

    @invariant()
    def totals_add_up(self):
        standing = [file for file in self.files.values() if not file.kept_by]
        for name in ("rm", "peer"):
            book = Client.objects.active().filter(owner=self.cast[name])
            own = [file for file in standing if file.owner == self.cast[name].pk]
            assert (book.aggregate(Sum("aum"))["aum__sum"] or 0) == sum(f.assets for f in own)
        seen = Client.objects.visible_to(self.cast["head"]).aggregate(Sum("aum"))["aum__sum"]
        assert seen == sum(file.assets for file in self.files.values() if not file.kept_by)
        assert Balance.objects.count() == sum(len(f.balances) for f in self.files.values())
        for file in standing:
            held = Holding.objects.filter(client__number=file.number).values_list("amount")
            parts = sorted(x for one in file.all() for x in one.holdings.values())
            assert sorted(amount for (amount,) in held) == parts

    @invariant()
    def the_household_has_what_its_people_have(self):
        roots = {self.files[number].root.number: self.files[number].root for number in ("N0", "N1")}
        together = sum(file.assets for file in roots.values()) if len(roots) == 2 else None
        for number in roots:
            found = home(self.row(number), self.cast["head"], on=self.now.date())
            assert found.together == together

    # --- Taking back

    def _take_back(self, which):
        made, kept, other, exchanged = self.done[which]
        try:
            undo(made, by=self.cast["head"], at=self.now)
        except RuleBroken:
            later = [(k, m) for _made, k, m, _fields in self.done[which + 1 :]]
            touched = any({kept.number, other.number} & {k.number, m.number} for k, m in later)
            assert touched or self.now.date() > made.made_at.date() + timedelta(days=30)
        else:
            kept.release(other, exchanged)
            del self.done[which]

    def _take_all_back(self):
        for which in reversed(range(len(self.done))):
            self._take_back(which)
        for file in self.files.values():
            if not file.kept_by and not file.parts:
                self._has_only_its_own(file)
        self.everything_is_as_the_slow_count_says()

    def _has_only_its_own(self, file):
        client = self.row(file.number)
        held = Holding.objects.filter(client=client).values_list("source_key", "amount")
        assert client.profile == file.facts
        assert dict(held) == {f"product:{key}": x for key, x in file.holdings.items()}
        assert Member.objects.filter(client=client).exists() == (file.number in ("N0", "N1"))


@pytest.fixture
def bank(tmp_path, rm, peer, head):
    mapping = tmp_path / "lists.toml"
    mapping.write_text(LISTS)
    years = tmp_path / "years.toml"
    years.write_text(CONTRIBUTIONS)
    cast = {"rm": rm, "peer": peer, "head": head}
    cast |= {"mapping": mapping, "years": years, "folder": tmp_path}
    return type("Bank", (Bank,), {"cast": cast})


def go_through(bank, examples, steps):
    some = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(bank, settings=some)


@pytest.mark.short
def test_any_sequence_leads_to_what_a_slow_count_leads_to(bank):
    go_through(bank, 12, 15)


@pytest.mark.slow
def test_many_long_sequences_lead_to_what_a_slow_count_leads_to(bank):
    go_through(bank, 25, 40)
