"""Registry: the pages of this app's features."""

from django.urls import include, path

urlpatterns = [
    path("", include("managers.grades.urls")),
    path("", include("managers.competition.urls")),
    path("", include("managers.inbox.urls")),
    path("", include("managers.outbox.urls")),
    path("", include("managers.people.urls")),
    path("account/", include("managers.access.urls")),
]
