"""The stage on which everybody asks for everything: built once for the tests of this folder."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from drf_spectacular.generators import SchemaGenerator

from crm import bank, workdays
from crm.lib import clock
from tests.conftest import MONDAY
from tests.visibility import scenery
from tests.visibility.stage import MAIL
from tests.visibility.walk import rows

_MAIL = """Subject: A mail
To: somebody@bank.example
Content-Type: text/html

<html><head></head><body>Body</body></html>
"""


@pytest.fixture(scope="package")
def stage(django_db_setup, django_db_blocker, tmp_path_factory):
    """Everybody's things in one transaction that never commits; each request is undone as well."""
    mailbox = tmp_path_factory.mktemp("mailbox")
    (mailbox / f"{MAIL}.eml").write_text(_MAIL)
    with django_db_blocker.unblock(), override_settings(MAILBOX=mailbox), transaction.atomic():
        with clock.at(MONDAY):
            for forget in (cache.clear, bank.forget, workdays.forget):
                forget()
            built = scenery.build()
        built.rows = rows()
        yield built
        transaction.set_rollback(True)


@pytest.fixture(scope="package", autouse=True)
def one_schema():
    """The schema, the same for everybody, is made once: it takes as long as fifty pages."""
    made, make = {}, SchemaGenerator.get_schema

    def kept(self, *args, **kwargs):
        if not made:
            made.update(make(self, *args, **kwargs))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SchemaGenerator, "get_schema", kept)
        yield
