"""What is typed at the door and about it."""

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib import clock
from crm.pages import address_of
from managers.access import rules
from managers.access.actions import attempts, factors
from managers.access.scopes import Group, Level

_WRONG = _("The code is not right, or it was used before.")


def _code_field(label, most):
    attrs = {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
    return forms.CharField(label=label, max_length=most, widget=forms.TextInput(attrs=attrs))


class CodeForm(forms.Form):
    """The second step of a sign-in: a code of the app, or a recovery code."""

    code = _code_field(_("Code"), 20)

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_code(self):
        """Use the code up; a pause after failures is said beside it."""
        code = self.cleaned_data["code"]
        try:
            self.factor = attempts.check_code(self.user, code, at=clock.now())
        except rules.TooSoon as shut:
            raise ValidationError(str(shut)) from None
        if self.factor is None:
            raise ValidationError(_WRONG)
        return code

    def save(self) -> None:
        """Tell allauth that the person has proved it."""
        post_authentication(context.request, self.factor)


class PasskeyStepForm(AuthenticateWebAuthnForm):
    """The second step by a passkey; a failure is recorded like that of a code."""

    def clean_credential(self):
        """The passkey that answered."""
        try:
            return super().clean_credential()
        except ValidationError:
            self.note_failure()
            raise

    def note_failure(self) -> None:
        """Count and record it, for the account or, before one is known, for the address."""
        number = self.user.employee_no if self.user else ""
        place = "" if self.user else address_of(context.request)
        try:
            attempt = attempts.begin(number, place, at=clock.now())
        except rules.TooSoon as shut:
            raise ValidationError(str(shut)) from None
        attempts.note_failure(attempt, staff=self.user, stage="passkey", at=clock.now())


class PasskeySignInForm(PasskeyStepForm):
    """A sign-in by passkey alone, which the device opens by finger, face or PIN."""

    passwordless = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, user=None, **kwargs)


class AppForm(forms.Form):
    """A code of the app that is being set up."""

    code = _code_field(_("Six digits that the app shows"), 10)

    def __init__(self, *args, secret, **kwargs):
        self.secret = secret
        super().__init__(*args, **kwargs)

    def clean_code(self):
        """The code must be of this moment."""
        self.step = factors.step_of(self.secret, self.cleaned_data["code"], at=clock.now())
        if self.step is None:
            raise ValidationError(
                _("This is not the code of the moment: check the device’s clock.")
            )
        return self.cleaned_data["code"]


class PasskeyForm(forms.Form):
    """A new passkey: what its owner calls it, and what the browser answered."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=40,
        help_text=_("For example the device that holds it."),
    )
    credential = forms.JSONField(widget=forms.HiddenInput)

    def clean_credential(self):
        """It answers our question, and its device asked for finger, face or PIN."""
        credential = self.cleaned_data["credential"]
        webauthn.parse_registration_response(credential)
        if not webauthn.complete_registration(credential).is_user_verified():
            raise ValidationError(_("This was not right. Try again."))
        return credential


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=60, help_text=_("For example: reports in Excel.")
    )
    days = forms.TypedChoiceField(
        label=_("For how long?"),
        choices=[
            (1, _("One day")),
            (7, _("Seven days")),
            (30, _("Thirty days")),
            (90, _("Ninety days")),
        ],
        coerce=int,
        initial=30,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        levels = [("", pgettext_lazy("of a token", "Nothing")), *Level.choices]
        for code, label in Group.choices:
            self.fields[code] = forms.ChoiceField(label=label, choices=levels, required=False)

    @property
    def groups(self):
        """The fields that say how far it goes."""
        return [self[code] for code in Group.values]

    def clean(self):
        """What the action takes: a level for each group that was named, one at least."""
        told = super().clean()
        chosen = {code: told.pop(code, "") for code in Group.values}
        told["scopes"] = {code: level for code, level in chosen.items() if level}
        if not told["scopes"]:
            raise ValidationError(_("Say what the program may read or write."))
        return told
