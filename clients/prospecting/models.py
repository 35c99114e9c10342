"""How far a prospect is won, what the first visit told, and lists of leads (rules E10)."""

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib import clock
from managers.people import scope
from managers.people.scope import Reach, Right

LARGEST_QUOTA = 500


class Stage(models.TextChoices):
    """How far a prospect is won, in working order; `lost` ends it."""

    NEW = "new", pgettext_lazy("prospect", "New")
    CONTACTED = "contacted", _("Contacted")
    VISITED = "visited", _("Visited outside")
    QUALIFIED = "qualified", _("Ready to hand over")
    LOST = "lost", _("No interest")


class LeadListQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Lists that a person was given or gave, and for heads those of their outlets."""
        within = Q(given_to=person) | Q(given_by=person)
        if scope.reach(person, Right.ASSIGN) == Reach.TREE:
            within |= Q(unit__in=scope.units(person, Right.ASSIGN))
        return self.filter(within)

    def with_progress(self):
        """Each with how many prospects it has brought, and how many of them were worked."""
        worked = ~Q(leads__stage=Stage.NEW)
        return self.select_related("given_to", "given_by").annotate(
            brought=Count("leads"), worked=Count("leads", filter=worked & Q(leads__isnull=False))
        )


class LeadList(models.Model):
    """A task to win so many prospects from one source by a day: who gave it to whom."""

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    unit = models.ForeignKey("managers.OrgUnit", models.PROTECT, related_name="+")
    given_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    given_to = models.ForeignKey("managers.Staff", models.PROTECT, related_name="lead_lists")
    quota = models.PositiveSmallIntegerField(_("how many"))
    due_on = models.DateField(_("due day"))
    given_at = models.DateTimeField(default=clock.now)

    objects = LeadListQuerySet.as_manager()

    class Meta:
        verbose_name = _("lead list")
        verbose_name_plural = _("lead lists")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quota__gt=0), name="lead_list_asks_for_some")
        ]

    def __str__(self):
        return self.name


class Lead(models.Model):
    """How far one prospect is; who has none is new since the file was opened."""

    client = models.OneToOneField("clients.Client", models.CASCADE, related_name="lead")
    lead_list = models.ForeignKey(LeadList, models.PROTECT, null=True, related_name="leads")
    stage = models.CharField(_("stage"), max_length=9, choices=Stage.choices, default=Stage.NEW)
    since = models.DateTimeField()
    lost_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage="lost") | ~Q(lost_reason=""), name="lost_lead_has_a_reason"
            )
        ]

    def __str__(self):
        return f"{self.client_id} {self.stage}"


class FirstVisit(models.Model):
    """What a prospect told on the first visit; the handover's file begins with it (rules E3)."""

    WORDS = ("contact", "source", "needs", "assets", "preferences", "dates", "promises", "consents")

    client = models.OneToOneField("clients.Client", models.CASCADE, related_name="first_visit")
    recorded_by = models.ForeignKey("managers.Staff", models.PROTECT, related_name="+")
    met_on = models.DateField(_("day"))
    contact = models.TextField(_("Contact and best time"), max_length=1000, blank=True)
    source = models.TextField(_("Source and how you met"), max_length=1000, blank=True)
    needs = models.TextField(_("Needs and goals"), max_length=1000, blank=True)
    assets = models.TextField(_("Assets and products discussed"), max_length=1000, blank=True)
    preferences = models.TextField(_("Preferences and taboos"), max_length=1000, blank=True)
    dates = models.TextField(_("Important dates"), max_length=1000, blank=True)
    promises = models.TextField(_("Contacts and promises made"), max_length=1000, blank=True)
    consents = models.TextField(_("Consents and open issues"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("first visit")
        verbose_name_plural = _("first visits")

    def __str__(self):
        return f"{self.client_id} {self.met_on}"
