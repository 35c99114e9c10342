"""Keep locale/ in step with the text of the pages, without gettext on the machine."""

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract_python
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

# How each function takes its arguments: which are a context, a singular, a plural.
KEYWORDS = {
    "_": ("id",),
    "gettext": ("id",),
    "gettext_lazy": ("id",),
    "gettext_noop": ("id",),
    "ngettext": ("id", "plural"),
    "ngettext_lazy": ("id", "plural"),
    "pgettext": ("context", "id"),
    "pgettext_lazy": ("context", "id"),
    "npgettext": ("context", "id", "plural"),
    "npgettext_lazy": ("context", "id", "plural"),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]?[\d.]*[a-z]|%[sd]|\{\w*\}")

# Sentences of Django's forms that our pages say in our own words.
BORROWED = (
    {"id": ":"},
    {"id": "This field is required."},
    {"id": "Select a valid choice. That choice is not one of the available choices."},
    {"id": "Select a valid choice. %(value)s is not one of the available choices."},
    {"id": "“%(pk)s” is not a valid value."},
    {"id": "Enter a valid date."},
    {"id": "Enter a valid time."},
    {"id": "Enter a valid email address."},
    {"id": "Enter a whole number."},
    {"id": "Enter a number."},
    {"id": "Null characters are not allowed."},
    {"id": "This password is too common."},
    {"id": "Your password can’t be a commonly used password."},
    {
        "id": "This password is too short. It must contain at least %(min_length)d character.",
        "plural": "This password is too short. It must contain at least %(min_length)d characters.",
    },
    {
        "id": "Your password must contain at least %(min_length)d character.",
        "plural": "Your password must contain at least %(min_length)d characters.",
    },
    {
        "id": "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "plural": (
            "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d)."
        ),
    },
)


class Command(BaseCommand):
    help = (
        "Bring the translation files up to date with the code and templates: new texts come in "
        "empty, gone ones leave. With --check, change nothing and fail if any text has no "
        "complete translation."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args, **options) -> None:
        wanted = polib.POFile()
        for place, fields in texts():
            note(wanted, place, fields)
        problems = []
        for language, _name in settings.LANGUAGES:
            if language == settings.LANGUAGE_CODE:
                continue
            file = catalogue(language)
            if options["check"]:
                problems += [f"{language}: {problem}" for problem in gaps(wanted, file)]
            else:
                update(wanted, file).save()
        if problems:
            raise CommandError("\n".join(problems))


def texts() -> Iterator[tuple[str, dict[str, str]]]:
    """Every text to translate: the file it stands in, and its id, plural and context."""
    yield from (("django", fields) for fields in BORROWED)
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            lines = templatize(text, origin=str(path)).splitlines()
            text = "\n".join(line.lstrip() for line in lines)  # indented as HTML, not as Python
        options = {"encoding": "utf-8"}
        for _line, function, arguments, _comments in extract_python(
            io.BytesIO(text.encode()), KEYWORDS, [], options
        ):
            given = arguments if isinstance(arguments, tuple) else (arguments,)
            fields = dict(zip(KEYWORDS[function], given, strict=False))
            if fields.get("id"):
                yield path.relative_to(settings.BASE_DIR).as_posix(), fields


def sources() -> Iterable[Path]:
    """All files that hold texts."""
    root = settings.BASE_DIR
    ours = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == root]
    code = [path for app in ours for path in app.rglob("*.py") if "migrations" not in path.parts]
    pages = [path for path in (root / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    return sorted(code + pages)


def note(wanted: polib.POFile, place: str, fields: dict[str, str]) -> None:
    """Add a text to those that are wanted, once for each context, with the file it stands in."""
    entry = wanted.find(fields["id"], msgctxt=fields.get("context"))
    if entry is None:
        entry = polib.POEntry(msgid=fields["id"], msgctxt=fields.get("context"))
        if PLACEHOLDER.search(fields["id"]) and "%" in fields["id"]:
            entry.flags.append("python-format")
        wanted.append(entry)
    if "plural" in fields:
        entry.msgid_plural = fields["plural"]
    if (place, "") not in entry.occurrences:
        entry.occurrences.append((place, ""))


def catalogue(language: str) -> polib.POFile:
    """The translation file of a language, or an empty one where there is none yet."""
    folder = Path(settings.LOCALE_PATHS[0]) / to_locale(language) / "LC_MESSAGES"
    path = folder / "django.po"
    if path.exists():
        return polib.pofile(str(path), wrapwidth=98)
    folder.mkdir(parents=True, exist_ok=True)
    file = polib.POFile(wrapwidth=98)
    file.fpath = str(path)
    file.metadata = {
        "Project-Id-Version": "Guibin",
        "Language": to_locale(language),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return file


def update(wanted: polib.POFile, file: polib.POFile) -> polib.POFile:
    """Take over what is new, drop what is gone, keep every translation that still fits."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in file if not entry.obsolete}
    del file[:]
    for entry in wanted:
        before = known.get((entry.msgctxt, entry.msgid))
        plural = {0: ""} if entry.msgid_plural else {}
        file.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgid_plural=entry.msgid_plural,
                occurrences=entry.occurrences,
                flags=entry.flags,
                msgstr=before.msgstr if before else "",
                msgstr_plural=(before.msgstr_plural if before else {}) or plural,
                tcomment=before.tcomment if before else "",
            )
        )
    return file


def gaps(wanted: polib.POFile, file: polib.POFile) -> Iterator[str]:
    """What a language lacks: one sentence for each text."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in file if not entry.obsolete}
    for entry in wanted:
        found = known.pop((entry.msgctxt, entry.msgid), None)
        shown = f"{entry.msgid[:70]!r} ({entry.occurrences[0][0]})"
        if found is None or not _translated(found, entry):
            yield f"no translation of {shown}"
        elif found.fuzzy:
            yield f"fuzzy translation of {shown}"
        elif not _same_placeholders(found, entry):
            yield f"other placeholders in the translation of {shown}"
    yield from (f"translation of a text that is gone: {msgid[:70]!r}" for _context, msgid in known)


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _translated(found: polib.POEntry, entry: polib.POEntry) -> bool:
    same_kind = bool(found.msgid_plural) == bool(entry.msgid_plural)
    return same_kind and all(_translations(found)) and bool(_translations(found))


def _same_placeholders(found: polib.POEntry, entry: polib.POEntry) -> bool:
    """Whether all that is filled in stands in each translation, and nothing else does."""
    expected = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    return all(set(PLACEHOLDER.findall(text)) == expected for text in _translations(found))
