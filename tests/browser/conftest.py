"""Chromium in front of the running product; whatever it complains about fails the test."""

import os

import pytest
from django.db import connections
from django.test import Client as Visitor
from django.utils import translation
from playwright.sync_api import expect, sync_playwright

from managers.models import Staff
from tools import chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {1440: 900, 390: 844, 360: 740}
_LOCALES = {"en": "en-CA", "zh-hans": "zh-CN"}  # Canada writes days as our English does
_PATIENCE = 60_000  # milliseconds until what should be there is missed, on a busy machine


@pytest.fixture(scope="session")
def browser():
    """The machine's Chromium; without one the test is skipped, but never in CI."""
    path = chromium.find()
    if not path and not os.environ.get("CI"):
        pytest.skip("No Chromium on this machine: set GUIBIN_CHROMIUM to the path of one.")
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as engines:
        running = engines.chromium.launch(executable_path=path or None, args=FLAGS)
        yield running
        running.close()
        # While its loop runs, Django gives this thread connections that it cannot reach later.
        connections.close_all()


@pytest.fixture
def language():
    """The language of the test, its people and its browser."""
    return "en"


@pytest.fixture
def browse(browser, live_server, language):
    """Opens a page of the product, for a person who has signed in or for a visitor.

    What the browser reports (errors of scripts, breaches of the content policy, answers that
    failed, requests to other hosts) must be nothing when the test ends.
    """
    contexts, complaints = [], []

    def open_page(person=None, *, width=1440, language=language, loses_network=False, **options):
        context = browser.new_context(
            base_url=live_server.url,
            locale=_LOCALES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": HEIGHTS[width]},
            reduced_motion="reduce",  # nothing is half way between two colours
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(_PATIENCE)
        if person is not None:
            context.add_cookies([_session_of(person, live_server.url, language)])
        page = context.new_page()
        _watch(page, complaints, live_server.url, loses_network=loses_network)
        return page

    with translation.override(language):
        yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _session_of(person, url, language) -> dict:
    """The cookie of somebody who has signed in before and chose the test's language."""
    Staff.objects.filter(pk=person.pk).update(language=language)
    visitor = Visitor()
    visitor.force_login(person)
    return {"name": "sessionid", "value": visitor.cookies["sessionid"].value, "url": url}


def _watch(page, complaints, url, *, loses_network) -> None:
    # Whoever leaves a page aborts what it still loads; an answer that failed is judged below.
    expected = ("htmx:afterRequest", "htmx:sendAbort", *(["htmx:sendError"] * loses_network))

    def on_console(message):
        if message.text.startswith(expected):
            return
        # Failed answers are judged by their status below, with their address.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    def on_response(response):
        # 422 is a form's answer to a mistake, which htmx puts into the page.
        if response.status >= 400 and response.status != 422:
            complaints.append(f"{response.status} {response.url}")

    def on_request(request):
        if not request.url.startswith((url, "data:", "about:")):
            complaints.append(f"leaves the site: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", on_response)
    page.on("request", on_request)
