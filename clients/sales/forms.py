"""What people type about risk, offers, sales, reviews and benefits."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from clients.book.models import Category
from clients.sales.models import AnswerPlace, BenefitGrant, ClientRisk
from clients.sales.reviews import KINDS
from crm.lib.money import MAX_DIGITS
from crm.widgets import DayInput

RECORDING = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9./_-]{2,59}$",
    _("Letters, digits and - _ . / only, as the recording system writes it."),
)


class AssessmentForm(forms.Form):
    """What a client answered."""

    level = forms.TypedChoiceField(
        label=_("Result"), choices=ClientRisk.choices, coerce=int, initial=ClientRisk.C3
    )
    answered_on = forms.DateField(label=_("Answered on"), widget=DayInput)
    place = forms.ChoiceField(label=_("Assessed where"), choices=AnswerPlace.choices)
    paper = forms.CharField(label=_("Number of the questionnaire"), max_length=40)
    own_answers = forms.BooleanField(
        label=_("I attest that the client answered alone, without help from staff"),
        required=False,
    )


class OfferForm(forms.Form):
    """How much of a product is recommended; insurance asks for need and means."""

    amount = forms.DecimalField(
        label=_("Amount, CNY"), max_digits=MAX_DIGITS, decimal_places=2, min_value=0
    )
    need = forms.BooleanField(label=_("The client has named this need"), required=False)
    affordable = forms.BooleanField(
        label=_("The premium is within the client's means, as asked"), required=False
    )

    def __init__(self, *args, product, **kwargs):
        super().__init__(*args, **kwargs)
        if product.category != Category.INSURANCE:
            del self.fields["need"], self.fields["affordable"]


class SaleForm(forms.Form):
    """A form about a sale as the person saw it."""

    # Several of these forms stand on one page: without an id none has the id of another.
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}))


class DiscloseForm(SaleForm):
    """Which version of the disclosure the client was shown."""

    shown = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}))


class ConfirmForm(SaleForm):
    """The client's yes, and where it was recorded."""

    client_agrees = forms.BooleanField(
        label=_("The client has read the disclosure and says yes"), required=False
    )
    recording = forms.CharField(
        label=_("Reference of the recording"), max_length=60, validators=[RECORDING]
    )


class CancelSaleForm(SaleForm):
    """Why a sale ends, before the yes or after it."""

    reason = forms.CharField(label=_("Why is it cancelled?"), max_length=200)


class ReviewForm(forms.Form):
    """What a review agreed: goals, and the target mix in percent."""

    held_on = forms.DateField(label=_("Held on"), widget=DayInput)
    goals = forms.CharField(
        label=_("Goals"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in KINDS:
            self.fields[f"target_{kind.value}"] = forms.IntegerField(
                label=kind.label, min_value=0, max_value=100, required=False
            )

    @property
    def targets(self):
        """The fields of the mix."""
        return [self[f"target_{kind.value}"] for kind in KINDS]

    @property
    def target(self) -> dict[str, int]:
        """The mix that was typed, without its empty places."""
        typed = {kind.value: self.cleaned_data.get(f"target_{kind.value}") for kind in KINDS}
        return {kind: percent for kind, percent in typed.items() if percent}


class UseForm(forms.Form):
    """One use of a benefit."""

    grant = forms.ModelChoiceField(
        label=_("Benefit"), queryset=BenefitGrant.objects.none(), empty_label=_("Please choose")
    )
    day = forms.DateField(label=_("Day"), widget=DayInput)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args, client, on, **kwargs):
        super().__init__(*args, **kwargs)
        mine = BenefitGrant.objects.filter(client=client).usable(on).select_related("benefit")
        self.fields["grant"].queryset = mine
        self.fields["grant"].label_from_instance = lambda grant: grant.benefit.shown_name
