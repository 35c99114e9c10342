"""What sequences of balances, lists, merges and undo are drawn from."""

from datetime import timedelta

from hypothesis import strategies as st

from tests.clients.ledger_of_days import D
from tests.importing import MONDAY

NUMBERS = [f"N{n}" for n in range(5)]
LINES = ("49999.99", "50000", "499999.99", "500000", "2000000", "5999999.99", "6000000", "0")
AMOUNTS = st.integers(0, 8_000_000_00).map(lambda fen: D(fen) / 100) | st.sampled_from(
    [D(line) for line in LINES]
)
NUMBER = st.sampled_from(NUMBERS)
AGO = st.integers(0, 400)
YEAR = st.tuples(NUMBER, st.integers(2024, 2026))
LAST = MONDAY + timedelta(days=400)
DELIVERY = st.lists(st.tuples(NUMBER, AGO, AMOUNTS), min_size=1, max_size=8)
CELLS = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(["", *(f"1610000000{n}" for n in range(6))]),
        "email": st.sampled_from(["", "zhang@mail.example", "wei@mail.example"]),
        "address": st.sampled_from(["", "南湖路 1 号", "滨河路 2 号"]),
        "sex": st.sampled_from(["", "f", "m"]),
        "occupation": st.sampled_from(["", "教师", "会计师"]),
        "city": st.sampled_from(["", "杭州", "苏州"]),
        "aum": st.none() | AMOUNTS,
    }
)
