"""The administration in a browser: Django's pages keep our content policy."""

import pytest

from tests.administration import a_row_of_each, pages

__all__ = ["a_row_of_each"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_administrators_pages_open_without_a_complaint(browse, admin, a_row_of_each):
    page = browse(admin)

    for address in ["/admin/", *pages()]:
        page.goto(address)
