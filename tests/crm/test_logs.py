"""What somebody searched for stands in no log, whoever writes it and in whatever format."""

import io
import logging
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from crm.lib import logs
from crm.lib.weblog import WebLog
from tests.factories import StaffFactory

TYPED = "zhangwei"
ADDRESS = f"/api/v1/clients/lookup/?q={TYPED}&page=2"
FORMATS = [
    '%(h)s "%(r)s" %(s)s "%(f)s" "%(a)s"',
    "%(m)s %(U)s?%(q)s %(s)s",
    "%({raw_uri}e)s %({query_string}e)s %({http_referer}e)s %({referer}i)s",
]


class Elsewhere(logging.Handler):
    """Sends all that a record carries to somebody, as services that collect errors do."""

    def __init__(self):
        super().__init__()
        self.sent = []

    def emit(self, record):
        request = getattr(record, "request", None)
        self.sent.append(f"{record.getMessage()} {request and request.get_full_path()}")


@pytest.fixture
def elsewhere():
    handler = Elsewhere()
    logging.root.addHandler(handler)
    yield handler
    logging.root.removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("/nowhere/", 404), ("/api/v1/clients/", 400), ("/api/v1/products/", 405)],
)
def test_an_error_that_is_reported_elsewhere_takes_no_query_along(
    client, elsewhere, rm, address, status
):
    client.force_login(rm)
    method = client.delete if status == 405 else client.get

    answer = method(f"{address}?search={TYPED}&odd=1")

    assert answer.status_code == status
    assert elsewhere.sent
    assert [line for line in elsewhere.sent if TYPED in line] == []


@pytest.mark.django_db
def test_a_refused_request_takes_no_query_along(client, elsewhere):
    client.force_login(StaffFactory())

    answer = client.get(f"/today/?q={TYPED}", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert elsewhere.sent
    assert [line for line in elsewhere.sent if TYPED in line] == []


def test_the_products_own_log_cuts_addresses_off():
    record = logging.LogRecord("a", logging.ERROR, "", 1, "Broke at %s.", (ADDRESS,), None)
    try:
        raise ValueError(f"GET http://testserver{ADDRESS}")
    except ValueError as wrong:
        record.exc_info = (ValueError, wrong, wrong.__traceback__)

    written = logs.Formatter("%(message)s").format(record)

    assert "Broke at /api/v1/clients/lookup/" in written
    assert TYPED not in written


@pytest.mark.parametrize("line", FORMATS)
def test_the_web_servers_log_names_paths_only(line, monkeypatch):
    config = Config()
    config.set("accesslog", "-")
    config.set("access_log_format", line)
    log = WebLog(config)
    written = io.StringIO()
    monkeypatch.setattr(log.access_log, "handlers", [logging.StreamHandler(written)])
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": ADDRESS,
        "PATH_INFO": "/api/v1/clients/lookup/",
        "QUERY_STRING": f"q={TYPED}",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://guibin.example/search/?q={TYPED}",
    }
    request = SimpleNamespace(headers=[("REFERER", environ["HTTP_REFERER"])])
    took = SimpleNamespace(seconds=0, microseconds=5)

    log.access(SimpleNamespace(status="200 OK", headers=[], sent=5), request, environ, took)

    assert "/api/v1/clients/lookup/" in written.getvalue()
    assert TYPED not in written.getvalue()


def test_what_breaks_in_the_web_server_is_told_without_its_query(monkeypatch):
    log = WebLog(Config())
    written = io.StringIO()
    for handler in log.error_log.handlers:
        monkeypatch.setattr(handler, "stream", written)

    log.error("Error handling request %s", ADDRESS)

    assert "/api/v1/clients/lookup/" in written.getvalue()
    assert TYPED not in written.getvalue()
