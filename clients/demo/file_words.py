"""What the demo bank's clients say about themselves."""

FILE = {
    "en": {
        "topics": ("sailing", "her grandchildren", "tea from Yunnan", "the factory", "football"),
        "likes": ("pu’er tea, short messages", "figures on paper", "a call before a visit"),
        "avoid": (
            "fees that were not named beforehand",
            "calls before ten",
            "talk about shares",
            "several people at a meeting",
        ),
        "events": {
            "study": "School in Sydney",
            "home": "Moves to a new flat",
            "company": "Sells a share of the firm",
            "retirement": "Stops working",
        },
        "relatives": (
            ("daughter, at school abroad", "School fees abroad"),
            ("son, works in Shenzhen", "Inheritance"),
        ),
        "outside": (
            ("Deposit at another bank", "Portfolio review"),
            ("Shop that is let", "Retirement plan"),
        ),
        "evidence": "Signed form, kept at the outlet",
    },
    "zh-hans": {
        "topics": ("帆船", "孙辈", "普洱茶", "工厂经营", "足球"),
        "likes": ("普洱茶，简短消息", "纸质报表", "来访前先来电"),
        "avoid": ("未事先说明的费用", "十点前来电", "谈论股票", "多人陪同会面"),
        "events": {
            "study": "赴悉尼上学",
            "home": "搬入新居",
            "company": "转让部分股权",
            "retirement": "退休",
        },
        "relatives": (("女儿，在国外上学", "留学费用"), ("儿子，在深圳工作", "财富传承")),
        "outside": (("他行定期存款", "资产检视"), ("出租商铺", "养老规划")),
        "evidence": "已签署书面同意书，存于支行",
    },
}
