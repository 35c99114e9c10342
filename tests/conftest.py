"""The stage and the cast: one Monday morning, one bank, and people whom every test knows."""

import os
from datetime import datetime

import hypothesis
import pytest
from django.core.cache import cache
from django.core.management import call_command

from crm import bank, workdays
from crm.lib import clock
from tests.factories import CompetitionFactory, OrgUnitFactory, PostingFactory, StaffFactory

pytest_plugins = [
    "tests.importing",
    "tests.ledgers",
    "tests.migrated",
    "tests.order",
    "tests.smtp_sink",
    "tests.snapshots",
]

# Rules are searched for a breach, not timed; CI asks the same questions in every run.
hypothesis.settings.register_profile("guibin", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("guibin")

MONDAY = datetime(2026, 11, 23, 9, 10, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True, scope="session")
def chinese_is_compiled():
    """Before anybody reads the translations, and keeps them."""
    call_command("compile_translations")


@pytest.fixture(autouse=True)
def now():
    """Every test happens on Monday 2026-11-23 at 09:10 in Shanghai, and knows nothing of others."""
    bank.forget()
    workdays.forget()
    with clock.at(MONDAY):
        yield MONDAY
    bank.forget()
    workdays.forget()


@pytest.fixture
def head_office(db):
    return OrgUnitFactory(code="HQ", name="总行", latin_name="Head office", kind="head_office")


@pytest.fixture
def branch_unit(head_office):
    return OrgUnitFactory(
        code="B1", name="江南分行", latin_name="Jiangnan branch", kind="branch", parent=head_office
    )


@pytest.fixture
def outlet(branch_unit):
    return OrgUnitFactory(
        code="O1", name="南湖路支行", latin_name="Nanhu Road outlet", parent=branch_unit
    )


@pytest.fixture
def other_outlet(branch_unit):
    return OrgUnitFactory(code="O2", name="滨河支行", latin_name="Binhe outlet", parent=branch_unit)


def _person(employee_no, name, latin_name, unit, post):
    person = StaffFactory(employee_no=employee_no, name=name, latin_name=latin_name)
    PostingFactory(staff=person, unit=unit, post=post)
    return person


@pytest.fixture
def rm(outlet):
    """Lin Yue, the wealth RM whom the stories follow."""
    return _person("880427", "林悦", "Lin Yue", outlet, "wealth_rm")


@pytest.fixture
def peer(outlet):
    """Xu Ke, wealth RM at the same outlet."""
    return _person("880428", "许可", "Xu Ke", outlet, "wealth_rm")


@pytest.fixture
def stranger(other_outlet):
    """Tao Ran, wealth RM at another outlet."""
    return _person("880501", "陶然", "Tao Ran", other_outlet, "wealth_rm")


@pytest.fixture
def marketing(outlet):
    """Guo Feng, marketing RM, who wins clients outside."""
    return _person("880430", "郭峰", "Guo Feng", outlet, "marketing_rm")


@pytest.fixture
def lobby(outlet):
    """Sun Li, lobby manager."""
    return _person("880440", "孙丽", "Sun Li", outlet, "lobby_manager")


@pytest.fixture
def teller(outlet):
    """Wu Min, cash teller."""
    return _person("880450", "吴敏", "Wu Min", outlet, "teller_cash")


@pytest.fixture
def head(outlet):
    """Gu Wanqing, head of the outlet."""
    return _person("880400", "顾婉清", "Gu Wanqing", outlet, "branch_head")


@pytest.fixture
def other_head(other_outlet):
    """Bao Heng, head of another outlet."""
    return _person("880500", "鲍恒", "Bao Heng", other_outlet, "branch_head")


@pytest.fixture
def admin(head_office):
    """He Jing, administrator at head office."""
    person = _person("880001", "何静", "He Jing", head_office, "hq_admin")
    person.is_staff = person.is_superuser = True
    person.save()
    return person


@pytest.fixture
def auditor(head_office):
    """Qin Lu, auditor."""
    return _person("880002", "秦璐", "Qin Lu", head_office, "auditor")


@pytest.fixture
def officer(branch_unit):
    """Yan Shu, consumer-protection officer of the branch."""
    return _person("880003", "严舒", "Yan Shu", branch_unit, "cp_officer")


@pytest.fixture
def quarter(db):
    """The competition that runs on the Monday of the stage."""
    return CompetitionFactory()


@pytest.fixture
def shared_sums(settings):
    """As in production: sums of the ledger are shared for a second, from the first look on."""
    settings.STANDINGS_SPAN = 1
    cache.clear()
    yield
    cache.clear()
