import hashlib

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = (
        "Bring the database, translations and static files up to date; with --demo, load the demo "
        "bank into a database where nobody works yet. Safe to run at every start."
    )
    requires_system_checks = ()  # ./test checks the code; a start checks nothing twice

    def add_arguments(self, parser) -> None:
        parser.add_argument("--demo", action="store_true")

    def handle(self, *args, **options) -> None:
        call_command("compile_translations")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        collect_static()
        if options["demo"] and not get_user_model().objects.exists():
            call_command("demo", clients=5000, seed=7)


def collect_static() -> None:
    """Collect static files unless the ones collected last are the same."""
    stamp = settings.STATIC_ROOT / ".collected"
    digest = _digest_of_sources()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest, encoding="utf-8")


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            size, changed = storage.size(name), storage.get_modified_time(name).timestamp()
            digest.update(f"{name} {size} {changed}\n".encode())
    return digest.hexdigest()
