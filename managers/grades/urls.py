"""Pages of this feature."""

from django.urls import path

from managers.grades import cycle_views, views

urlpatterns = [
    path("career/", views.career, name="career"),
    path("career/assessments/", views.assessment_list, name="assessment-list"),
    path("career/assessments/new/", views.place_take_back, name="place-take-back"),
    path("career/assessments/<int:pk>/", views.assessment, name="assessment"),
    path("career/assessments/<int:pk>/<str:verb>/", views.assessment_act, name="assessment-act"),
    path("career/cycles/", cycle_views.cycle_list, name="cycle-list"),
    path("career/cycles/<int:pk>/", cycle_views.cycle, name="cycle"),
]
