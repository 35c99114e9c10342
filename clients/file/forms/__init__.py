"""What people type into a client's file."""

from clients.file.forms.entries import (
    ConsentForm,
    DateForm,
    EntryForm,
    EventForm,
    OutsideForm,
    PreferencesForm,
    RelativeForm,
    WithdrawalForm,
)
from clients.file.forms.household import MemberForm, PlaceForm

__all__ = [
    "ConsentForm",
    "DateForm",
    "EntryForm",
    "EventForm",
    "MemberForm",
    "OutsideForm",
    "PlaceForm",
    "PreferencesForm",
    "RelativeForm",
    "WithdrawalForm",
]
