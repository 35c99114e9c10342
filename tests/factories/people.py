"""Units and people."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from managers.models import (
    Absence,
    Eligibility,
    Licence,
    OrgUnit,
    Posting,
    SpokenLanguage,
    Staff,
)
from managers.people.models import SEQUENCE_OF, Post, Sequence, UnitKind

PASSWORD = "correct horse battery"


class OrgUnitFactory(DjangoModelFactory):
    """An outlet without a parent unless told."""

    class Meta:
        model = OrgUnit

    code = factory.Sequence(lambda n: f"U{n:04d}")
    name = factory.Sequence(lambda n: f"第{n}支行")
    latin_name = factory.Sequence(lambda n: f"Outlet {n}")
    kind = UnitKind.OUTLET
    parent = None
    path = factory.LazyAttribute(
        lambda unit: f"{unit.parent.path if unit.parent else '/'}{unit.code}/"
    )


class StaffFactory(DjangoModelFactory):
    """A person without a posting who signs in with the password `correct horse battery`."""

    class Meta:
        model = Staff
        skip_postgeneration_save = True

    employee_no = factory.Sequence(lambda n: f"9{n:05d}")
    name = factory.Sequence(lambda n: f"员工{n}")
    latin_name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(lambda person: f"{person.employee_no}@bank.example")
    password = factory.django.Password(PASSWORD)


class PostingFactory(DjangoModelFactory):
    """A posting since the beginning of 2026; relationship managers are senior, step 3."""

    class Meta:
        model = Posting

    staff = factory.SubFactory(StaffFactory)
    unit = factory.SubFactory(OrgUnitFactory)
    post = Post.WEALTH_RM
    sequence = factory.LazyAttribute(lambda posting: SEQUENCE_OF[Post(posting.post)])
    grade = factory.LazyAttribute(lambda p: "senior" if p.sequence == Sequence.RM else "")
    step = factory.LazyAttribute(lambda p: 3 if p.sequence == Sequence.RM else None)
    since = date(2026, 1, 1)


class EligibilityFactory(DjangoModelFactory):
    """All five attested."""

    class Meta:
        model = Eligibility

    staff = factory.SubFactory(StaffFactory)
    ethics = knowledge = experience = health = clean_record = True


class AbsenceFactory(DjangoModelFactory):
    """A week of leave from the test's Monday, without a deputy."""

    class Meta:
        model = Absence

    staff = factory.SubFactory(StaffFactory)
    first_day = date(2026, 11, 23)
    last_day = date(2026, 11, 27)


class SpokenLanguageFactory(DjangoModelFactory):
    """Somebody who speaks Cantonese."""

    class Meta:
        model = SpokenLanguage

    staff = factory.SubFactory(StaffFactory)
    language = "yue"


class LicenceFactory(DjangoModelFactory):
    """A licence to sell funds until the end of 2027."""

    class Meta:
        model = Licence

    staff = factory.SubFactory(StaffFactory)
    kind = "fund"
    number = factory.Sequence(lambda n: f"F{n:06d}")
    valid_until = date(2027, 12, 31)
