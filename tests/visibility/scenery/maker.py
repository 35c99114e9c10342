"""What every kind of thing on the stage is made with."""

from datetime import timedelta
from itertools import count

from stdnum.cn import ric

from clients.book.details import sealed_columns
from clients.models import FileReader
from managers.people.models import Post
from tests.conftest import MONDAY
from tests.factories import AbsenceFactory, ClientFactory
from tests.visibility.people import employed
from tests.visibility.stage import GIVEN, Outlet, Stage


class Maker:
    """Makes the objects of one person or outlet, each client with a name and details of its own."""

    def __init__(self, stage: Stage):
        self.stage = stage
        self.number = count()

    def stand_in(self, place: Outlet, *, whose, person=None):
        """Make things of this person from here on, or else of the outlet's colleagues."""
        self.place, self.whose = place, whose
        self.rm = person or place.wealth
        self.sender = person or place.marketing
        self.referrer = person or place.lobby
        self.asked = place.wealth if person else place.spare

    def keep(self, kind, thing):
        """Give the thing a place on the stage."""
        self.stage.things[kind, self.whose] = thing
        return thing

    def client(self, **columns):
        """A new client of the outlet, whom the outlet's spare RM may read."""
        number = next(self.number)
        phone, email = f"1397412{number:04d}", f"canary{number}@mail.example"
        identity = f"11010119700101{number:03d}"
        typed = {
            "phone": phone,
            "email": email,
            "identity_no": identity + ric.calc_check_digit(f"{identity}?"),
            "address": f"Canary Lane {number}, gate 3",
        }
        first, second = divmod(number, len(GIVEN))
        columns = {"outlet": self.place.unit, **columns, **sealed_columns(**typed)}
        client = ClientFactory(name=f"赵{GIVEN[first]}{GIVEN[second]}", **columns)
        FileReader.objects.create(client=client, staff=self.place.spare, since=MONDAY)
        return client

    def away(self, *, until):
        """A wealth RM who is away up to a day and whom the person covers."""
        away = employed(self.place.unit, Post.WEALTH_RM)
        since = until - timedelta(days=4)
        AbsenceFactory(staff=away, first_day=since, last_day=until, deputy=self.rm)
        return away
