"""A client with a file, and the page."""

from datetime import timedelta

import pytest

from clients.book.actions import open_client


@pytest.fixture
def file(rm, outlet, now):
    """Zhou Mingyuan, in the book of Lin Yue, with everything sealed."""
    return open_client(
        name="周明远",
        number="88101936",
        phone="16112342210",
        email="zhou@mail.example",
        address="南湖区柳州路1号",
        outlet=outlet,
        owner=rm,
        by=rm,
        at=now - timedelta(days=90),
    )


def address(one, part="") -> str:
    """The address of the client's page."""
    return f"/clients/{one.pk}/{part}"
