import pytest
from django.db import connection

from tests.crm.lib.models import Purse


@pytest.fixture
def purses(db):
    """The empty table behind Purse; it goes away with the test's transaction."""
    quote = connection.ops.quote_name
    fields = Purse._meta.local_fields
    columns = ", ".join(f"{quote(field.column)} {field.db_type(connection)}" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {quote(Purse._meta.db_table)} ({columns})")
    return Purse.objects
