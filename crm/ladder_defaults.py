"""The usual values of the career ladder's settings, as `crm.bank_defaults` has all others."""

from typing import Any

LADDER: dict[str, Any] = {
    # rules B3: percent of a quarter's targets for a step up, and for keeping it; quarters running
    # below that cost a step; calendar months after which nobody is a trainee any more.
    "ladder.up_score": 100,
    "ladder.hold_score": 60,
    "ladder.low_running": 2,
    "ladder.trainee_months": 12,
    # rules B6: what a grade asks beside the score, by post: CNY of assets managed on average over
    # the last month, percent of the contact standard kept, CNY of net growth and of fees a quarter,
    # satisfaction of 100. What is missing forbids a step up; 0 asks for nothing.
    "ladder.criteria": {
        "wealth_rm": {
            "assets": {
                "trainee": 0,
                "assistant": 5_000_000,
                "intermediate": 20_000_000,
                "senior": 50_000_000,
                "principal": 100_000_000,
                "chief": 200_000_000,
            },
            "cadence": {
                "trainee": 0,
                "assistant": 60,
                "intermediate": 70,
                "senior": 80,
                "principal": 90,
                "chief": 90,
            },
            "aum_growth": {
                "trainee": 0,
                "assistant": 0,
                "intermediate": 5_000_000,
                "senior": 12_000_000,
                "principal": 15_000_000,
                "chief": 18_000_000,
            },
            "fee_income": {
                "trainee": 0,
                "assistant": 0,
                "intermediate": 20_000,
                "senior": 48_000,
                "principal": 60_000,
                "chief": 72_000,
            },
            "csat": {
                "trainee": 0,
                "assistant": 0,
                "intermediate": 85,
                "senior": 90,
                "principal": 90,
                "chief": 90,
            },
        },
        "marketing_rm": {},
        "lobby_manager": {},
    },
    # rules B6: licences of a wealth RM by grade, and the most points that complaints may cost.
    "ladder.licences": {
        "trainee": [],
        "assistant": [],
        "intermediate": ["fund"],
        "senior": ["fund", "insurance"],
        "principal": ["fund", "insurance"],
        "chief": ["fund", "insurance"],
    },
    "ladder.most_deducted": 5,
    # rules B2: working days after a period for late results, then it is assessed.
    "ladder.start_days": 10,
    # rules B7: working days for the head's opinion and for an appeal; calendar days for which the
    # five attestations serve a new grade.
    "ladder.opinion_days": 5,
    "ladder.appeal_days": 5,
    "ladder.attested_days": 90,
}
