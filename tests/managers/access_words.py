"""How a test signs in, sets up an app and reads its code."""

import re

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from crm.lib import clock
from managers.access.actions.factors import PERIOD
from managers.models import AppSecret, AuditEvent, Letter

PASSWORD = "correct horse battery"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"


def sign_in(browser, person, password=PASSWORD, *, address="203.0.113.7", at="", **headers):
    """Type number and password at the door."""
    return browser.post(
        reverse("account_login") + at,
        {"login": person.employee_no, "password": password},
        REMOTE_ADDR=address,
        headers={"User-Agent": CHROME, **headers},
    )


def is_in(browser) -> bool:
    """Whether a page opens."""
    return browser.get(reverse("security")).status_code == 200


def set_up_app(browser, *, steps=0) -> list[str]:
    """Set up an app in a browser that is signed in; the recovery codes that were shown."""
    page = browser.get(reverse("app-new")).content.decode()
    secret = re.search(r'security-secret">([A-Z2-7]+)<', page)[1]
    shown = browser.post(reverse("app-new"), {"code": code_of(secret, steps=steps)})
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", shown.content.decode())


def code_of(secret: str, *, steps=0) -> str:
    """What an app shows, so many periods from the test's moment."""
    step = int(clock.now().timestamp()) // PERIOD + steps
    return format_hotp_value(hotp_value(secret, step))


def code_for(person, *, steps=0) -> str:
    """What the app of a person shows."""
    return code_of(AppSecret.objects.get(factor__user=person).secret.open(), steps=steps)


def verbs() -> list[str]:
    """What the audit has, in order."""
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def mails() -> list[tuple[str, dict]]:
    """Kinds of the posted letters and what they are about."""
    return list(Letter.objects.order_by("pk").values_list("kind", "context"))
