"""A program that speaks for a person."""

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def speaking_for():
    """Give an API client that is signed in as the person."""

    def signed_in(person):
        program = APIClient()
        program.force_authenticate(person)
        return program

    return signed_in
