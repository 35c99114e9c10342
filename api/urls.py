"""Addresses of the API; names as outside programs know them."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from api.appointments import AppointmentViewSet
from api.audit import AccessEventViewSet, AuditEventViewSet
from api.auth import TokenView
from api.balances import BalanceViewSet
from api.calendar import CalendarDaysView
from api.client_requests import ClientRequestViewSet
from api.clients import ClientViewSet
from api.competitions import CompetitionViewSet
from api.coverage import CoverageView, UncoveredViewSet
from api.cycles import CycleViewSet
from api.exports import ExportViewSet
from api.file import ImportantDateViewSet
from api.followups import ContactViewSet, FollowUpViewSet
from api.grades import AssessmentViewSet, GradeHistoryViewSet, GradesView
from api.handovers import HandoverViewSet
from api.holdings import HoldingViewSet, HouseholdViewSet
from api.imports import ImportViewSet
from api.mail_choices import MailChoicesView
from api.market import MarketNoteViewSet, MarketReportViewSet
from api.notifications import NotificationViewSet
from api.people import MeView, OrgUnitViewSet, StaffViewSet
from api.planning import CadencesView, TriggerPreviewView, TriggerRulesView
from api.privacy import PrivacyRequestViewSet
from api.products import ProductViewSet, RiskAssessmentViewSet, SuitabilityCheckViewSet
from api.programmes import ProgrammeViewSet
from api.prospects import LeadListViewSet, ProspectViewSet
from api.reassignments import PlanViewSet
from api.referrals import ReferralViewSet
from api.sales import BenefitGrantViewSet, SaleRecordViewSet
from api.series import SeriesViewSet
from api.views import DocsView, NothingHere, SchemaView
from api.visits import VisitViewSet
from api.work_logs import WorkLogViewSet
from clients.appointments.feed_views import calendar_feed

router = SimpleRouter()
router.register("org-units", OrgUnitViewSet, "api-org-unit")
router.register("staff", StaffViewSet, "api-staff")
router.register("grade-history", GradeHistoryViewSet, "api-grade-history")
router.register("assessments", AssessmentViewSet, "api-assessment")
router.register("assessment-cycles", CycleViewSet, "api-cycle")
router.register("clients", ClientViewSet, "api-client")
router.register("holdings", HoldingViewSet, "api-holding")
router.register("households", HouseholdViewSet, "api-household")
router.register("important-dates", ImportantDateViewSet, "api-important-date")
router.register("balances", BalanceViewSet, "api-balance")
router.register("imports", ImportViewSet, "api-import")
router.register("follow-ups", FollowUpViewSet, "api-follow-up")
router.register("client-requests", ClientRequestViewSet, "api-client-request")
router.register("programmes", ProgrammeViewSet, "api-programme")
router.register("series", SeriesViewSet, "api-series")
router.register("contacts", ContactViewSet, "api-contact")
router.register("appointments", AppointmentViewSet, "api-appointment")
router.register("work-logs", WorkLogViewSet, "api-work-log")
router.register("prospects", ProspectViewSet, "api-prospect")
router.register("lead-lists", LeadListViewSet, "api-lead-list")
router.register("visits", VisitViewSet, "api-visit")
router.register("market-notes", MarketNoteViewSet, "api-market-note")
router.register("market-reports", MarketReportViewSet, "api-market-report")
router.register("referrals", ReferralViewSet, "api-referral")
router.register("handovers", HandoverViewSet, "api-handover")
router.register("reassignment-plans", PlanViewSet, "api-reassignment-plan")
router.register("products", ProductViewSet, "api-product")
router.register("risk-assessments", RiskAssessmentViewSet, "api-risk-assessment")
router.register("suitability-checks", SuitabilityCheckViewSet, "api-suitability-check")
router.register("sale-records", SaleRecordViewSet, "api-sale-record")
router.register("benefit-grants", BenefitGrantViewSet, "api-benefit-grant")
router.register("competitions", CompetitionViewSet, "api-competition")
router.register("audit-events", AuditEventViewSet, "api-audit-event")
router.register("exports", ExportViewSet, "api-export")
router.register("privacy-requests", PrivacyRequestViewSet, "api-privacy-request")
router.register("access-log", AccessEventViewSet, "api-access-event")
router.register("notifications", NotificationViewSet, "api-notification")

urlpatterns = [
    path("auth/token/", TokenView.as_view(), name="api-token"),
    path("me/", MeView.as_view(), name="api-me"),
    path("mail-choices/", MailChoicesView.as_view(), name="api-mail-choices"),
    path("cadences/", CadencesView.as_view(), name="api-cadences"),
    path(
        "uncovered-clients/",
        UncoveredViewSet.as_view({"get": "list"}),
        name="api-uncovered-client-list",
    ),
    path("coverage/", CoverageView.as_view(), name="api-coverage"),
    path("trigger-rules/", TriggerRulesView.as_view(), name="api-trigger-rules"),
    path(
        "trigger-rules/<slug:code>/preview/",
        TriggerPreviewView.as_view(),
        name="api-trigger-preview",
    ),
    path("calendar-days/", CalendarDaysView.as_view(), name="api-calendar-days"),
    path("calendar.ics", login_not_required(calendar_feed), name="calendar-feed"),
    path("grades/", GradesView.as_view(), name="api-grades"),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(url_name="api-schema"), name="api-docs"),
    *router.urls,
    re_path(r"^[\s\S]*/$", NothingHere.as_view(), name="api-nothing"),
]
