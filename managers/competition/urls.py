"""Pages of this feature."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from managers.competition import lead_views, own_views, views, wall_views

urlpatterns = [
    path("competition/", views.competition, name="competition"),
    path("competition/all/", lead_views.competition_list, name="competition-list"),
    path("competition/new/", lead_views.competition_new, name="competition-new"),
    path("competition/<int:pk>/", views.competition, name="competition-board"),
    path("competition/<int:pk>/wallboard/", wall_views.wallboard, name="wallboard"),
    path("competition/screens/", wall_views.screens, name="screens"),
    path("competition/screens/<int:pk>/end/", wall_views.screen_end, name="screen-end"),
    path("wall/", login_not_required(wall_views.screen), name="screen"),
    path("competition/<int:pk>/rules/", own_views.competition_rules, name="competition-rules"),
    path("competition/<int:pk>/appeal/", own_views.appeal_new, name="appeal-new"),
    path("competition/<int:pk>/certificate/", own_views.certificate, name="certificate"),
    path("competition/<int:pk>/ranking.pdf", own_views.ranking_pdf, name="ranking-pdf"),
    path("competition/<int:pk>/ranking.xlsx", own_views.ranking_xlsx, name="ranking-xlsx"),
    path("competition/<int:pk>/edit/", lead_views.competition_edit, name="competition-edit"),
    path("competition/<int:pk>/lead/", lead_views.competition_lead, name="competition-lead"),
    path("competition/<int:pk>/step/", lead_views.competition_step, name="competition-step"),
    path("competition/appeals/<int:pk>/decide/", lead_views.appeal_decide, name="appeal-decide"),
]
