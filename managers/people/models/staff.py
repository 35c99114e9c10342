"""Staff: the people of the bank who sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from crm.lib import clock
from managers.people.models.postings import Posting
from managers.people.models.presence import Absence


class StaffQuerySet(models.QuerySet):
    def posted(self, day, *posts):
        """Active people who hold one of these posts (any, if none is named) on a day."""
        held = Posting.objects.on(day)
        if posts:
            held = held.filter(post__in=posts)
        return self.filter(is_active=True, pk__in=held.values("staff"))

    def in_units(self, units, day):
        """People posted in one of these units on a day."""
        return self.filter(pk__in=Posting.objects.on(day).filter(unit__in=units).values("staff"))

    def with_posting(self, day):
        """Read each person's posting of the day along, in one query for all."""
        held = Posting.objects.on(day).select_related("unit")
        return self.prefetch_related(models.Prefetch("postings", held, to_attr="held"))

    def present(self, day):
        """People who are not away on a day."""
        return self.exclude(pk__in=Absence.objects.on(day).values("staff"))


class StaffManager(BaseUserManager.from_queryset(StaffQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(employee_no=username)

    def create_superuser(self, employee_no, password=None, **fields):
        """The first administrator of an installation."""
        person = self.model(employee_no=employee_no, is_staff=True, is_superuser=True, **fields)
        person.set_password(password)
        person.save()
        return person


class Staff(AbstractBaseUser, PermissionsMixin):
    """A person of the bank who signs in; posts, units and grades are in `Posting`."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        CHINESE = "zh-hans", "简体中文"

    employee_no = models.CharField(_("staff number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    latin_name = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=Language.choices, default=Language.ENGLISH
    )
    theme = models.CharField(_("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may use the administration"), default=False)
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = StaffManager()

    USERNAME_FIELD = "employee_no"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["employee_no"]

    def __str__(self):
        return self.name

    def get_session_auth_hash(self):
        """What a session must carry to be this person's: a new password or epoch ends them all."""
        return f"{super().get_session_auth_hash()}.{self.session_epoch}"

    @cached_property
    def posting(self):
        """The posting of today with its unit, or None; read once for each object."""
        if hasattr(self, "held"):
            return self.held[0] if self.held else None
        return self.postings.on(clock.today()).select_related("unit").first()

    @property
    def current_post(self) -> str:
        """Code of today's post, "" without one."""
        return self.posting.post if self.posting else ""

    @property
    def current_unit(self):
        """Unit of today's posting, or None."""
        return self.posting.unit if self.posting else None
