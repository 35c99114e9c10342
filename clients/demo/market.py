"""What marketing RMs noticed outside, and their reports of the last month."""

from datetime import timedelta

from clients.market.actions import open_reports
from clients.models import MarketNote, MarketReport, ReportReading
from managers.people.models import Post

_NOTES = {
    "en": (
        ("A savings bank at Nanhu pays 0.2 points more on three years until Friday.", "rates"),
        ("The chamber of commerce meets on the 12th; forty owners will come.", "events"),
        ("Flats by the lake are ready in January: loans, first deposits.", "district"),
    ),
    "zh-hans": (
        ("南湖一家城商行三年期上浮20个基点，截至周五。", "利率"),
        ("商会12日聚会，预计到场企业主四十位。", "活动"),
        ("湖畔新盘一月交房，关注装修贷与首笔存款。", "商圈"),
    ),
}
_REPORT = {
    "en": "Two competitors raised their three-year rates and lost again within the week. Owners of "
    "firms ask about payroll accounts first and about wealth later; whoever opens the first "
    "keeps the second. Next month: the chamber of commerce and the new flats by the lake.",
    "zh-hans": "两家同业上调三年期利率，一周内又回落。企业主先问代发工资，后谈理财；"
    "先开立代发账户者，后续"
    "理财多能留存。下月重点：商会活动与湖畔新盘，计划外拓走访六次，联合理财经理两次，"
    "争取新增有效潜在客户十位，并为其中四位完成移交档案。",
}
_TAGS = {"en": ["rates", "district"], "zh-hans": ["利率", "商圈"]}


def build(cast, *, now, language):
    """Notes of the last days; every second outlet's report is handed in."""
    open_reports(at=now)
    for number, posts in enumerate(cast.values()):
        for person in posts.get(Post.MARKETING_RM.value, []):
            for days, (text, tag) in enumerate(_NOTES[language], start=1):
                MarketNote.objects.create(
                    author=person,
                    unit=person.current_unit,
                    text=text,
                    tags=[tag],
                    written_at=now - timedelta(days=days, hours=2),
                )
            if number % 2 == 0:
                _hand_in(person, posts.get(Post.BRANCH_HEAD.value, []), now, language)


def _hand_in(person, heads, now, language):
    handed_in = now - timedelta(days=1)
    for report in MarketReport.objects.filter(author=person):
        report.text, report.tags = _REPORT[language], _TAGS[language]
        report.submitted_at = handed_in
        report.save()
        for head in heads:
            ReportReading.objects.create(report=report, staff=head, read_at=now)
