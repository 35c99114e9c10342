"""Bring everything that is sealed under the current master key."""

import json

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from crm.lib import rotation


class Command(BaseCommand):
    help = (
        "Wrap every data key with FIELD_KEY_CURRENT and say which of FIELD_KEYS nothing needs any "
        "more. Safe while people work; a run that was cut short is simply started again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="End with one line of JSON.")

    def handle(self, *args, **options):
        tables = [model for model in apps.get_models() if rotation.sealed_fields(model)]
        renewed = {model._meta.label: self._renew(model) for model in tables}
        left = {
            key_id: sum(rotation.under(model, key_id) for model in tables)
            for key_id in settings.FIELD_KEYS
            if key_id != settings.FIELD_KEY_CURRENT
        }
        for sentence in _sentences(sum(renewed.values()), left):
            self.stdout.write(sentence)
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "current": settings.FIELD_KEY_CURRENT,
                        "renewed": renewed,
                        "left": left,
                        "removable": [key_id for key_id, rows in left.items() if not rows],
                    }
                )
            )

    def _renew(self, model) -> int:
        done = 0
        for rows in rotation.renew(model):
            done += rows
            self.stdout.write(f"{model._meta.label}: {done} rows")
            self.stdout.flush()
        return done


def _sentences(renewed: int, left: dict[str, int]):
    yield f"{renewed} rows are now under the key {settings.FIELD_KEY_CURRENT}."
    for key_id, rows in left.items():
        if rows:
            yield (
                f"The key {key_id} is still needed by {rows} rows. Run this again; rows that stay "
                "cannot be opened."
            )
        else:
            yield (
                f"Nothing needs the key {key_id}. Once every process uses the current key, take it "
                "out of FIELD_KEYS; keep it apart as long as a backup is kept that needs it."
            )
