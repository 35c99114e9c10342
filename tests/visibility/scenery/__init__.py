"""Sets the stage: units, people of every post, and one object of every kind for each of them."""

from datetime import date

from managers.people.models import Post
from tests.factories.grades import CycleFactory
from tests.visibility.people import employed, sign_in, units
from tests.visibility.scenery.desk import desk
from tests.visibility.scenery.files import files
from tests.visibility.scenery.maker import Maker
from tests.visibility.scenery.work import work
from tests.visibility.stage import Stage


def build() -> Stage:
    """Set the stage up; some seconds, so once for all tests."""
    stage = Stage()
    centre, branch, head_office = units(stage)
    at_home = {
        Post.WEALTH_HEAD: centre,
        Post.CP_OFFICER: branch,
        Post.HQ_ADMIN: head_office,
        Post.AUDITOR: head_office,
    }
    for post in Post:
        stage.people[post] = employed(at_home.get(post, stage.here.unit), post)
    admin = stage.people[Post.HQ_ADMIN]
    admin.is_staff = admin.is_superuser = True
    admin.save()

    sign_in(stage)
    stage.cycles = [
        CycleFactory(first=date(2025, month, 1), last=date(2025, month + 2, 28))
        for month in (1, 4, 7, 10)
    ]
    make = Maker(stage)
    for post, person in stage.people.items():
        _all_kinds(make, stage.here, whose=post, person=person)
    _all_kinds(make, stage.here, whose="same")
    _all_kinds(make, stage.there, whose="other")
    return stage


def _all_kinds(make, place, *, whose, person=None):
    """One object of every kind that names the person, or else the outlet's colleagues."""
    make.stand_in(place, whose=whose, person=person)
    client = files(make)
    work(make, client)
    desk(make, client)
