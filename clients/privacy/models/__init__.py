"""Proof of what was thrown away, and what clients ask about their data."""

from clients.privacy.models.erasures import Erasure
from clients.privacy.models.requests import PrivacyRequest

__all__ = ["Erasure", "PrivacyRequest"]
