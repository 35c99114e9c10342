"""Pages of this feature."""

from django.urls import path

from clients.reassignment import leaving_views, views

urlpatterns = [
    path("branch/owners/", leaving_views.owners, name="owner-check"),
    path("plans/", views.plan_list, name="plan-list"),
    path("plans/new/", views.plan_new, name="plan-new"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("plans/<int:pk>/progress/", views.plan_progress, name="plan-progress"),
    path("plans/<int:pk>/moves/", views.plan_moves, name="plan-moves"),
    path("plans/<int:pk>/shares/", views.plan_shares, name="plan-shares"),
    path("plans/<int:pk>/act/", views.plan_act, name="plan-act"),
    path("staff/<int:pk>/deactivate/", leaving_views.deactivate, name="deactivate"),
]
