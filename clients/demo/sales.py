"""The demo bank's catalogue, licences, risk levels, sales, reviews and benefits."""

from datetime import date, time, timedelta
from decimal import Decimal

from clients.book.models import PREMIUM, State
from clients.demo import offers
from clients.models import (
    Benefit,
    BenefitGrant,
    BenefitQuota,
    BenefitUse,
    Disclosure,
    Holding,
    PortfolioReview,
    Product,
    ProductQuestion,
    RiskAssessment,
    SaleRecord,
    SuitabilityCheck,
)
from clients.sales import benefits, rules
from crm.lib import clock
from crm.lib.money import round_cents
from managers.models import Licence, Posting
from managers.people.models import Post

_LEVELS = [1] + [2] * 4 + [3] * 6 + [4] * 3 + [5]
_BATCH = 1000


def build(dice, clients, *, now, language):
    """Write all of it for the bank's clients; products first."""
    maker = _Maker(dice, now, language)
    maker.catalogue()
    maker.licences()
    served = [c for c in clients if c.owner_id and c.state not in (State.CLOSED, State.PROSPECT)]
    assessed = maker.assessments(served)
    maker.sales(assessed)
    maker.reviews([client for client in served if client.tier in PREMIUM])
    maker.benefits(served)


class _Maker:
    def __init__(self, dice, now, language):
        self.dice, self.now, self.words = dice, now, offers.WORDS[language]
        self.today = clock.local(now).date()

    def catalogue(self):
        """Products with what is told and asked; one is no longer on sale."""
        since = self.today - timedelta(days=400)
        rows = [self._product(*row, since) for row in offers.PRODUCTS]
        past = self._product("W-199", "wealth", *offers.NO_LONGER, 2, 2, "0.40", 6, 10_000, since)
        past.on_sale_until = self.today - timedelta(days=20)
        Product.objects.bulk_create([*rows, past])
        self.products = {row.code: row for row in rows}
        for code, other in offers.FALLBACKS.items():
            self.products[code].fallback = self.products[other]
        Product.objects.bulk_update(rows, ["fallback"])
        ProductQuestion.objects.bulk_create(
            ProductQuestion(product=row, position=place, question=question, answer=answer)
            for row in rows
            for place, (question, answer) in enumerate(self.words["asked"], 1)
        )
        told = [
            Disclosure(
                product=row,
                version=1,
                text=self.words["told"][row.category],
                published_at=self._at(since),
            )
            for row in rows
        ]
        Disclosure.objects.bulk_create(told)
        self.disclosures = {row.product.code: row for row in told}

    def _product(self, code, category, name, latin, issuer, seller, fee, months, minimum, since):
        return Product(
            code=code,
            category=category,
            name=name,
            latin_name=latin,
            issuer=self.words["issuers"][category],
            issuer_risk=issuer,
            seller_risk=seller,
            fees=self.words["fees"][category],
            fee_rate=Decimal(fee),
            terms=self.words["terms"][category],
            months=months,
            minimum=Decimal(minimum),
            on_sale_from=since,
        )

    def licences(self):
        """Wealth RMs may sell funds, most of them insurance; a few licences have ended."""
        rows = []
        for posting in Posting.objects.filter(post=Post.WEALTH_RM, until=None).order_by("pk"):
            for kind, share in (("fund", 0.95), ("insurance", 0.7)):
                if self.dice.random() < share:
                    days = self.dice.randint(-40, 900) if self.dice.random() < 0.1 else 500
                    rows.append(
                        Licence(
                            staff_id=posting.staff_id,
                            kind=kind,
                            number=f"{kind[0].upper()}{posting.staff_id:05d}",
                            valid_until=self.today + timedelta(days=days),
                        )
                    )
        Licence.objects.bulk_create(rows)

    def assessments(self, clients) -> dict:
        """Most clients have answered; every ninth answer is too old by now."""
        rows = []
        for number, client in enumerate(clients):
            if self.dice.random() < 0.12:
                continue
            ago = self.dice.randint(370, 480) if number % 9 == 0 else self.dice.randint(1, 350)
            rows.append(self._assessment(client, number, self.today - timedelta(days=ago)))
        RiskAssessment.objects.bulk_create(rows, batch_size=_BATCH)
        return {row.client: row for row in rows}

    def _assessment(self, client, number, day) -> RiskAssessment:
        return RiskAssessment(
            client=client,
            level=self.dice.choice(_LEVELS),
            answered_on=day,
            valid_until=rules.valid_until(day),
            place=self.dice.choice(["terminal", "phone_bank", "phone_bank", "paper"]),
            paper=f"RA-{number:06d}",
            own_answers=True,
            recorded_by=client.owner,
            recorded_at=self._at(day),
        )

    def sales(self, assessed):
        """Some holdings were sold here and can be traced; a few sales are under way."""
        checks, sales = [], []
        held = Holding.objects.filter(client__in=list(assessed), category="wealth").order_by("pk")
        holdings = {holding.client_id: holding for holding in held}
        for client, assessment in assessed.items():
            holding, chance = holdings.get(client.pk), self.dice.random()
            if assessment.level < 2 or not assessment.holds_on(self.today) or chance > 0.4:
                continue
            day = self.today if holding is None else holding.opened_on
            if assessment.holds_on(day) and (holding is not None or chance < 0.02):
                check, sale = self._sale(client, assessment, holding, day, len(sales))
                checks.append(check)
                sales.append(sale)
        SuitabilityCheck.objects.bulk_create(checks, batch_size=_BATCH)
        SaleRecord.objects.bulk_create(sales, batch_size=_BATCH)

    def _sale(self, client, assessment, holding, day, number):
        product = self.products["W-212"]
        at = min(self._at(day), self.now)
        check = SuitabilityCheck(
            client=client,
            product=product,
            staff=client.owner,
            assessment=assessment,
            level=assessment.level,
            risk=product.risk,
            is_suitable=True,
            checked_at=at,
        )
        sale = SaleRecord(
            client=client,
            product=product,
            staff=client.owner,
            suitability_check=check,
            amount=max(holding.amount if holding else product.minimum, Decimal("0.01")),
            recommended_at=at,
        )
        if holding:
            sale.state, sale.holding = SaleRecord.State.CONFIRMED, holding
            sale.disclosure, sale.disclosed_at = self.disclosures[product.code], at
            sale.confirmed_at = at + timedelta(minutes=12)
            sale.recording = f"AV-{day.year}-{number:06d}"
            sale.fee = round_cents(sale.amount * product.fee_rate / 100)
        return check, sale

    def reviews(self, clients):
        """Most premium clients were reviewed lately, some are due."""
        rows = []
        for client in clients:
            if self.dice.random() < 0.6:
                deposit = self.dice.choice([30, 40, 50, 60])
                rows.append(
                    PortfolioReview(
                        client=client,
                        held_on=self.today - timedelta(days=self.dice.randint(5, 160)),
                        goals=self.dice.choice(self.words["goals"]),
                        target={"deposit": deposit, "wealth": 80 - deposit, "bond": 20},
                        staff=client.owner,
                        recorded_at=self.now,
                    )
                )
        PortfolioReview.objects.bulk_create(rows, batch_size=_BATCH)

    def benefits(self, clients):
        """This year's grants by tier, with part of them used."""
        self._benefit_catalogue()
        quotas = benefits.quotas_by_tier()
        year, grants, uses = self.today.year, [], []
        rights = {tier: benefits.rights(tier, quotas) for tier in benefits.ORDER}
        for client in clients:
            for benefit, times in rights[client.tier].items():
                grant = BenefitGrant(
                    client=client,
                    benefit_id=benefit,
                    year=year,
                    quota=times,
                    used=self.dice.choice([0, 0, 1, min(2, times), times // 2]),
                    expires_on=date(year, 12, 31),
                    granted_at=self._at(date(year, 1, 1)),
                )
                grants.append(grant)
                uses += [self._use(grant) for _time in range(grant.used)]
        BenefitGrant.objects.bulk_create(grants, batch_size=_BATCH)
        BenefitUse.objects.bulk_create(uses, batch_size=_BATCH)

    def _benefit_catalogue(self):
        for place, (code, name, latin, times) in enumerate(offers.BENEFITS, 1):
            benefit = Benefit.objects.create(code=code, name=name, latin_name=latin, position=place)
            BenefitQuota.objects.bulk_create(
                BenefitQuota(benefit=benefit, tier=tier, times=number)
                for tier, number in times.items()
            )

    def _use(self, grant) -> BenefitUse:
        passed = (self.today - date(self.today.year, 1, 1)).days
        day = self.today - timedelta(days=self.dice.randint(0, passed))
        return BenefitUse(
            grant=grant,
            day=day,
            note=self.dice.choice(self.words["uses"]),
            booked_by=grant.client.owner,
            booked_at=min(self._at(day), self.now),
        )

    def _at(self, day):
        return clock.at_time(day, time(self.dice.randint(9, 16), self.dice.randint(0, 59)))
