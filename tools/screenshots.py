"""Make the pictures of docs/screenshots/ anew, each from a demo bank of its own.

    .venv/bin/python -m tools.screenshots

One command, so that the pictures never show what the product no longer is.
"""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools import chromium, place

FOLDER = place.ROOT / "docs" / "screenshots"
MOMENT = "2026-11-23T10:12:00+08:00"  # a Monday morning on which the demo bank is at work
DESK = {"viewport": {"width": 1440, "height": 1000}, "locale": "en-CA"}
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en-CA", "has_touch": True}
NOTES = {
    "en": "Renews for three years if the rate holds; keeps half of it liquid.",
    "zh-hans": "利率合适就续存三年，一半资金保持灵活。",
}
ELSEWHERE = ("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "EMAIL_URL")
PATIENCE = 30  # seconds until the server must answer


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as engines:
        path = chromium.find_or_download()
        if not path:
            sys.exit("The pictures need a Chromium: set GUIBIN_CHROMIUM to the path of one.")
        browser = engines.chromium.launch(executable_path=path, args=["--no-sandbox"])
        with demo_bank("en") as sign_in:
            english_pictures(partial(sign_in, browser))
        with demo_bank("zh-hans") as sign_in:
            page = sign_in(browser, "Wealth RM", **{**DESK, "locale": "zh-CN"})
            work_a_call(page, "zh-hans")
            take(page, "today-zh")
    return 0


def english_pictures(sign_in: Callable[..., Page]) -> None:
    page = sign_in("Wealth RM", **DESK)
    work_a_call(page, "en")
    take(page, "today")
    page.goto("/clients/?tier=diamond&sort=-last_contact")
    page.locator(".ledger .who").first.click()
    take(page, "client")
    for name in ("relay", "competition"):
        page.goto(f"/{name}/")
        take(page, name)
    page = sign_in("Branch head", **DESK)
    *boxes, last = page.locator("tbody .pick").all()[:4]
    for box in boxes:
        box.check()
    with page.expect_response(lambda answer: answer.url.endswith("/effect/")):
        last.check()
    page.wait_for_load_state("networkidle")
    take(page, "branch")
    take(sign_in("Wealth RM", **PHONE), "today-phone")


@contextmanager
def demo_bank(language: str) -> Iterator[Callable[..., Page]]:
    """Serve a new demo bank; gives a function that signs somebody in."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        env |= {
            "DJANGO_SETTINGS_MODULE": "crm.settings",
            "GUIBIN_ENV_FILE": os.devnull,
            "GUIBIN_MODE": "demo",
            "GUIBIN_NOW": MOMENT,
            "GUIBIN_VAR": folder,
            "LOG_LEVEL": "ERROR",
            "SITE_URL": url,
        }
        manage("prepare", env=env)
        manage("demo", "--language", language, env=env)
        free.close()
        with served(url.removeprefix("http://"), env):
            yield partial(signed_in, url, (Path(folder) / "demo-signins.txt").read_text())


def manage(*command: str, env: dict[str, str]) -> None:
    place.run(place.PYTHON, "manage.py", *command, step=f"manage.py {' '.join(command)}", env=env)


@contextmanager
def served(address: str, env: dict[str, str]) -> Iterator[None]:
    """Run the web server for as long as the block takes."""
    gunicorn = str(place.VENV / "bin" / "gunicorn")
    command = [gunicorn, "-c", "python:tools.web", "-b", address, "crm.wsgi"]
    server = subprocess.Popen(command, cwd=place.ROOT, env=env)
    try:
        wait_for(address)
        yield
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(address: str) -> None:
    host, port = address.split(":")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.2)
    sys.exit("The web server did not start.")


def signed_in(url: str, sign_ins: str, browser: Browser, post: str, **device) -> Page:
    """The first page of the person whom the demo's sign-ins name for a post."""
    password = re.search(r"password (\S+)", sign_ins)[1]
    number = re.search(rf"(\d+)  {post}", sign_ins)[1]
    page = browser.new_context(base_url=url, reduced_motion="reduce", **device).new_page()
    page.goto("/")
    page.locator("[name=login]").fill(number)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_selector(".page-head")
    return page


def work_a_call(page: Page, language: str) -> None:
    """Fill in what came of the first call, without saving it."""
    form = page.locator(".call-open form")
    form.locator("label:has([value=reached])").click()
    form.locator("[name=notes]").fill(NOTES[language])
    form.locator("[name=channel]").select_option("visit")
    form.locator("[name=due_on]").fill("2026-11-26")
    form.locator("[name=from_time]").fill("10:00")
    page.locator("h1").click()


def take(page: Page, name: str) -> None:
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.mouse.move(0, 0)
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"  docs/screenshots/{name}.png", flush=True)


if __name__ == "__main__":
    sys.exit(main())
