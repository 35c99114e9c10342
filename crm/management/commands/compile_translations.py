import os
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/*.po where they changed (needs no gettext on the machine)."

    def handle(self, *args, **options) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in Path(folder).glob("*/LC_MESSAGES/*.po"):
                target = source.with_suffix(".mo")
                if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                    # Others may be reading it, or compiling too.
                    draft = target.with_suffix(f".{os.getpid()}.mo")
                    polib.pofile(str(source)).save_as_mofile(str(draft))
                    draft.replace(target)
