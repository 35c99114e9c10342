"""Registry: the pages of this app's features."""

from django.urls import include, path

urlpatterns = [
    path("", include("clients.desk.urls")),
    path("", include("clients.privacy.urls")),
    path("", include("clients.reassignment.urls")),
    path("", include("clients.exports.urls")),
    path("", include("clients.oversight.urls")),
    path("", include("clients.merging.urls")),
    path("", include("clients.intake.urls")),
    path("", include("clients.worklog.urls")),
    path("", include("clients.handover.urls")),
    path("", include("clients.market.urls")),
    path("", include("clients.prospecting.urls")),
    path("", include("clients.lobby.urls")),
    path("", include("clients.planning.urls")),
    path("", include("clients.sales.urls")),
    path("", include("clients.appointments.urls")),
    path("", include("clients.coverage.urls")),
    path("", include("clients.requests.urls")),
    path("", include("clients.followups.urls")),
    path("", include("clients.file.urls")),
    path("", include("clients.book.urls")),
]
