"""`manage.py demo`: fill an empty database with the demo bank."""

import json
import random
import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from clients.demo import (
    assets,
    away,
    book,
    careers,
    contest,
    file,
    imports,
    leads,
    lists,
    market,
    organisation,
    plans,
    privacy,
    programmes,
    promises,
    relay,
    sales,
    visits,
    work,
)
from clients.followups.actions import plan_contacts, plan_series
from clients.models import Client, Contact, FollowUp, Handover, Referral
from crm import bank
from crm.lib import clock
from crm.models import BankSetting
from managers.audit.actions import record
from managers.models import OrgUnit, PointEntry, Staff
from managers.people.models import Post

# Books of a small bank: with the usual limits all would look empty.
_LIMITS = {"gold": 200, "platinum": 100, "diamond": 50, "private": 20}
_SHOWN = (
    (Post.WEALTH_RM, "Wealth RM"),
    (Post.MARKETING_RM, "Marketing RM"),
    (Post.BRANCH_HEAD, "Branch head"),
    (Post.LOBBY_MANAGER, "Lobby manager"),
    (Post.TELLER_CASH, "Cash teller"),
)
_ABOVE = (
    (Post.WEALTH_HEAD, "Wealth-centre head"),
    (Post.CP_OFFICER, "Protection officer"),
    (Post.AUDITOR, "Auditor"),
)


def _busiest(people):
    """Of colleagues one whom a client awaits in the lobby, else the one with most to do.

    So a visitor finds something to work on.
    """
    ids = [person.pk for person in people]
    todo = Count("follow_ups", Q(follow_ups__state="open", follow_ups__due_on__lte=clock.today()))
    awaited = Exists(Referral.objects.waiting().filter(target=OuterRef("pk"), on_site=True))
    found = Staff.objects.filter(pk__in=ids).annotate(todo=todo, awaited=awaited)
    return found.order_by("-awaited", "-todo", "pk").first()


def _first(cast, post):
    """The first of the bank's people with this post."""
    return next(people[0] for posts in cast.values() if (people := posts.get(post.value)))


class Command(BaseCommand):
    help = (
        "Load the demo bank: invented people, plausible numbers, half a year of work. The same "
        "seed on the same day gives the same bank. Refuses a database that holds other data."
    )

    def add_arguments(self, parser):
        parser.add_argument("--clients", type=int, default=5000, help="How many clients (5000).")
        parser.add_argument("--seed", type=int, default=7, help="Seed of the dice (7).")
        parser.add_argument("--language", choices=["en", "zh-hans"], default="en")
        parser.add_argument("--json", action="store_true", help="Print the summary as JSON.")

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("The demo bank is loaded in demo mode only (GUIBIN_MODE=demo).")
        if Staff.objects.exists() or OrgUnit.objects.exists() or Client.objects.exists():
            raise CommandError(
                "This database holds data already; the demo bank needs an empty one."
            )
        password = f"demo-{secrets.token_hex(4)}"
        with transaction.atomic():
            cast, outlets = self._load(password, **options)
        # Their worker commits as it goes, so these stand outside.
        imports.build(cast[outlets[0].pk][Post.BRANCH_HEAD.value][0], now=clock.now())
        self._write_sign_ins(cast, outlets[0], password)
        self._summary(options["json"])

    def _load(self, password, *, clients, seed, language, **_others):
        dice, now = random.Random(seed), clock.now()  # noqa: S311 - dice, not secrets
        today = clock.local(now).date()
        BankSetting.objects.create(key="book.limits", valid_from=today, value=_LIMITS)
        bank.forget()
        cast, outlets = organisation.build(dice, today=today, password=password, language=language)
        people = book.build(dice, cast, outlets, count=clients, now=now, language=language)
        work.build(dice, people, now=now, language=language)
        relay.build(dice, cast, outlets, people, now=now, language=language)
        assets.build(dice, people, now=now)
        sales.build(dice, people, now=now, language=language)
        file.build(dice, people, now=now, language=language)
        visits.build(dice, outlets, people, now=now, language=language)
        leads.build(dice, cast, now=now, language=language)
        market.build(cast, now=now, language=language)
        lists.build(dice, outlets, people, now=now, language=language)
        plans.build(cast, outlets, now=now)
        contest.build(dice, now=now, language=language)
        careers.build(now=now)
        promises.build(dice, people, now=now, language=language)
        programmes.build(people, now=now, language=language)
        privacy.build(dice, now=now, language=language)
        self._come_back(cast[outlets[0].pk][Post.WEALTH_RM.value], now=now, language=language)
        plan_contacts(at=now)
        plan_series(at=now)
        unit = OrgUnit.objects.get(kind="head_office")
        record("demo.loaded", unit, by=None, at=now, clients=clients, seed=seed)
        return cast, outlets

    def _come_back(self, people, *, now, language):
        """The wealth RM whom a visitor signs in as is back from days off today."""
        person = _busiest(people)
        deputies = [other for other in people if other != person]
        if deputies:
            away.build(person, deputies[0], now=now, language=language)

    def _write_sign_ins(self, cast, outlet, password):
        posts = cast[outlet.pk]
        rows = [(_busiest(posts[post.value]), label) for post, label in _SHOWN]
        rows += [(_first(cast, post), label) for post, label in _ABOVE]
        rows.append((Staff.objects.filter(is_superuser=True).first(), "Administrator"))
        lines = [f"  {person.employee_no}  {label}" for person, label in rows]
        text = "\n".join([f"Demo sign-ins, password {password}", *lines]) + "\n"
        path = settings.VAR / "demo-signins.txt"
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")

    def _summary(self, as_json):
        models = (OrgUnit, Staff, Client, Contact, FollowUp, Referral, Handover, PointEntry)
        counts = {model._meta.label_lower.split(".")[1]: model.objects.count() for model in models}
        if as_json:
            self.stdout.write(json.dumps(counts))
        else:
            self.stdout.write(", ".join(f"{n} {name}" for name, n in counts.items()))
