"""Pages of the outbox: what a person chooses, and the demo's mailbox."""

from django.urls import path

from managers.outbox import views

urlpatterns = [
    path("account/mails/", views.mail_choices, name="mail-choices"),
    path("mails/stop/", views.mail_stop, name="mail-stop"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<slug:name>/", views.mailbox, name="mailbox-letter"),
    path("mailbox/<slug:name>/body/", views.body, name="mailbox-body"),
]
