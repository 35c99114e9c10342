"""What a head decides about two files."""

from django import forms

from clients.merging.actions import FIELDS


class MergeForm(forms.Form):
    """Which file is kept, and which of its fields come from the other one."""

    keep = forms.TypedChoiceField(coerce=int)
    take = forms.MultipleChoiceField(choices=[(name, name) for name in FIELDS], required=False)

    def __init__(self, *args, pair, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = [(pk, pk) for pk in (pair.first_id, pair.second_id)]
        self._pair = pair

    def sides(self):
        """The kept file and the other one, once the form is valid."""
        first, second = self._pair.first, self._pair.second
        return (first, second) if self.cleaned_data["keep"] == first.pk else (second, first)
