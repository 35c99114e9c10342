"""The demo bank's catalogue and benefits, all invented."""

# code, kind, Chinese and English name, issuer's and our risk, fee percent, months, minimum
PRODUCTS = (
    ("D-03", "deposit", "定期存款三个月", "Time deposit, 3 months", 1, 1, "0.00", 3, 50),
    ("D-12", "deposit", "定期存款一年", "Time deposit, 1 year", 1, 1, "0.00", 12, 50),
    (
        "D-36",
        "deposit",
        "大额存单三年",
        "Large certificate, 3 years",
        1,
        1,
        "0.00",
        36,
        200_000,
    ),
    ("B-36", "bond", "储蓄国债三年", "Treasury bonds, 3 years", 1, 1, "0.10", 36, 100),
    ("B-60", "bond", "储蓄国债五年", "Treasury bonds, 5 years", 1, 1, "0.10", 60, 100),
    ("W-101", "wealth", "澄湖安心日日", "Chenghu Calm, daily", 1, 2, "0.20", None, 1),
    ("W-203", "wealth", "澄湖稳健季季", "Chenghu Steady, quarterly", 2, 2, "0.40", 3, 10_000),
    ("W-212", "wealth", "澄湖稳健年年", "Chenghu Steady, yearly", 2, 2, "0.50", 12, 10_000),
    ("W-312", "wealth", "澄湖均衡一年", "Chenghu Balance, yearly", 2, 3, "0.80", 12, 50_000),
    ("F-301", "fund", "远山均衡混合", "Yuanshan Balanced", 3, 3, "1.00", None, 1_000),
    ("F-401", "fund", "远山成长股票", "Yuanshan Growth", 4, 4, "1.20", None, 1_000),
    ("F-501", "fund", "远山科技主题", "Yuanshan Technology", 4, 5, "1.50", None, 1_000),
    ("I-201", "insurance", "和安年金", "Hean Annuity", 2, 2, "3.00", 120, 20_000),
    ("I-202", "insurance", "和安终身寿", "Hean Whole Life", 2, 2, "4.00", None, 50_000),
)
FALLBACKS = {
    "W-203": "D-03",
    "W-212": "D-12",
    "W-312": "W-212",
    "F-301": "W-312",
    "F-401": "F-301",
    "F-501": "F-401",
    "I-201": "B-60",
    "I-202": "I-201",
}
NO_LONGER = ("澄湖锦绣一号", "Chenghu Brocade 1")

WORDS = {
    "en": {
        "issuers": {
            "wealth": "Chenghu Wealth Management",
            "fund": "Yuanshan Funds",
            "insurance": "Hean Life",
            "bond": "Ministry of Finance",
            "deposit": "Chenghu Bank",
        },
        "fees": {
            "wealth": "Management 0.30 percent a year; none to buy or sell.",
            "fund": "1.50 percent to buy, 0.50 percent to sell within a year.",
            "insurance": "In the premium; surrender costs more in the first five years.",
            "bond": "0.10 percent when sold early.",
            "deposit": "None.",
        },
        "terms": {
            "wealth": "No fixed yield. Paid out two working days after its end.",
            "fund": "Priced each working day; paid out on the third working day.",
            "insurance": "Fifteen days to change one's mind without cost.",
            "bond": "Interest each year; may be sold back early at a price.",
            "deposit": "Covered by deposit insurance up to ¥500,000. Early withdrawal earns the "
            "current-account rate.",
        },
        "told": {
            "wealth": "This is a wealth product and no deposit. Yields of the past promise "
            "nothing; you may get back less than you paid in.",
            "fund": "A fund's value falls and rises with the markets; you may lose part of your "
            "money. The bank only sells it and does not manage it.",
            "insurance": "This is insurance and no deposit. You have fifteen days to change your "
            "mind; who surrenders later may get less than the premiums paid.",
            "bond": "Treasury bonds are a debt of the state. Sold back early they cost a fee and "
            "earn less.",
            "deposit": "The rate is fixed until the end; withdrawn early, the whole sum earns the "
            "current-account rate.",
        },
        "asked": (
            ("Can I have the money earlier?", "As the terms say; please read them together."),
            ("Can I lose money?", "Name the risk level, and what it meant in the worst year."),
        ),
        "goals": (
            "School fees abroad in two years; six months of costs at hand.",
            "A flat for the daughter in 2029; nothing above R3.",
            "Retirement in five years; income each quarter.",
        ),
        "uses": ("With his wife", "Flight to Chengdu", "Remittance to Sydney", "Two seats"),
    },
    "zh-hans": {
        "issuers": {
            "wealth": "澄湖理财",
            "fund": "远山基金",
            "insurance": "和安人寿",
            "bond": "财政部",
            "deposit": "澄湖银行",
        },
        "fees": {
            "wealth": "管理费每年0.30%，申购赎回免费。",
            "fund": "申购费1.50%，一年内赎回费0.50%。",
            "insurance": "费用含于保费；前五年退保费用较高。",
            "bond": "提前兑取手续费0.10%。",
            "deposit": "无。",
        },
        "terms": {
            "wealth": "收益不固定；到期后两个工作日到账。",
            "fund": "每个工作日计价，第三个工作日到账。",
            "insurance": "犹豫期十五天，可无损退保。",
            "bond": "每年付息，可按规定提前兑取。",
            "deposit": "50万元以内受存款保险保障；提前支取按活期计息。",
        },
        "told": {
            "wealth": "本产品为理财产品，不是存款。过往业绩不代表未来表现，您可能损失部分本金。",
            "fund": "基金净值随市场波动，您可能损失部分本金。本行仅代销，不承担投资管理责任。",
            "insurance": "本产品为保险，不是存款。犹豫期十五天；此后退保，所得可能低于已交保费。",
            "bond": "国债为国家信用。提前兑取须付手续费，并减少利息。",
            "deposit": "利率在期内固定；提前支取，全部按活期计息。",
        },
        "asked": (
            ("可以提前取出吗？", "按条款办理，请与客户一同阅读。"),
            ("会亏损吗？", "说明风险等级，以及历史最差年份的表现。"),
        ),
        "goals": (
            "两年后子女留学费用；备足半年开支。",
            "2029年为女儿购房；不超过R3。",
            "五年后退休，希望每季度有现金流。",
        ),
        "uses": ("与爱人同行", "飞往成都", "汇款至悉尼", "两个席位"),
    },
}

# code, Chinese and English name, times a year by tier
BENEFITS = (
    ("priority", "优先叫号", "Priority number", {"gold": 12}),
    ("remittance", "免费汇款", "Free remittances", {"platinum": 2, "diamond": 4, "private": 8}),
    ("lounge", "机场贵宾厅", "Airport lounge", {"platinum": 2, "diamond": 6, "private": 8}),
    ("health", "健康体检", "Health check", {"diamond": 1, "private": 2}),
    ("events", "客户活动", "Client events", {"diamond": 4, "private": 6}),
    ("estate", "财富传承咨询", "Estate planning", {"private": 2}),
)
