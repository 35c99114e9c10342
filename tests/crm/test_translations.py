import re

import django.conf
import django.contrib.auth
import polib
import pytest

from crm.management.commands import make_translations as translations


def entry(msgid, msgstr="", **fields):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, occurrences=[("page.html", "")], **fields)


def file(*entries):
    made = polib.POFile()
    made.extend(entries)
    return made


def test_the_code_and_the_templates_are_read():
    places = {place for place, _fields in translations.texts()}

    assert "crm/settings.py" in places
    assert "templates/base.html" in places


def test_every_name_that_translation_goes_by_is_read():
    """`gettext` under another name than these would be overlooked."""
    code = "".join(path.read_text(encoding="utf-8") for path in translations.sources())

    assert set(re.findall(r"gettext\w* as (\w+)", code)) <= set(translations.KEYWORDS)


def test_what_is_borrowed_from_django_is_said_there():
    lent = {
        one.msgid: one.msgid_plural
        for package in (django.conf, django.contrib.auth)
        for one in polib.pofile(f"{package.__path__[0]}/locale/zh_Hans/LC_MESSAGES/django.po")
    }

    for fields in translations.BORROWED:
        assert lent[fields["id"]] == fields.get("plural", "")


def test_a_word_is_read_with_and_without_its_context():
    wanted = polib.POFile()
    for fields in ({"id": "Open", "context": "state"}, {"id": "Open"}, {"id": "Open"}):
        translations.note(wanted, "page.html", fields)

    assert [(one.msgctxt, one.msgid) for one in wanted] == [("state", "Open"), (None, "Open")]


@pytest.mark.parametrize(
    ("translated", "problem"),
    [
        (entry("%(n)s left", "还剩 %(n)s"), None),
        (entry("%(n)s left", ""), "no translation of"),
        (entry("%(n)s left", "还剩 %(n)s", flags=["fuzzy"]), "fuzzy translation of"),
        (entry("%(n)s left", "还剩 %(m)s"), "other placeholders in the translation of"),
        (entry("%(n)s left", "还剩"), "other placeholders in the translation of"),
    ],
)
def test_an_incomplete_translation_is_named(translated, problem):
    found = list(translations.gaps(file(entry("%(n)s left")), file(translated)))

    assert found == ([f"{problem} '%(n)s left' (page.html)"] if problem else [])


def test_a_plural_needs_all_its_forms():
    wanted = file(entry("%(n)s day", msgid_plural="%(n)s days"))

    complete = entry("%(n)s day", msgid_plural="%(n)s days", msgstr_plural={0: "%(n)s 天"})
    singular = entry("%(n)s day", "%(n)s 天")

    assert list(translations.gaps(wanted, file(complete))) == []
    assert list(translations.gaps(wanted, file(singular))) == [
        "no translation of '%(n)s day' (page.html)"
    ]


def test_a_translation_without_a_text_is_named():
    found = list(translations.gaps(file(), file(entry("Gone", "没了"))))

    assert found == ["translation of a text that is gone: 'Gone'"]


def test_an_update_keeps_translations_and_drops_what_is_gone():
    wanted = file(entry("Stays"), entry("New"))

    updated = translations.update(wanted, file(entry("Stays", "保留"), entry("Gone", "没了")))

    assert [(one.msgid, one.msgstr) for one in updated] == [("Stays", "保留"), ("New", "")]
