"""Pages of this feature."""

from django.urls import path

from clients.planning import views

urlpatterns = [
    path("contact-rules/", views.contact_rules, name="contact-rules"),
    path("contact-rules/<slug:code>/", views.trigger_rule, name="trigger-rule"),
]
