"""Pages of this feature."""

from django.urls import path

from clients.appointments import calendar_views, feed_views, views

urlpatterns = [
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/share/", feed_views.calendar_share, name="calendar-share"),
    path("visits/", calendar_views.visits, name="visits"),
    path("clients/<int:pk>/appointments/new/", views.appointment_new, name="appointment-new"),
    path("appointments/<int:pk>/", views.appointment, name="appointment"),
    path("appointments/<int:pk>/confirm/", views.appointment_confirm, name="appointment-confirm"),
    path("appointments/<int:pk>/tick/", views.appointment_tick, name="appointment-tick"),
    path("appointments/<int:pk>/hold/", views.appointment_hold, name="appointment-hold"),
    path("appointments/<int:pk>/no-show/", views.appointment_no_show, name="appointment-no-show"),
    path("appointments/<int:pk>/move/", views.appointment_move, name="appointment-move"),
    path("appointments/<int:pk>/cancel/", views.appointment_cancel, name="appointment-cancel"),
]
