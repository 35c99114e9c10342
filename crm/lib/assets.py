"""Static files: which ones leave the front-end packages, and how they are stored."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.core.files.storage import FileSystemStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Everything else in node_modules (sources, demos, other weights) is never served.
PACKAGE_FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler-icons.min.css": "@tabler/icons-webfont/dist/tabler-icons.min.css",
    "tabler/fonts/tabler-icons.woff2": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
    "tabler/fonts/tabler-icons.woff": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff",
    "tabler/fonts/tabler-icons.ttf": "@tabler/icons-webfont/dist/fonts/tabler-icons.ttf",
    "tabler/sortable.min.js": "@tabler/core/dist/libs/sortablejs/Sortable.min.js",
}


class PackageStorage(FileSystemStorage):
    """Reads a package's file under the name that we serve it by."""

    def path(self, name: str) -> str:
        return super().path(PACKAGE_FILES.get(name, name))


class PackageFinder(BaseFinder):
    """Finds the files of `PACKAGE_FILES`, and nothing else in node_modules."""

    def __init__(self, *args, **kwargs) -> None:
        self.root = Path(settings.NODE_MODULES)
        self.storage = PackageStorage(location=self.root)

    def check(self, **kwargs) -> list[CheckMessage]:
        missing = [name for name in PACKAGE_FILES.values() if not (self.root / name).exists()]
        if not missing:
            return []
        hint = "Run ./start --setup, which installs the front-end packages."
        return [
            CheckWarning(f"{name} is missing.", hint=hint, id="guibin.W001") for name in missing
        ]

    def find(self, path: str, find_all: bool = False, **kwargs) -> str | list[str]:
        known = path in PACKAGE_FILES and self.storage.exists(path)
        found = [self.storage.path(path)] if known else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in PACKAGE_FILES:
            if not matches_patterns(name, ignore_patterns):
                yield name, self.storage


def _without_source_maps(patterns):
    """Drop the rules that look for .map files: minified packages name maps that we don't serve."""
    for extension, rules in patterns:
        kept = [rule for rule in rules if "sourceMappingURL" not in str(rule)]
        if kept:
            yield extension, tuple(kept)


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and gzip beside each file.

    Brotli would take minutes at set-up for a few kilobytes, even where a machine has it.
    """

    patterns = tuple(_without_source_maps(ManifestStaticFilesStorage.patterns))

    def create_compressor(self, **kwargs) -> Compressor:
        return Compressor(use_brotli=False, **kwargs)
