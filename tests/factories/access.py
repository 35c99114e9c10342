"""Second factors, sign-ins and tokens."""

from datetime import UTC, datetime

import factory
from allauth.mfa.models import Authenticator
from factory.django import DjangoModelFactory

from crm.lib.secrets import blind_index
from managers.models import AppSecret, SignIn, Token
from tests.factories.people import StaffFactory

RECOVERY_CODE = "abcde-fghjk"


class AuthenticatorFactory(DjangoModelFactory):
    """A factor of an app, without what the app knows."""

    class Meta:
        model = Authenticator

    user = factory.SubFactory(StaffFactory)
    type = Authenticator.Type.TOTP
    data = factory.LazyFunction(dict)


class AppSecretFactory(DjangoModelFactory):
    """An app that has not shown a code yet."""

    class Meta:
        model = AppSecret

    factor = factory.SubFactory(AuthenticatorFactory)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    used = 0


class RecoveryCodesFactory(AuthenticatorFactory):
    """One recovery code, RECOVERY_CODE."""

    type = Authenticator.Type.RECOVERY_CODES

    @factory.lazy_attribute
    def data(self):
        code = RECOVERY_CODE.replace("-", "")
        return {"codes": [blind_index("recovery", f"{self.user.pk}:{code}")]}


class SignInFactory(DjangoModelFactory):
    """A sign-in whose session has ended."""

    class Meta:
        model = SignIn

    staff = factory.SubFactory(StaffFactory)
    session_key = factory.Sequence(lambda n: f"ended{n}")
    device = factory.Sequence(lambda n: f"device{n}")
    browser = "Chrome"
    system = "Windows"
    address = "203.0.*.*"


class TokenFactory(DjangoModelFactory):
    """A token that may only read, whose text nobody knows."""

    class Meta:
        model = Token

    user = factory.SubFactory(StaffFactory)
    name = "Reports"
    scopes = {"clients": "read"}
    digest = factory.Sequence(lambda n: f"digest{n}")
    token_key = factory.Sequence(lambda n: f"key{n}")
    expiry = datetime(2099, 1, 1, tzinfo=UTC)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        token = model_class(*args, **kwargs)
        token.save()
        return token
