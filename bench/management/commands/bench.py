"""`manage.py bench`: how much a page costs beside the bare query, measured in one run."""

import json
from functools import partial

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient
from rest_framework.throttling import UserRateThrottle

from bench import digesting, ground, importing, meter, planning, reassigning, standing
from bench.cases import CASES
from managers.competition.divisions import participants
from managers.models import Staff

WHOLE = (
    "digest",
    "import",
    "planning",
    "reassign",
    "standings",
)  # measured from end to end, each on ground of its own


class Command(BaseCommand):
    help = (
        "Measure pages and API against the bare query, in a database of its own that is kept for "
        "the next run. Milliseconds are medians; read the ratios, they hold on other machines."
    )

    def add_arguments(self, parser):
        parser.add_argument("--case", choices=[*sorted(CASES), *WHOLE], default="own-list")
        parser.add_argument("--clients", type=int, default=10_000)
        parser.add_argument("--people", type=int, default=10_000, help="Of standings: RMs.")
        parser.add_argument("--entries", type=int, default=5_000_000, help="Of standings: results.")
        parser.add_argument("--json", action="store_true", help="Print the summary as JSON.")

    def handle(self, *args, case, clients, people, entries, **options):
        # The same person asks a hundred times: measure the work, not the limit of requests.
        UserRateThrottle.THROTTLE_RATES = {"user": None}
        size = {"clients": clients}
        if case == "standings":
            size = {"people": people, "entries": entries}
        summary = {"case": case, **size}
        if case == "import":
            _own_database("import", anew=True)
            summary |= importing.measure(clients)
        elif case == "reassign":
            _own_database(f"reassign_{clients}")
            summary |= _measure_plan(clients)
        elif case in ("digest", "planning"):
            _own_database(f"bank_{clients}")
            summary |= {"digest": digesting, "planning": planning}[case].measure(clients)
        elif case == "standings":
            _own_database(f"standings_{people}_{entries}")
            summary |= standing.measure(people, entries, _standing_visits)
        else:
            _own_database(str(clients))
            summary |= self._pages(case, clients)
        if options["json"]:
            self.stdout.write(json.dumps(summary))
        else:
            for name, value in summary.items():
                self.stdout.write(f"{name}: {value}")

    def _pages(self, case, clients) -> dict:
        ground.build(clients)
        person = Staff.objects.get(employee_no="700001")
        return _measure(CASES[case], person)


def _own_database(purpose: str, *, anew=False) -> None:
    """Move this process to a database for benches of this kind, made where it is missing."""
    name = f"guibin_bench_{purpose}"
    if connection.vendor == "sqlite":
        name = str(settings.VAR / f"{name}.sqlite3")
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(
        verbosity=0, autoclobber=True, keepdb=not anew, serialize=False
    )


def _measure(case, person) -> dict:
    browser, program = _visitors(person)
    page, api = case.page(person), case.api(person)
    floor_ms = meter.median_ms(lambda: case.floor(person))
    page_ms = meter.median_ms(lambda: _fetch(browser, page))
    api_ms = meter.median_ms(lambda: _fetch(program, api))
    with CaptureQueriesContext(connection) as captured:
        _fetch(browser, page)
    return {**_compared(floor_ms, page=page_ms, api=api_ms), "queries": len(captured)}


def _measure_plan(clients) -> dict:
    """The preview of a whole book: the plan is made anew and shown, each time from nothing."""
    head, plan = reassigning.prepare(clients)
    browser, program = _visitors(head)
    page = reverse("plan", args=[plan.pk])
    api = reverse("api-reassignment-plan-preview", args=[plan.pk])
    floor_ms = meter.median_ms(lambda: reassigning.floor(plan), runs=5)
    preview_ms = meter.median_ms(
        lambda: reassigning.preview(head, partial(_fetch, browser)), runs=5
    )
    page_ms = meter.median_ms(lambda: _fetch(browser, page), runs=5)
    api_ms = meter.median_ms(lambda: _fetch(program, api), runs=5)
    with CaptureQueriesContext(connection) as captured:
        _fetch(browser, page)
    times = _compared(floor_ms, preview=preview_ms, page=page_ms, api=api_ms)
    return {**times, "queries": len(captured)}


def _standing_visits(person, competition):
    browser, program = _visitors(person)
    page = reverse("competition")
    [own] = participants(competition, posts=competition.rulebook.goals, staff=person)
    api = reverse("api-competition-standings", args=[competition.pk])
    api = f"{api}?division={own.division.code}"
    wall = reverse("wallboard", args=[competition.pk])
    return {
        "page": partial(_fetch, browser, page),
        "api": partial(_fetch, program, api),
        "wall": partial(_fetch, browser, wall),
    }


def _visitors(person):
    browser, program = Browser(), APIClient()
    browser.force_login(person)
    program.force_authenticate(person)
    return browser, program


def _compared(floor_ms, **spans) -> dict:
    times = {"floor_ms": floor_ms, **{f"{name}_ms": span for name, span in spans.items()}}
    ratios = {f"ratio_{name}": round(span / floor_ms, 1) for name, span in spans.items()}
    return {name: round(span, 2) for name, span in times.items()} | ratios


def _fetch(visitor, url) -> None:
    answer = visitor.get(url, secure=True, headers={"host": settings.ALLOWED_HOSTS[0]})
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
