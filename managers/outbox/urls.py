"""Pages of the outbox: the demo's mailbox."""

from django.urls import path

from managers.outbox import views

urlpatterns = [
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<slug:name>/", views.mailbox, name="mailbox-letter"),
    path("mailbox/<slug:name>/body/", views.body, name="mailbox-body"),
]
