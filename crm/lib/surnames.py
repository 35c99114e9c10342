"""Chinese surnames: where a name divides, and how its first part is read."""

# Surnames of two characters. Left out: those rarer than a common surname followed by
# a given name that begins alike (梁丘, 段干, 叶赫).
_COMPOUND = """
    欧阳 歐陽 上官 司马 司馬 司徒 司空 司寇 诸葛 諸葛 东方 東方 独孤 獨孤 夏侯 皇甫
    尉迟 尉遲 长孙 長孫 公孙 公孫 慕容 令狐 宇文 轩辕 軒轅 端木 南宫 南宮 西门 西門
    东郭 南门 百里 呼延 闻人 聞人 赫连 赫連 澹台 宗政 濮阳 濮陽 公冶 公羊 太史 太叔
    申屠 仲孙 钟离 鍾離 鲜于 鮮于 闾丘 亓官 巫马 公西 颛孙 壤驷 漆雕 乐正 樂正 宰父
    拓跋 耶律 完颜 纳兰 万俟 淳于 羊舌 微生 左丘 第五 达奚 夹谷
"""
COMPOUND = frozenset(_COMPOUND.split())

# Surnames that a dictionary of words reads wrongly; an apostrophe divides syllables.
_READINGS = """
    单:shan 單:shan 曾:zeng 解:xie 仇:qiu 朴:piao 查:zha 盖:ge 蓋:ge 区:ou 區:ou
    任:ren 尉:wei 翟:zhai 乐:yue 樂:yue 乐正:yue'zheng 樂正:yue'zheng 么:yao 缪:miao
    繆:miao 折:she 员:yun 員:yun 覃:qin 繁:po 种:chong 秘:bi 洗:xian 黑:he 重:chong
    句:gou 佴:nai 都:du 能:nai 卜:bu 隗:wei 阚:kan 牟:mu 召:shao 祭:zhai 藏:zang
    乜:nie 术:zhu
"""
READINGS = dict(pair.split(":") for pair in _READINGS.split())

# Between the parts of a name that has no surname: 阿依古丽·买买提.
DOTS = "·•・‧."


def is_chinese(name: str) -> bool:
    """Whether a name is written in Chinese characters, judged by its first one."""
    return bool(name) and (
        "\u3400" <= name[0] <= "\u9fff"
        or "\uf900" <= name[0] <= "\ufaff"
        or "\U00020000" <= name[0] <= "\U0003ffff"
    )


def divide(name: str) -> tuple[str, str]:
    """A Chinese name as surname and given name: 欧阳小明 is 欧阳, 小明.

    A name with a dot (阿依古丽·买买提) has no surname, and neither has one that is not
    Chinese: all of it is the given name.
    """
    if not is_chinese(name) or any(dot in name for dot in DOTS):
        return "", name
    length = 2 if len(name) > 2 and name[:2] in COMPOUND else 1
    return name[:length], name[length:]
