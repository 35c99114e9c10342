"""What can be said of a device and its address without keeping either."""

import ipaddress
import re

from django.utils.translation import gettext as _

# The first that fits: Edge also calls itself Chrome, Chrome also calls itself Safari.
_BROWSERS = (
    ("Edge", r"\bEdg(?:A|iOS)?/"),
    ("WeCom", r"\bwxwork/"),
    ("WeChat", r"\bMicroMessenger/"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/"),
    ("Chrome", r"\b(?:Headless)?(?:Chrome|CriOS)/"),
    ("Safari", r"\bSafari/"),
)
_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iOS", r"iPhone|iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh"),
    ("UOS", r"\bUOS\b"),
    ("Kylin", r"Kylin"),
    ("Linux", r"Linux"),
)


def browser(user_agent: str) -> str:
    """The browser's name, "" for an unknown one."""
    return _first(_BROWSERS, user_agent)


def system(user_agent: str) -> str:
    """The name of the operating system, "" for an unknown one."""
    return _first(_SYSTEMS, user_agent)


def words(browser: str, system: str) -> str:
    """The device as its owner would call it."""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


def masked(address: str) -> str:
    """The network of an address without the place in it: 203.0.*.*, 2001:db8:*."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if known.version == 4:
        return ".".join([*str(known).split(".")[:2], "*", "*"])
    return ":".join([*(format(int(part, 16), "x") for part in known.exploded.split(":")[:2]), "*"])


def _first(names, user_agent: str) -> str:
    return next((name for name, mark in names if re.search(mark, user_agent)), "")
