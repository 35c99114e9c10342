"""Pages of this feature."""

from django.urls import path

from clients.file import views

_KINDS = {
    "date": "dates",
    "event": "life-events",
    "relative": "relatives",
    "outside": "outside-holdings",
    "consent": "consents",
}


def _of_kind(kind: str, place: str) -> list:
    """The addresses of a kind of line: a new one of a client, and one that is there."""
    return [
        path(
            f"clients/<int:pk>/{place}/new/",
            views.entry_new,
            {"kind": kind},
            name=f"client-{kind}-new",
        ),
        path(f"clients/{place}/<int:pk>/", views.entry, {"kind": kind}, name=f"client-{kind}"),
    ]


urlpatterns = [
    path("clients/<int:pk>/preferences/", views.preferences, name="client-preferences"),
    path("clients/<int:pk>/members/new/", views.member_new, name="client-member-new"),
    path("clients/members/<int:pk>/", views.member, name="client-member"),
    path("clients/<int:pk>/household/leave/", views.member_leave, name="client-household-leave"),
    *(pattern for kind, place in _KINDS.items() for pattern in _of_kind(kind, place)),
]
