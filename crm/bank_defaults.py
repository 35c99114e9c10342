"""What the bank's settings are unless a row says otherwise; `bank.read` asks for them.

Values are JSON; amounts are whole CNY. Each carries the rule that it belongs to (docs/rules.md).
"""

from typing import Any

from crm.ladder_defaults import LADDER

DEFAULTS: dict[str, Any] = {
    # rules C3: lower bound of assets under management in CNY, lowest tier first.
    "tiers.floor": {
        "regular": 0,
        "gold": 50_000,
        "platinum": 500_000,
        "diamond": 2_000_000,
        "private": 6_000_000,
    },
    # rules C4: months in a row whose average misses the tier, after which it is lost.
    "tiers.misses": {"gold": 3, "platinum": 3, "diamond": 3, "private": 6},
    # rules C1: calendar days without contact or movement until dormancy, and until its warning.
    "dormancy.days": 180,
    "dormancy.warning_days": 150,
    # rules C1: CNY by which a balance moves when the client moved it; less is interest and prices.
    "dormancy.movement": 1_000,
    # rules C1: a client is lost below this percent of the peak of so many months, at so many
    # month-ends running; won back from this percent on within so many months.
    "lost.percent": 10,
    "lost.peak_months": 12,
    "lost.month_ends": 3,
    "won_back.percent": 50,
    "won_back.months": 12,
    # rules C1: calendar days after which a client who was won back is one like all others.
    "won_back.settled_days": 90,
    # rules F2: an outflow is so many percent of the assets within so many calendar days.
    "outflow.percent": 30,
    "outflow.days": 30,
    # rules C3: clients of a tier that one relationship manager can serve well.
    "book.limits": {"gold": 600, "platinum": 300, "diamond": 150, "private": 60},
    # rules B8: percent of a full book that a grade serves.
    "book.capacity": {
        "trainee": 50,
        "assistant": 75,
        "intermediate": 100,
        "senior": 100,
        "principal": 100,
        "chief": 100,
    },
    # rules B8, C3: lowest grade that may own a tier.
    "book.grades": {"private": "senior", "diamond": "intermediate"},
    # rules E12: what keeps an RM from a client whom a head assigns: it blocks, or a reason of so
    # many characters at least sets it aside.
    "assign.obstacles": {
        "outlet": "block",
        "grade": "block",
        "licence": "reason",
        "away": "block",
        "room": "reason",
    },
    "assign.reason_length": 10,
    # rules C6: yearly contribution in CNY that gives the rights of a tier, whatever the assets.
    "benefits.contribution": {
        "gold": 2_000,
        "platinum": 10_000,
        "diamond": 40_000,
        "private": 120_000,
    },
    # rules C8: calendar months for which a client's risk assessment holds.
    "risk.valid_months": 12,
    # rules C10: calendar months between two portfolio reviews.
    "review.months": {"private": 3, "diamond": 3, "platinum": 6},
    # rules E9: working days in which a pooled client must find an owner.
    "pool.working_days": 5,
    # rules D4: minutes to answer while the client waits, working days otherwise.
    "referral.onsite_minutes": 30,
    "referral.working_days": 1,
    # rules D4: calendar days in which a second referral keeps the first source.
    "referral.first_source_days": 30,
    # rules D4: calendar days in which an accepted referral bears fruit, or it has expired.
    "referral.convert_days": 90,
    # rules E8: working days until a client is told of a new owner, hours in which a plan is undone.
    "reassignment.tell_days": 3,
    "reassignment.undo_hours": 24,
    # rules E5: working days of each stage of a handover, and those after which heads are told.
    "handover.submit_days": 3,
    "handover.late_days": {"wealth_head": 1, "branch_head": 3},
    "handover.accept_days": 2,
    "handover.introduce_days": 5,
    "handover.first_contact_days": 10,
    # rules F2: calendar days ahead for which follow-ups are made of what is to come; so long the
    # nightly run may stand still. The same backwards for what has happened.
    "followup.ahead_days": 7,
    # rules F2: a single movement is large from so many CNY, or so many percent of the assets.
    "movement.amount": 200_000,
    "movement.percent": 20,
    # Workload of the coming days: calendar days ahead, minutes that one of a kind takes, and hours
    # of a working day that an RM has for clients.
    "workload.days": 30,
    "workload.minutes": {
        "call": 15,
        "message": 5,
        "visit": 60,
        "outside": 120,
        "cadence": 20,
        "maturity": 20,
        "review": 60,
        "appointment": 60,
    },
    "workload.hours_a_day": 5,
    # rules F3: when clients may be called, local time.
    "calls.windows": [["09:30", "11:30"], ["14:00", "17:30"]],
    # rules F17: minutes that a call takes when the day's calls are fitted in.
    "day.call_minutes": 10,
    # rules F3: outside these hours nobody is called or written to, local time.
    "calls.hours": ["08:00", "21:00"],
    # rules F12: minutes before a promised call that it is due soon, and after it that it is missed.
    "callback.soon_minutes": 15,
    "callback.missed_minutes": 15,
    # rules F4: characters of a note that makes a contact valid.
    "contact.note_length": 10,
    # rules F4: different days with an unanswered call after which another channel is due.
    "contact.unanswered_days": 3,
    # rules E11: working days of a month until the market report of the month before is due, and
    # the characters that it has at least.
    "market.due_days": 5,
    "market.report_length": 50,
    # rules F9: when outlets without hours of their own receive clients on working days, local time;
    # minutes that a visit lasts at most; working days until large cash is ready.
    "appointments.hours": ["09:00", "17:00"],
    "appointments.longest": 240,
    "appointments.cash_days": 1,
    # rules F10: when staff are told of the visits of the next day, and minutes before each.
    "appointments.eve": "16:00",
    "appointments.soon": 30,
    # rules D6: calendar days after which nobody writes the work log of a day any more.
    "work_log.open_days": 3,
    # Calendar days ahead that a follow-up may be booked.
    "followup.horizon_days": 730,
    # rules F7: working days an open follow-up may be put off, and how often.
    "followup.snooze_days": 5,
    "followup.snoozes": 2,
    # rules F7: working days after which an open follow-up counts as missed.
    "followup.missed_days": 10,
    # rules C5: calendar days within which a merge of two files can be taken back.
    "merge.undo_days": 30,
    # security 12: calendar days for which the content of imported files is kept.
    "import.kept_days": 30,
    # rules F8: when the morning digest goes out, local time, on working days.
    "digest.time": "08:00",
    # rules F8: when the evening's summary goes out; minutes before an agreed call to remind of it.
    "evening.time": "17:30",
    "calls.soon": 30,
    # rules F8: a person's quiet hours reach at most to the first and begin no earlier than the
    # second, local time; the night of "calls.hours" is quiet for all.
    "mail.quiet": ["10:00", "17:00"],
    # Minutes after which a letter that has not left is late, and administrators hear of it.
    "mail.late_minutes": 15,
    # rules F7: working days after which the heads are told of an overdue follow-up; PRIVATE half.
    "followup.late_days": {"wealth_head": 3, "branch_head": 5},
    # rules E7: percent of a handed-over client that count for (sender, receiver).
    "competition.handover_share": [60, 40],
    # rules E7: percent of (sender, receiver) of the growth of so many calendar days.
    "competition.growth_share": [50, 50],
    "competition.growth_days": 90,
    # rules E7: working days after a month until its balances are in, and its growth is credited.
    "competition.growth_after": 3,
    # rules H2: percent of a sale's amount that counts, by kind of product.
    "competition.sale_weights": {
        "deposit": 0,
        "wealth": 100,
        "fund": 120,
        "insurance": 150,
        "bond": 0,
    },
    # rules H7: calendar days within which money that is taken out and put in again counts once.
    "competition.rebuy_days": 30,
    # rules H7: calendar months within which a tier that is lost again takes back its point.
    "competition.upgrade_months": 6,
    # rules H6: working days for late results after the close, and for appeals.
    "competition.provisional_days": 3,
    "competition.appeal_days": 3,
    **LADDER,
    # rules J6: clients whose files one person reads in a day, and within an hour; VIP clients of
    # colleagues; clients with whom nothing is open: more of them is unusual and told.
    "reading.files_a_day": 50,
    "reading.files_an_hour": 25,
    "reading.foreign_vips": 10,
    "reading.without_matter": 20,
    # rules J6: outside these hours of a working day any reading is unusual, local time.
    "reading.hours": ["07:00", "20:00"],
    # rules J8: rows that leave without a second person, and hours that a file lives.
    "export.free_rows": 200,
    "export.hours": 24,
    # Calendar days that a notification is kept after it was read.
    "inbox.days": 90,
    # rules J7: calendar days until a client's request about their data is answered, and days before
    # that on which the officer is warned.
    "privacy.answer_days": 15,
    "privacy.warning_days": 3,
    # rules J7: calendar months for which records are kept once their period has begun: a client's
    # file after the relationship ended, a prospect after the last word, typed texts after the act,
    # readings, sent letters, sign-ins, requests of clients after their answer.
    "retention.months": {
        "clients": 120,
        "prospects": 24,
        "contacts": 60,
        "follow_ups": 60,
        "referrals": 36,
        "handovers": 60,
        "access_log": 36,
        "letters": 12,
        "sign_ins": 12,
        "requests": 36,
    },
    # rules J5: characters that a mask shows: first and last of a phone and of an identity number,
    # first of an e-mail.
    "masks.phone": [3, 4],
    "masks.identity": [1, 1],
    "masks.email": 1,
    # rules J5: details that one person may reveal in an hour, characters of the purpose, and
    # seconds until the value is put away.
    "reveal.per_hour": 30,
    "reveal.purpose_length": 10,
    "reveal.seconds": 60,
    # security: calls of the masked look-up by one person in an hour, and the most rows shown.
    "lookup.per_hour": 120,
    "lookup.rows": 10,
}

# What the law does not let the bank undercut: the least value of a part of a setting (rules J7).
FLOORS: dict[str, dict[str, int]] = {
    "retention.months": {"clients": 120, "access_log": 6, "sign_ins": 6},
}
