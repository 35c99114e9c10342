"""Every client gets a key of its own, and what the master key had sealed is sealed by it.

In chunks that lock some hundred rows each; one that was cut short is simply run again. Rows that
the version before writes meanwhile stay readable, and `rotate_keys` gives them their keys.
"""

from django.db import migrations, transaction

from crm.lib import rotation
from crm.lib.db import lock_many
from crm.lib.secrets import Sealed

SEALED = ("phone", "email", "identity_no", "address")


def give_keys(apps, editor):
    for _rows in rotation.renew(apps.get_model("clients", "Client")):
        pass


def take_keys(apps, editor):
    """Back under the master key: what the version before can read."""
    model = apps.get_model("clients", "Client")
    rows = model.objects.exclude(data_key="").order_by("pk")
    while pks := list(rows.values_list("pk", flat=True)[: rotation.CHUNK]):
        with transaction.atomic():
            clients = lock_many(model, pks)
            for client in clients:
                _unkey(client)
            model.objects.bulk_update(clients, ["data_key", *SEALED])


def _unkey(client):
    for name in SEALED:
        # Past the field, which would seal it with the row's key again.
        client.__dict__[name] = Sealed.of(getattr(client, name).open())
    client.data_key = ""


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("clients", "0009_keys_and_restriction")]

    operations = [migrations.RunPython(give_keys, take_keys)]
