"""Pages of this feature."""

from django.urls import path

from clients.worklog import views

urlpatterns = [
    path("work-log/", views.work_log, name="work-logs"),
    path("work-log/<int:pk>/", views.work_log_page, name="work-log"),
]
