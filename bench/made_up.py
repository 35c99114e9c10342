"""Files of made-up clients in the layout of mappings/simple.toml, as large as wanted."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

COLUMNS = [
    "number",
    "name",
    "sex",
    "birth_date",
    "phone",
    "email",
    "identity_no",
    "address",
    "aum",
    "client_since",
    "outlet",
    "occupation",
    "city",
]
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建文斌"
_BIRTHS, _OPENINGS = date(1940, 1, 1), date(2005, 1, 1)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def row(n: int, dice: random.Random, outlets: list[str]) -> dict[str, str]:
    """One client; mobile numbers are of a range that is never assigned."""
    born = _BIRTHS + timedelta(days=dice.randrange(22_000))
    return {
        "number": f"T{n:08d}",
        "name": dice.choice(_SURNAMES) + "".join(dice.choices(_GIVEN, k=dice.choice((1, 2)))),
        "sex": dice.choice("女男"),
        "birth_date": born.isoformat(),
        "phone": f"1000{n:07d}",
        "email": f"client{n}@mail.example",
        "identity_no": _identity(born, n),
        "address": f"南湖路 {n} 号",
        "aum": f"{dice.lognormvariate(11.5, 1.8):,.2f}",
        "client_since": (_OPENINGS + timedelta(days=dice.randrange(7_500))).isoformat(),
        "outlet": outlets[n % len(outlets)],
        "occupation": dice.choice(("教师", "会计师", "-", "企业主")),
        "city": "南湖",
    }


def write(path: Path, count: int, outlets: list[str], *, seed: int = 7) -> Path:
    """Write so many clients, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - dice, not secrets
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS)
        rows.writeheader()
        rows.writerows(row(n, dice, outlets) for n in range(1, count + 1))
    return path


def _identity(born: date, n: int) -> str:
    body = f"3205{n // 1000 % 100:02d}{born:%Y%m%d}{n % 1000:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]
