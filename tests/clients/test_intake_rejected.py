"""Rows that an import cannot use: put aside whole, with the reason, and stopping no other."""

import random

import pytest

from bench import made_up
from clients.models import Client
from tests.importing import MAPPINGS, counts, import_clients, rows

SIMPLE = MAPPINGS / "simple.toml"

BAD = [
    ({"outlet": "O9"}, "There is no outlet with the code O9."),
    ({"outlet": "-"}, "The row names no outlet."),
    ({"number": "-"}, "number is missing."),
    ({"number": "9" * 41}, f"The number {'9' * 41} is too long."),
    ({"sex": "x"}, "sex: This word is not in the dictionary of the mapping."),
    ({"birth_date": "1980-02-30"}, "birth_date: This day does not exist."),
    ({"birth_date": "in spring"}, "birth_date: This is not a date like YYYY-MM-DD."),
    (
        {"birth_date": "30.1.1980"},
        "birth_date: Written like D.M.YYYY; the mapping says YYYY-MM-DD.",
    ),
    (
        {"number": "6.22202E+18"},
        "number: A spreadsheet has shortened this number: export the column as text.",
    ),
    ({"birth_date": "2027-01-01"}, "A date lies in the future."),
    (
        {"phone": "1381234567"},
        "A Chinese mobile number has 11 digits; this one has 10.",
    ),
    (
        {"identity_no": "320500199001010002"},
        "The check digit is wrong: a digit of this number was mistyped.",
    ),
    ({"aum": "12,34"}, "aum: This is not an amount like 1,234.50."),
    ({"aum": "1.005"}, "assets: “1.005” is not an amount with at most two decimals."),
    ({"aum": "-1"}, "Assets cannot be negative."),
    ({"email": "nobody"}, "Enter a valid email address."),
    ({"address": "路" * 201}, "The address is too long."),
    ({"occupation": "忙" * 201}, "A fact is longer than 200 characters."),
]


@pytest.mark.parametrize(("changed", "reason"), BAD)
def test_a_bad_row_is_put_aside_with_its_reason_and_stops_no_other(
    client_list, outlet, rejected, changed, reason
):
    code, summary = import_clients(SIMPLE, client_list({}, changed, {}), rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (2, 0, 0, 1))
    assert (aside["file"], aside["row"], aside["reason"]) == ("clients.csv", "3", reason)
    [(column, cell)] = changed.items()
    assert aside[column].removeprefix("'") == cell
    assert sorted(Client.objects.values_list("number", flat=True)) == ["T00000001", "T00000003"]


def test_a_row_with_too_many_cells_keeps_all_of_them(client_list, outlet, rejected):
    file = client_list({}, raw="T9,a,b,c,d,e,f,g,h,i,O1,k,l,m,n\n")

    import_clients(SIMPLE, file, rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig", restkey="beyond")
    assert aside["reason"] == "This row has 15 cells, the header 13."
    assert (aside["number"], aside["city"], aside["beyond"]) == ("T9", "l", ["m", "n"])


def test_a_file_that_was_cut_off_gives_what_came_before(client_list, outlet, rejected):
    file = client_list({}, {}, raw='T9,"王')

    code, summary = import_clients(SIMPLE, file, rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (2, 0, 0, 1))
    assert (aside["row"], "cut off" in aside["reason"]) == ("4", True)


def test_a_repeated_key_counts_once(client_list, outlet, rejected):
    file = client_list({"number": "7"}, {"number": "8"}, {"number": "7"})

    code, summary = import_clients(SIMPLE, file, rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (2, 0, 0, 1))
    assert (aside["row"], aside["reason"]) == ("4", "Row 2 has the same key.")


def test_nobody_gets_a_second_file_under_another_number(client_list, outlet, rejected):
    identity = made_up.row(1, random.Random(7), ["O1"])["identity_no"]
    import_clients(SIMPLE, client_list({"identity_no": identity}))

    code, summary = import_clients(
        SIMPLE, client_list({"number": "other", "identity_no": identity}), rejected=rejected
    )

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (code, counts(summary)) == (1, (0, 0, 0, 1))
    assert aside["reason"] == "Client T00000001 has this identity number."


def test_rejected_rows_are_safe_in_a_spreadsheet_and_for_nobody_else(client_list, outlet, rejected):
    import_clients(SIMPLE, client_list({"sex": "=1+1", "name": "@SUM(A1)"}), rejected=rejected)

    [aside] = rows(rejected, encoding="utf-8-sig")
    assert (aside["sex"], aside["name"]) == ("'=1+1", "'@SUM(A1)")
    assert rejected.stat().st_mode & 0o777 == 0o600


def test_without_a_rejected_row_no_file_is_made(client_list, outlet, rejected):
    _, summary = import_clients(SIMPLE, client_list({}), rejected=rejected)

    assert (summary["rejected_file"], rejected.exists()) == (None, False)
