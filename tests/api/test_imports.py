"""A program brings a file in: upload, map, check, run, rejected rows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clients.intake.actions.working import work
from clients.models import Client
from tests.clients.imports import AT, row, table

pytestmark = pytest.mark.django_db
URL = "/api/v1/imports/"
MAPPING = {
    "format": {"encoding": "utf-8"},
    "files": {"clients": {"name": "clients.csv"}},
    "clients": {
        "from": "clients",
        "key": "客户号",
        "name": "姓名",
        "outlet": "机构号",
        "birth_date": {"column": "出生日期", "format": "YYYY/MM/DD"},
    },
}


def upload(program, content, **more):
    file = SimpleUploadedFile("clients.csv", content)
    return program.post(URL, {"kind": "clients", "files": [file]}, format="multipart", **more)


def test_a_file_goes_from_the_upload_to_the_book(speaking_for, head, outlet):
    program = speaking_for(head)
    made = upload(program, table(row(1), row(2, birth_date="1980/13/04")))
    assert made.status_code == 201
    place = f"{URL}{made.data['id']}/"
    assert made.data["allowed_actions"] == ["map", "cancel"]

    assert program.post(f"{place}map/", {"mapping": MAPPING}).data["state"] == "mapped"
    assert program.post(f"{place}check/").data["state"] == "checking"
    work(made.data["id"], now=lambda: AT)
    found = program.get(place).data
    assert (found["state"], found["created"], found["rejected"]) == ("checked", 1, 1)
    assert found["reasons"][0]["rows"] == 1

    assert program.post(f"{place}run/", {"accepted": True}).data["state"] == "running"
    work(made.data["id"], now=lambda: AT)
    assert program.get(place).data["state"] == "done"
    assert Client.objects.get().number == "K00001"
    assert "1980/13/04" in program.get(f"{place}rejected/").content.decode()


def test_running_before_the_check_is_a_conflict(speaking_for, head):
    program = speaking_for(head)
    made = upload(program, table(row(1)))

    answer = program.post(f"{URL}{made.data['id']}/run/", {"accepted": True})

    assert answer.status_code == 409
    assert answer.data["code"] == "wrong_state"


def test_a_mapping_of_other_columns_is_a_conflict_that_names_them(speaking_for, head):
    program = speaking_for(head)
    made = upload(program, b"a,b\n1,2\n")

    answer = program.post(f"{URL}{made.data['id']}/map/", {"mapping": MAPPING})

    assert answer.status_code == 409
    assert "客户号" in answer.data["detail"]


def test_what_is_no_table_is_malformed(speaking_for, head):
    answer = upload(speaking_for(head), b"")

    assert answer.status_code == 400
    assert "files" in str(answer.data["fields"])


def test_json_is_no_way_to_send_files(speaking_for, head):
    answer = speaking_for(head).post(URL, {"kind": "clients"}, format="json")

    assert answer.status_code == 415


def test_the_same_key_uploads_once(speaking_for, head):
    program = speaking_for(head)
    first = upload(program, table(row(1)), HTTP_IDEMPOTENCY_KEY="one")
    again = upload(program, table(row(1)), HTTP_IDEMPOTENCY_KEY="one")
    other = upload(program, table(row(2)), HTTP_IDEMPOTENCY_KEY="one")

    assert again.data["id"] == first.data["id"]
    assert other.status_code == 409


def test_the_list_is_narrowed_by_kind_and_state(speaking_for, head, other_head):
    program = speaking_for(head)
    upload(program, table(row(1)))
    upload(speaking_for(other_head), table(row(2)))

    assert len(program.get(URL, {"kind": "clients", "state": "uploaded"}).data["results"]) == 1
    assert program.get(URL, {"state": "done"}).data["results"] == []
    assert program.get(URL, {"nonsense": 1}).status_code == 400
