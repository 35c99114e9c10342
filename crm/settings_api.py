"""Settings of the API and of its description."""

from datetime import timedelta

from crm.settings_door import ALLAUTH_TRUSTED_PROXY_COUNT

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.tokens.ScopedTokens",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsing.PlainJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["api.filtering.StrictFilters"],
    "DEFAULT_PAGINATION_CLASS": "api.paging.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["api.tokens.PerToken"],
    "DEFAULT_THROTTLE_RATES": {"user": "60/min", "login": "5/min"},
    "EXCEPTION_HANDLER": "api.errors.handler",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
KNOX_TOKEN_MODEL = "managers.Token"  # noqa: S105 - a name, no secret
MIGRATION_MODULES = {"knox": None}  # its own table is never used
REST_KNOX = {"TOKEN_TTL": timedelta(hours=12), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Guibin",
    "DESCRIPTION": "Clients, follow-ups, handovers and competition of a bank's VIP service.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "ENUM_NAME_OVERRIDES": {
        "ClientStateEnum": "clients.book.models.client.State",
        "FollowUpStateEnum": "clients.followups.models.FollowUp.State",
        "GradeEnum": "managers.people.ladder.Grade",
        "CycleKindEnum": "managers.grades.models.Cycle.Kind",
        "AssessmentStateEnum": "managers.grades.models.Assessment.State",
        "AppointmentStateEnum": "clients.appointments.models.Appointment.State",
        "AppointmentKindEnum": "clients.appointments.models.Kind",
        "ClientRequestStateEnum": "clients.requests.models.ClientRequest.State",
        "ProspectStageEnum": "clients.prospecting.models.Stage",
        "ReferralStateEnum": "clients.lobby.models.Referral.State",
        "HandoverStateEnum": "clients.handover.models.Handover.State",
        "PlanCauseEnum": "clients.reassignment.models.ReassignmentPlan.Cause",
        "PlanStateEnum": "clients.reassignment.models.ReassignmentPlan.State",
        "PlannedMoveStateEnum": "clients.reassignment.models.PlannedMove.State",
        "ReturnReasonEnum": "clients.handover.models.ReturnReason",
        "ImportStateEnum": "clients.intake.models.State",
        "SaleStateEnum": "clients.sales.models.SaleRecord.State",
        "ProductCategoryEnum": "clients.sales.models.products.KINDS",
        "ContactOutcomeEnum": "clients.followups.models.Outcome",
        "ExportStateEnum": "clients.exports.models.Export.State",
        "TokenLevelEnum": "managers.access.scopes.Level",
        "ExportKindEnum": "clients.exports.models.Export.Kind",
        "ExportedKindEnum": "clients.exports.rules.KINDS",
        "PrivacyKindEnum": "clients.privacy.models.PrivacyRequest.Kind",
        "PrivacyChannelEnum": "clients.privacy.models.PrivacyRequest.Channel",
        "EndingCauseEnum": "clients.privacy.rules.closing.Cause",
        "PrivacyStateEnum": "clients.privacy.models.PrivacyRequest.State",
        "ContactChannelEnum": "clients.followups.models.Channel",
    },
}
