"""Pages of this feature."""

from django.urls import path

from managers.grades import cycle_views, views
from managers.grades.forms import ACTS

urlpatterns = [
    path("career/", views.career, name="career"),
    path("career/assessments/", views.assessment_list, name="assessment-list"),
    path("career/assessments/new/", views.place_take_back, name="place-take-back"),
    path("career/assessments/<int:pk>/", views.assessment, name="assessment"),
    *(
        path(
            f"career/assessments/<int:pk>/{verb}/",
            views.assessment_act,
            {"verb": verb},
            name=f"assessment-{verb}",
        )
        for verb in ACTS
    ),
    path("career/cycles/", cycle_views.cycle_list, name="cycle-list"),
    path("career/cycles/<int:pk>/", cycle_views.cycle, name="cycle"),
]
