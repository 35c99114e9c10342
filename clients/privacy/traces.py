"""Where somebody's name may lie without pointing at the file: uploads, exports, saved searches."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import unquote_plus

from django.utils.translation import gettext as _

from clients.book.models import SEALED, SavedView
from clients.exports.models import Export
from clients.intake.actions.runs import drop_content
from clients.intake.models import ImportRun
from crm.lib.errors import RuleBroken
from crm.lib.secrets import UnreadableError
from managers.audit.models import Access, AccessEvent

_SHORTEST = 2  # characters of a text that is looked for
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
# Finds what names somebody by these texts, throws it away, and tells the ids by table.
Finder = Callable[[set[str]], dict[str, list[int]]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Add a place that features above keep, and in which names may lie."""
    if finder not in _finders:
        _finders.append(finder)


def forget(files, *, at) -> dict[str, list[int]]:
    """Throw away whatever names one of these clients beside their files; ids by table."""
    texts = {text for file in files for text in texts_of(file) if len(text) >= _SHORTEST}
    found: dict[str, list[int]] = defaultdict(list)
    found[SavedView._meta.label_lower] = _saved_views(texts)
    found[Export._meta.label_lower] = _exports(files)
    found[ImportRun._meta.label_lower] = _imports(texts, at=at)
    for finder in _finders:
        for table, ids in finder(texts).items():
            found[table] += ids
    return found


def texts_of(file) -> list[str]:
    """What a client may be found by: name, its pinyin, and the details that can be opened."""
    return [file.name, file.pinyin, file.joined_pinyin, *map(_opened, (file,) * 4, SEALED)]


def _opened(file, field: str) -> str:
    try:
        return getattr(file, field).open()
    except UnreadableError:
        return ""


def _saved_views(texts) -> list[int]:
    rows = SavedView.objects.exclude(query="").values_list("pk", "query")
    pks = [pk for pk, query in rows if _names(unquote_plus(query), texts)]
    SavedView.objects.filter(pk__in=pks).delete()
    return pks


def _exports(files) -> list[int]:
    """The access log says in which files these clients left."""
    left = AccessEvent.objects.filter(client_id__in=[f.pk for f in files], verb=Access.EXPORTED)
    pages = left.values_list("page", flat=True).distinct()
    asked = [int(page.partition(":")[2]) for page in pages if page.startswith("export:")]
    ready = Export.objects.filter(pk__in=asked, state=Export.State.READY)
    pks = list(ready.values_list("pk", flat=True))
    ready.update(state=Export.State.EXPIRED, body="")
    return pks


def _imports(texts, *, at) -> list[int]:
    pks = []
    for run in ImportRun.objects.filter(emptied_at=None).order_by("pk"):
        if not _is_named_in(run, texts):
            continue
        if not drop_content(run, at=at):
            raise RuleBroken(
                _("An import that names this client is running; please try again after it."),
                code="conflict",
            )
        pks.append(run.pk)
    return pks


def _is_named_in(run, texts) -> bool:
    if _names(run.report.open(), texts):
        return True
    needles = {text.encode(code) for text in texts for code in _ENCODINGS}
    return any(
        needle in part
        for file in run.files.iterator()
        for part in _parts(file.content)
        for needle in needles
    )


def _parts(content: bytes) -> list[bytes]:
    """The bytes themselves, or those of the parts of a workbook."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return [book.read(name) for name in book.namelist()]


def _names(text: str, texts) -> bool:
    return any(one in text for one in texts)
