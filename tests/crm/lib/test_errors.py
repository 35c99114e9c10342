from crm.lib.errors import RuleBroken, Stale


def test_a_broken_rule_reads_as_its_sentence():
    broken = RuleBroken("The receiving book is full.", fields={"to": "This book is full."})

    assert str(broken) == "The receiving book is full."
    assert (broken.code, broken.fields) == ("rule_broken", {"to": "This book is full."})


def test_a_stale_edit_is_a_broken_rule_with_a_code_of_its_own():
    stale = Stale("Somebody changed this client meanwhile.")

    assert isinstance(stale, RuleBroken)
    assert (stale.code, stale.fields) == ("stale", {})
