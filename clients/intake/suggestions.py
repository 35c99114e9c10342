"""Which column fills which field: by its name in Chinese or English, and by what it holds."""

import re

from clients.intake.columns import Columns
from clients.intake.kinds import DATE, Kind
from crm.lib.tabular.detection import Detected
from crm.lib.tabular.looks import DATE_FORMATS
from crm.lib.tabular.profiles import Column
from crm.lib.values import parse_date

# Names as systems write them, the surest first; compared without case, spaces and marks.
_NAMES = {
    "key": "客户号 客户编号 客户代码 核心客户号 number clientno clientnumber clientid customerid "
    "customerno customernumber custno cif 编号",
    "outlet": "机构号 网点号 网点代码 机构代码 网点 机构 所属网点 开户网点 支行号 outlet "
    "outletcode outletno branch branchcode branchno branchid orgcode orgno",
    "name": "客户姓名 姓名 客户名称 名称 name clientname customername fullname",
    "sex": "性别 sex gender",
    "birth_date": "出生日期 生日 出生年月日 birthdate dateofbirth birthday dob born",
    "phone": "手机号 手机号码 手机 联系电话 移动电话 电话 mobile phone mobilephone "
    "phoneno phonenumber mobileno tel telephone",
    "email": "电子邮箱 邮箱 电子邮件 email mail emailaddress",
    "identity_no": "身份证号 身份证号码 证件号码 证件号 身份证 identityno idnumber idno idcard "
    "identitynumber nationalid",
    "identity_until": "证件有效期 证件到期日 身份证有效期 证件有效期至 identityuntil idexpiry "
    "idvaliduntil idexpirydate",
    "address": "地址 联系地址 通讯地址 住址 家庭地址 address homeaddress",
    "aum": "资产 总资产 金融资产 管理资产 资产余额 余额 aum assets totalassets balance",
    "client_since": "开户日期 开户日 建档日期 入行日期 clientsince opendate openedon "
    "openaccountdate accountopendate since",
    "ended_on": "销户日期 销户日 终止日期 endedon closedate closedon accountclosedate",
    "client": "客户号 客户编号 客户代码 核心客户号 number client clientno clientnumber customerid "
    "customerno cif",
    "day": "日期 余额日期 数据日期 统计日期 day date balancedate asof",
    "closing": "余额 日终余额 资产余额 资产 closing balance closingbalance aum amount",
}
# A column of this look goes to the field even under a name that nobody knows.
_LOOKS = {"identity": "identity_no", "phone": "phone", "email": "email", "sex": "sex"}
# And a column of this look goes nowhere else, whatever it is called.
_FITTING = {"aum": {"amount", "integer"}, "closing": {"amount", "integer"}}
_MARKS = re.compile(r"[\s_\-./()（）:：*#]+")
# One word with several endings: 网点编号 is 网点代码 is 网点号.
_ENDINGS = re.compile(r"(?<=.)(?:编号|代码|编码|号码|号)$")
# Figures as GB/T 2261.1 has them: 0 is unknown, 9 is not stated.
SEXES = {
    "f": ("f", "F", "女", "女性", "female", "Female", "FEMALE", "2"),
    "m": ("m", "M", "男", "男性", "male", "Male", "MALE", "1"),
    "": ("0", "9", "未知", "未说明", "unknown", "Unknown"),
}


def suggest(kind: Kind, found: Detected) -> Columns:
    """A column for each field where one is likely, with the way it is read."""
    chosen, free = Columns(), {column.name: column for column in found.columns}
    for each in kind.fields:
        names = [_plain(name) for name in _NAMES.get(each.name, "").split()]
        fits = [c for c in free.values() if _plain(c.name) in names and _may(each, c)]
        if fits:
            best = min(fits, key=lambda column: names.index(_plain(column.name)))
            chosen.of[each.name] = free.pop(best.name).name
    for column in [*free.values()]:
        name = _LOOKS.get(column.kind)
        if name in {each.name for each in kind.fields} and name not in chosen.of:
            chosen.of[name] = free.pop(column.name).name
    columns = {column.name: column for column in found.columns}
    chosen.readings = {
        each.name: reading
        for each in kind.fields
        if each.name in chosen.of and (reading := read_as(each, columns[chosen.of[each.name]]))
    }
    chosen.missing = marks_of(found)
    return chosen


def read_as(field, column: Column) -> dict:
    """What a mapping has to say so that this column fills the field."""
    reading = {key: value for key, value in column.reading.items() if key != "as"}
    if field.kind == "amount":
        return reading if column.reading.get("as") == "amount" else {}
    if field.kind == DATE:
        form = reading.get("format") or _likely_format(column)
        return {"format": form} if form else {}
    if field.name == "sex":
        words = {word: sex for sex, several in SEXES.items() for word in several}
        return {"map": words}
    return {}


def marks_of(found: Detected) -> list[str]:
    """Whatever stands for nothing in some column."""
    return sorted({mark for column in found.columns for mark in column.marks})


def _likely_format(column: Column) -> str:
    """The format of most samples, where too few cells are days to call the column one of days."""
    best = max(DATE_FORMATS, key=lambda form: sum(_is_day(cell, form) for cell in column.samples))
    return best if any(_is_day(cell, best) for cell in column.samples) else ""


def _is_day(cell: str, form: str) -> bool:
    try:
        parse_date(cell, form)
    except ValueError:
        return False
    return True


def _may(field, column: Column) -> bool:
    wanted = _FITTING.get(field.name)
    return not wanted or not column.filled or column.kind in wanted


def _plain(name: str) -> str:
    """A name without what differs from system to system."""
    return _ENDINGS.sub("", _MARKS.sub("", name).casefold())
