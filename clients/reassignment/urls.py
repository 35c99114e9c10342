"""Pages of this feature."""

from django.urls import path

from clients.reassignment import leaving_views, views

urlpatterns = [
    path("branch/plans/", views.plan_list, name="plan-list"),
    path("branch/plans/new/", views.plan_new, name="plan-new"),
    path("branch/plans/<int:pk>/", views.plan, name="plan"),
    path("branch/plans/<int:pk>/progress/", views.plan_progress, name="plan-progress"),
    path("branch/plans/<int:pk>/moves/", views.plan_moves, name="plan-moves"),
    path("branch/plans/<int:pk>/shares/", views.plan_shares, name="plan-shares"),
    path("branch/plans/<int:pk>/act/", views.plan_act, name="plan-act"),
    path("branch/owners/", leaving_views.owners, name="owner-check"),
    path("staff/<int:pk>/deactivate/", leaving_views.deactivate, name="deactivate"),
]
