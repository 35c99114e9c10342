"""The demo bank's units and its people of every post and grade."""

from datetime import timedelta

from django.contrib.auth.hashers import make_password

from clients.demo import words
from crm.lib import clock, names
from managers.models import (
    Absence,
    Associate,
    Eligibility,
    OrgUnit,
    Posting,
    SpokenLanguage,
    Staff,
)
from managers.people.ladder import STEPS, Grade
from managers.people.models import SEQUENCE_OF, Post, Sequence, Tongue, UnitKind

# People of one outlet: a head, six who keep clients, two who win them, lobby and counters.
OUTLET_POSTS = (
    Post.BRANCH_HEAD,
    *[Post.WEALTH_RM] * 6,
    *[Post.MARKETING_RM] * 2,
    Post.LOBBY_MANAGER,
    Post.LOBBY_ASSISTANT,
    Post.TELLER_CASH,
)
_GRADES_OF_SIX = (
    Grade.SENIOR,
    Grade.CHIEF,
    Grade.INTERMEDIATE,
    Grade.PRINCIPAL,
    Grade.ASSISTANT,
    Grade.TRAINEE,
)


def build(dice, *, today, password, language):
    """Write units and people; returns {unit id: {post: [staff]}} of the outlets."""
    head_office, branches, outlets, centre = _units()
    cast = _Cast(dice, today, make_password(password), language)
    cast.hire(head_office, [Post.HQ_ADMIN, Post.HQ_ADMIN, Post.AUDITOR])
    for branch in branches:
        cast.hire(branch, [Post.BRANCH_HEAD, Post.CP_OFFICER])
    for number, outlet in enumerate(outlets):
        counter = Post.TELLER_NONCASH if number % 2 == 0 else Post.TELLER_CASH
        cast.hire(outlet, [*OUTLET_POSTS, counter])
    cast.hire(centre, [Post.WEALTH_HEAD, *[Post.WEALTH_RM] * 3])
    cast.write()
    _absences(dice, cast, today)
    _associates(dice, outlets)
    return cast.by_unit, outlets


def _units():
    head_office = _unit(
        None, "HQ", "澄湖银行总行", "Chenghu Bank head office", UnitKind.HEAD_OFFICE
    )
    branches, outlets = [], []
    for b, (name, latin, places) in enumerate(words.BRANCHES, 1):
        branch = _unit(head_office, f"B{b}", name, latin, UnitKind.BRANCH)
        branches.append(branch)
        for o, place in enumerate(places, 1):
            latin = f"{words.OUTLET_LATIN[place]} outlet"
            outlets.append(_unit(branch, f"B{b}O{o}", f"{place}支行", latin, UnitKind.OUTLET))
    centre = _unit(
        branches[0], "B1W1", "江南理财中心", "Jiangnan wealth centre", UnitKind.WEALTH_CENTRE
    )
    OrgUnit.objects.filter(pk__in=[outlet.pk for outlet in outlets[2:4]]).update(served_by=centre)
    for outlet in outlets[2:4]:
        outlet.served_by = centre
    return head_office, branches, outlets, centre


def _unit(parent, code, name, latin_name, kind):
    path = f"{parent.path if parent else '/'}{code}/"
    return OrgUnit.objects.create(
        parent=parent, code=code, name=name, latin_name=latin_name, kind=kind, path=path
    )


class _Cast:
    """Collects people before they are written in bulk."""

    def __init__(self, dice, today, password, language):
        self.dice, self.today, self.password, self.language = dice, today, password, language
        self.people, self.postings, self.taken = [], [], set()
        self.by_unit: dict = {}

    def hire(self, unit, posts):
        for place, post in enumerate(posts):
            name = self._name()
            number = f"88{len(self.people) + 1:04d}"
            person = Staff(
                employee_no=number,
                name=name,
                latin_name=names.latin(name),
                email=f"{number}@chenghu.example",
                language=self.language,
                is_staff=post == Post.HQ_ADMIN,
                is_superuser=post == Post.HQ_ADMIN,
                password=self.password,
            )
            self.people.append(person)
            self.postings.append(self._posting(person, unit, post, place))
            self.by_unit.setdefault(unit.pk, {}).setdefault(post.value, []).append(person)

    def write(self):
        Staff.objects.bulk_create(self.people)
        Posting.objects.bulk_create(self.postings)
        Eligibility.objects.bulk_create(
            Eligibility(
                staff=posting.staff,
                ethics=True,
                knowledge=True,
                experience=True,
                health=True,
                clean_record=True,
                attested_at=clock.start_of_day(posting.since),
            )
            for posting in self.postings
            if posting.sequence == Sequence.RM
        )
        keepers = [posting.staff for posting in self.postings if posting.sequence == Sequence.RM]
        SpokenLanguage.objects.bulk_create(
            SpokenLanguage(staff=person, language=Tongue.values[place % len(Tongue.values)])
            for place, person in enumerate(keepers)
            if place % 5 < 3
        )

    def _name(self):
        while True:
            given = self.dice.choice(words.GIVEN["f"] + words.GIVEN["m"])
            name = self.dice.choice(words.SURNAMES) + given
            if name not in self.taken:
                self.taken.add(name)
                return name

    def _posting(self, person, unit, post, place):
        sequence = SEQUENCE_OF[post]
        grade = self._grade(post, place) if sequence == Sequence.RM else ""
        return Posting(
            staff=person,
            unit=unit,
            post=post,
            sequence=sequence,
            grade=grade,
            step=self.dice.randint(1, STEPS[grade]) if grade else None,
            since=self.today - timedelta(days=self.dice.randint(220, 900)),
        )

    def _grade(self, post, place):
        if post == Post.WEALTH_RM:
            return _GRADES_OF_SIX[(place - 1) % 6]
        return self.dice.choice([Grade.ASSISTANT, Grade.INTERMEDIATE, Grade.SENIOR])


def _absences(dice, cast, today):
    """One wealth RM in three outlets is away this week; a colleague covers."""
    units = [posts["wealth_rm"] for posts in cast.by_unit.values() if "wealth_rm" in posts]
    for people in dice.sample(units, 3):
        Absence.objects.create(
            staff=people[-1],
            deputy=people[-2],
            first_day=today - timedelta(days=2),
            last_day=today + timedelta(days=5),
        )


def _associates(dice, outlets):
    for outlet in outlets:
        for kind, employer in (("guard", "安盾保安"), ("insurance", "和安保险")):
            given = dice.choice(words.GIVEN["m"])
            Associate.objects.create(
                name=dice.choice(words.SURNAMES) + given, kind=kind, employer=employer, unit=outlet
            )
