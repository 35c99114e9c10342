"""Names and sentences of the demo bank, all invented."""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "单于", "慕容")
_FEMALE = (
    "安然 若兰 雪 霖 欣怡 静 悦 沐 一诺 思颖 雅琴 慧 洁 晓彤 佳宁 梦琪 秀英 丽华 敏 芳 娜 颖 琳 "
    "雨桐 子涵 诗涵 可欣 语嫣 美玲 玉兰 桂英 红梅 春燕 晨曦 依诺 嘉怡 淑珍 月 岚"
)
_MALE = (
    "明远 亦辰 蔚然 凯 宇 俊 晨 恒 浩然 志强 建国 伟 磊 涛 军 勇 子轩 云帆 毅 峰 博文 天佑 鹏 飞 "
    "文杰 国栋 海涛 立新 永康 家豪 泽宇 梓睿 宏伟 德明 一鸣 锦程 锐 铮 睿"
)
GIVEN = {"f": tuple(_FEMALE.split()), "m": tuple(_MALE.split())}

BRANCHES = (
    ("江南分行", "Jiangnan branch", ("南湖路", "滨河", "东门", "西城")),
    ("海州分行", "Haizhou branch", ("中山路", "港湾", "新区", "学府")),
    ("云岭分行", "Yunling branch", ("人民路", "翠湖", "高新", "北站")),
)
OUTLET_LATIN = {
    "南湖路": "Nanhu Road",
    "滨河": "Binhe",
    "东门": "Dongmen",
    "西城": "Xicheng",
    "中山路": "Zhongshan Road",
    "港湾": "Gangwan",
    "新区": "Xinqu",
    "学府": "Xuefu",
    "人民路": "Renmin Road",
    "翠湖": "Cuihu",
    "高新": "Gaoxin",
    "北站": "Beizhan",
}

OCCUPATIONS = {
    "en": (
        "owner of a printing works",
        "dentist",
        "software engineer",
        "teacher",
        "restaurant owner",
        "architect",
        "civil servant, retired",
        "exporter of ceramics",
        "lawyer",
        "pharmacist",
        "head of a logistics firm",
        "university lecturer",
    ),
    "zh-hans": (
        "印刷厂主",
        "牙医",
        "软件工程师",
        "教师",
        "餐馆老板",
        "建筑师",
        "退休公务员",
        "陶瓷出口商",
        "律师",
        "药剂师",
        "物流公司负责人",
        "大学讲师",
    ),
}
PREFERENCES = {
    "en": (
        "Short calls, mornings. Decides with the family.",
        "Likes a message before a call.",
        "Wants every fee named beforehand.",
        "Reads the documents himself; send them early.",
        "Prefers to meet at the centre, with tea.",
        "Do not raise insurance.",
    ),
    "zh-hans": (
        "上午来电，长话短说，与家人商量后决定。",
        "来电前先发消息。",
        "费用须事先讲清。",
        "材料亲自细看，请提早发送。",
        "喜欢到中心面谈，爱喝茶。",
        "请勿推介保险。",
    ),
}
NOTES = {
    "en": (
        "Compared our renewal rate with another bank; wants to keep half of it liquid.",
        "Asked for the three-year rate sheet; the daughter starts university abroad in autumn.",
        "Content with the service. Thinks about moving a maturing deposit here.",
        "Explained the steps of the risk assessment; comes to the outlet next week.",
        "Will bring the second account from another bank when it matures.",
        "Asked what a remittance costs; the fee table was explained line by line.",
        "Sold a flat; part of the money goes into a certificate, part stays at hand.",
        "Would like to be invited to the tea evening with her husband.",
    ),
    "zh-hans": (
        "比较了他行续存利率，希望一半资金保持灵活。",
        "索取三年期利率表，女儿秋季出国读书。",
        "对服务满意，考虑把到期存款转来我行。",
        "说明了风险测评步骤，下周来网点办理。",
        "他行账户到期后将一并转入。",
        "询问汇款费用，已逐项讲解收费表。",
        "出售一套房产，部分买大额存单，部分留作备用。",
        "希望与先生一同参加品茶会。",
    ),
}
NEXT_STEPS = {
    "en": (
        "Send the rate sheet",
        "Meet at the centre",
        "Call about the maturity",
        "Send the invitation",
    ),
    "zh-hans": ("发送利率表", "到中心面谈", "就到期事宜致电", "发送邀请函"),
}
PURPOSES = {
    "en": {
        "manual": (
            "The three-year rate sheet",
            "Tea evening invitation",
            "Documents for the remittance",
        ),
        "maturity": ("Time deposit matures soon",),
        "birthday": ("Birthday wishes",),
        "large_movement": ("Ask about the large transfer",),
        "new_client": ("",),
    },
    "zh-hans": {
        "manual": ("三年期利率表", "品茶会邀请", "汇款所需材料"),
        "maturity": ("定期存款即将到期",),
        "birthday": ("生日祝福",),
        "large_movement": ("了解大额转账情况",),
        "new_client": ("",),
    },
}
PRODUCTS = {
    "en": {
        "account": "Current account",
        "deposit": "Time deposit, 1 year",
        "wealth": "Wealth product R2",
        "fund": "Balanced fund R3",
        "insurance": "Annuity insurance",
        "bond": "Treasury bonds",
    },
    "zh-hans": {
        "account": "活期账户",
        "deposit": "定期存款 一年",
        "wealth": "理财产品 R2",
        "fund": "平衡型基金 R3",
        "insurance": "年金保险",
        "bond": "储蓄国债",
    },
}
REFERRAL_NOTES = {
    "en": ("Asked at the counter what a certificate pays.", "Withdraws a maturing deposit today."),
    "zh-hans": ("在柜台询问大额存单利率。", "今日支取到期存款。"),
}
DECLINE_REASONS = {
    "en": ("Already served by the wealth centre", "Only passing through the city"),
    "zh-hans": ("已由理财中心服务", "外地客户临时办理"),
}
MEND = {
    "en": {"risk": "The date of the assessment is missing.", "dates": "Whose birthday is it?"},
    "zh-hans": {"risk": "缺少测评日期。", "dates": "请注明是谁的生日。"},
}

WAIVER_REASON = {
    "en": "The client will be assessed at the first visit.",
    "zh-hans": "客户将在首次面访时完成测评。",
}

FILE_TEXT = {
    "en": {
        "identity": "Identity card seen and checked at the first visit.",
        "contact": "Mobile first, weekdays 10:00 to 11:30.",
        "source": "Met at the chamber of commerce in September.",
        "needs": "School fees abroad in two years; keeps six months of costs at hand.",
        "assets": "Time deposits here and at one other bank; discussed certificates.",
        "risk": "Not assessed.",
        "preferences": "Short calls; wants fees named beforehand.",
        "dates": "Wedding anniversary in May.",
        "promises": "Three calls, one visit; promised the rate sheet.",
        "consents": "Agreed to be contacted by phone; no open issue.",
    },
    "zh-hans": {
        "identity": "首次拜访时已核验身份证。",
        "contact": "优先手机，工作日10:00至11:30。",
        "source": "九月在商会活动中结识。",
        "needs": "两年后子女留学费用；备足半年开支。",
        "assets": "我行及另一家银行定期存款；谈过大额存单。",
        "risk": "未测评。",
        "preferences": "电话从简，费用事先说明。",
        "dates": "五月结婚纪念日。",
        "promises": "三次电话、一次拜访；答应提供利率表。",
        "consents": "同意电话联系；无未决事项。",
    },
}
