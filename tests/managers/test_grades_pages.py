"""The pages of the ladder: one's own place, opinions, decisions, appeals, trials (rules B7)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from managers.grades import actions
from managers.grades.models import Assessment, Cycle
from tests.conftest import MONDAY
from tests.factories import LicenceFactory
from tests.factories.grades import CycleFactory, GradeAssessmentFactory
from tests.managers.contest import give

pytestmark = pytest.mark.django_db


def see(client, person, page, *args, **query):
    client.force_login(person)
    return client.get(reverse(page, args=args), query)


def test_an_rm_sees_where_she_stands_and_what_the_next_step_needs(client, rm):
    give(rm, date(2026, 11, 2), contact="120")

    page = see(client, rm, "career").content.decode()

    assert "Senior, step 3" in page
    assert "Place 19 of 40" in page
    assert "Assets managed" in page


def test_an_opinion_a_decision_and_an_appeal_go_through_the_pages(client, rm, head, admin):
    one = GradeAssessmentFactory(held=rm.posting)
    page = reverse("assessment", args=[one.pk])
    waits = "Lin Yue: kept. Head office is told."
    for person, verb, typed, says in (
        (head, "propose", {"place": "senior.4", "opinion": ""}, waits),
        (
            admin,
            "decide",
            {"place": "senior.4", "effective_on": "2026-12-10"},
            "The person is told.",
        ),
        (rm, "appeal", {"appeal": "Nine September is missing"}, waits),
    ):
        client.force_login(person)
        answer = client.post(f"{page}{verb}/", typed, follow=True)
        assert answer.redirect_chain == [(page, 302)]
        assert says in answer.content.decode()

    assert Assessment.objects.get(staff=rm).state == "appealed"


def test_a_head_with_many_people_goes_from_one_opinion_to_the_next(client, rm, peer, head):
    cycle = CycleFactory()
    first, second = (GradeAssessmentFactory(held=one.posting, cycle=cycle) for one in (rm, peer))
    client.force_login(head)
    typed = {"place": "senior.4", "opinion": "Another quarter would show it"}

    to_second = client.post(reverse("assessment-propose", args=[first.pk]), typed, follow=True)
    at_the_end = client.post(reverse("assessment-propose", args=[second.pk]), typed, follow=True)

    assert to_second.redirect_chain[-1][0] == reverse("assessment", args=[second.pk])
    assert at_the_end.redirect_chain[-1][0] == reverse("assessment", args=[second.pk])
    assert set(Assessment.objects.values_list("state", flat=True)) == {"advised"}


def test_once_the_head_is_late_the_page_says_that_head_office_may_decide(client, rm, peer, head):
    cycle, month = CycleFactory(), timedelta(days=30)
    in_time = GradeAssessmentFactory(held=rm.posting, cycle=cycle, made_at=MONDAY)
    late = GradeAssessmentFactory(held=peer.posting, cycle=cycle, made_at=MONDAY - month)

    def is_told_late(one):
        page = see(client, head, "assessment", one.pk).content.decode()
        return "head office may decide without it" in page

    assert (is_told_late(in_time), is_told_late(late)) == (False, True)


def test_only_places_that_can_be_reached_are_offered(client, rm, head):
    one = GradeAssessmentFactory(held=rm.posting)

    [(_url, _verb, form)] = see(client, head, "assessment", one.pk).context["forms"]

    offered = [value for value, _label in form.fields["place"].choices]
    assert offered == ["senior.2", "senior.3", "senior.4"]


def test_the_list_shows_what_waits_for_one_act_alone(client, rm, peer, admin):
    cycle = CycleFactory()
    GradeAssessmentFactory(held=rm.posting, cycle=cycle)
    GradeAssessmentFactory(held=peer.posting, cycle=cycle, state="advised")

    rows = see(client, admin, "assessment-list", state="advised").context["rows"]

    assert [one.staff for one, _way, _verbs in rows] == [peer]


def test_at_the_top_of_a_grade_the_page_says_that_only_the_year_leads_on(client, rm):
    rm.postings.update(step=7)

    page = see(client, rm, "career").content.decode()

    assert "At the top step; the grade itself changes once a year." in page


def test_an_old_page_changes_nothing(client, rm, head):
    one = GradeAssessmentFactory(held=rm.posting, version=4)
    client.force_login(head)

    answer = client.post(
        reverse("assessment-propose", args=[one.pk]), {"place": "senior.4", "version": 3}
    )

    assert (answer.status_code, Assessment.objects.get(staff=rm).state) == (422, "proposed")
    assert "Somebody else acted" in answer.content.decode()


def test_a_head_sees_the_own_people_and_nobody_elses(client, rm, stranger, head):
    cycle = CycleFactory()
    GradeAssessmentFactory(held=rm.posting, cycle=cycle)
    foreign = GradeAssessmentFactory(held=stranger.posting, cycle=cycle)

    page = see(client, head, "assessment-list")

    assert [one.staff for one, _way, _verbs in page.context["rows"]] == [rm]
    assert see(client, head, "assessment", foreign.pk).status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_for_any_number(
    client, admin, people, django_assert_max_num_queries
):
    cycle = CycleFactory()
    GradeAssessmentFactory.create_batch(people, cycle=cycle)
    client.force_login(admin)

    with django_assert_max_num_queries(14):
        client.get(reverse("assessment-list"))


def test_head_office_opens_a_cycle_and_tries_thresholds(client, rm, admin):
    client.force_login(admin)

    client.post(reverse("cycle-list"), {"kind": "quarter", "first": "2026-07-01"})
    actions.fill(at=MONDAY)
    cycle = Cycle.objects.get()
    page = client.get(
        reverse("cycle", args=[cycle.pk]),
        {"up": 90, "hold": 0, "low": 1, "assets": 0, "cadence": 0},
    )

    assert page.context["trial"].before == {"hold": 1}


def test_places_to_choose_and_days_of_papers_are_in_the_readers_language(client, rm, head):
    LicenceFactory(staff=rm, kind="fund", valid_until=date(2027, 6, 30))
    one = GradeAssessmentFactory(held=rm.posting)
    one.evidence |= {"licences": [["fund", "2027-06-30"]], "attested": "2026-10-05"}
    one.save()
    for person in (rm, head):
        person.language = "zh-hans"
        person.save()

    with translation.override("en"):
        mine = see(client, rm, "career").content.decode()
        page = see(client, head, "assessment", one.pk).content.decode()

    assert "2027年6月30日" in mine
    assert [
        text for text in ("高级4档", "2027年6月30日", "2026年10月5日") if text not in page
    ] == []
    assert "Senior, step 4" not in page


def test_a_lower_place_is_proposed_on_purpose_not_because_it_stood_first(client, rm, head):
    page = see(client, head, "place-take-back")
    url = reverse("place-take-back")
    typed = {"person": rm.pk, "place": "", "opinion": "Signed for a client, file 2026-17"}

    assert page.context["form"]["place"].value() is None
    assert client.post(url, typed).status_code == 422
    assert not Assessment.objects.exists()
    client.post(url, typed | {"place": "senior.2"})
    assert Assessment.objects.get(staff=rm).to_step == 2
