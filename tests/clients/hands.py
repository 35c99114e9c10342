"""By which hands the sequences of tests act on the bank: files, commands, rows."""

import csv
from datetime import date, timedelta
from random import Random

from clients.models import Balance, Client, Holding, Member, MonthAverage
from crm.lib import clock
from managers.models import AuditEvent
from tests.clients.ledger_of_days import D
from tests.clients.slow_bank import BLANK, File
from tests.clients.slow_life import Life
from tests.factories import ClientFactory
from tests.importing import MAPPINGS, counts, run

LISTS = """
[format]
missing = [""]
[files]
clients = { name = "clients.csv" }
holdings = { name = "holdings.csv" }
homes = { name = "homes.csv" }
[clients]
from = "clients"
key = "number"
outlet = "outlet"
name = "name"
sex = "sex"
birth_date = "birth_date"
phone = "phone"
email = "email"
address = "address"
aum = "aum"
[clients.profile]
occupation = "occupation"
city = "city"
[holdings.product]
from = "holdings"
key = "key"
client = "number"
category = { value = "deposit" }
name = { value = "定期存款" }
amount = "amount"
[households]
from = "homes"
key = "home"
client = "number"
relation = "relation"
"""
CONTRIBUTIONS = """
[files]
years = { name = "years.csv" }
[contributions]
from = "years"
client = "number"
year = "year"
fees = "fees"
margin = "margin"
"""
COLUMNS = ["number", "outlet", "name", "birth_date", *BLANK, "aum", "occupation", "city"]
NAME, BORN = "张伟", date(1980, 5, 4)


class Hands:
    """Writes files and runs the commands; `cast`, `now` and `files` are the machine's."""

    def open(self, number, owner):
        owner = self.cast[owner]
        ClientFactory(
            number=number, name=NAME, birth_date=BORN, owner=owner, tier="regular", aum=D(0)
        )
        life = Life(clock.local(self.row(number).responsible_since).date())
        self.files[number] = File(number, owner=owner.pk, life=life)

    def row(self, number):
        return Client.objects.get(number=number)

    def ago(self, days):
        return self.now.date() - timedelta(days=days)

    def months(self, client):
        rows = MonthAverage.objects.filter(client=client)
        return {r.month: (r.average, r.closing, r.peak, r.net_flow, r.is_whole) for r in rows}

    def plain(self, client, name):
        value = getattr(client, name)
        return value if isinstance(value, str) else value.open()

    def changes_nothing(self, again):
        def stored():
            return [
                AuditEvent.objects.count(),
                *(sorted(m.objects.values_list()) for m in (Balance, MonthAverage)),
                *(sorted(m.objects.values_list("pk")) for m in (Holding, Member)),
                sorted(Client.objects.values_list("pk", "version", "aum", "tier")),
            ]

        before = stored()
        created, updated, _unchanged, rejected = again()
        assert (created, updated, rejected) == (0, 0, 0)
        assert stored() == before

    def import_balances(self, rows, seed):
        lines = [
            {"number": number, "day": day, "closing": closing}
            for (number, day), closing in rows.items()
        ]
        self.write("balances.csv", ["number", "day", "closing"], lines, seed)
        with clock.at(self.now):
            return counts(run("import_balances", MAPPINGS / "balances.toml", self.path())[1])

    def import_contributions(self, rows, seed):
        lines = [
            {"number": number, "year": year, "fees": fees, "margin": margin}
            for (number, year), (fees, margin) in rows.items()
        ]
        self.write("years.csv", ["number", "year", "fees", "margin"], lines, seed)
        with clock.at(self.now):
            _code, summary = run("import_balances", self.cast["years"], self.path())
        return counts(summary, "contributions")

    def import_clients(self, rows, seed):
        common = {"outlet": "O1", "name": NAME, "birth_date": BORN}
        lines = [common | cells | {"number": number} for number, cells in rows.items()]
        self.write("clients.csv", COLUMNS, lines, seed)
        held = [
            {"number": number, "key": key, "amount": amount}
            for number, file in self.files.items()
            for key, amount in file.holdings.items()
        ]
        self.write("holdings.csv", ["number", "key", "amount"], held, seed)
        people = [
            {"home": "H", "number": "N0", "relation": "holder"},
            {"home": "H", "number": "N1", "relation": "spouse"},
        ]
        self.write("homes.csv", ["home", "number", "relation"], people, 0)
        with clock.at(self.now):
            _code, summary = run("import_clients", self.cast["mapping"], self.path())
        others = [counts(summary, kind) for kind in ("holdings", "households")]
        if not rows:
            return tuple(map(sum, zip(*others, strict=True)))
        assert [other[3] for other in others] == [0, 0]
        return counts(summary)

    def path(self):
        return self.cast["folder"]

    def write(self, name, columns, lines, seed):
        Random(seed).shuffle(lines)
        with (self.path() / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(lines)
