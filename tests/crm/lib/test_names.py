import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.names import latin, pinyin
from crm.lib.surnames import COMPOUND, READINGS, divide


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("单雄信", ("shan xiongxin", "shanxiongxin", "sxx")),
        ("张伟", ("zhang wei", "zhangwei", "zw")),
        ("欧阳小明", ("ouyang xiaoming", "ouyangxiaoming", "oyxm")),
        ("吕布", ("lv bu", "lvbu", "lb")),
        ("王 小明", ("wang xiaoming", "wangxiaoming", "wxm")),
        ("阿依古丽·买买提", ("ayiguli maimaiti", "ayigulimaimaiti", "ayglmmt")),
        ("王", ("wang", "wang", "w")),
        ("Jane  Smith", ("jane smith", "janesmith", "js")),
        ("", ("", "", "")),
    ],
)
def test_a_name_is_found_by_pinyin_and_by_initials(name, keys):
    assert pinyin(name) == keys


@pytest.mark.parametrize(
    ("surname", "reading"),
    [
        ("单", "shan"),
        ("曾", "zeng"),
        ("解", "xie"),
        ("仇", "qiu"),
        ("朴", "piao"),
        ("查", "zha"),
        ("盖", "ge"),
        ("区", "ou"),
        ("任", "ren"),
        ("尉", "wei"),
        ("翟", "zhai"),
        ("乐", "yue"),
        ("缪", "miao"),
        ("卜", "bu"),
        ("尉迟", "yuchi"),
        ("长孙", "zhangsun"),
        ("万俟", "moqi"),
        ("乐正", "yuezheng"),
        ("澹台", "tantai"),
    ],
)
def test_a_surname_is_read_as_a_surname(surname, reading):
    assert pinyin(f"{surname}小明")[0] == f"{reading} xiaoming"


def test_the_same_character_in_a_given_name_is_read_as_a_word():
    assert pinyin("王解放")[0] == "wang jiefang"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("单雄信", "Shan Xiongxin"),
        ("欧阳小明", "Ouyang Xiaoming"),
        ("吕布", "Lyu Bu"),
        ("阿依古丽·买买提", "Ayiguli Maimaiti"),
        ("Jane  Smith", "Jane Smith"),
        ("", ""),
    ],
)
def test_a_name_is_written_in_latin_letters(name, written):
    assert latin(name) == written


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("王小明", ("王", "小明")),
        ("欧阳小明", ("欧阳", "小明")),
        ("欧阳", ("欧", "阳")),
        ("阿依古丽·买买提", ("", "阿依古丽·买买提")),
        ("Jane", ("", "Jane")),
    ],
)
def test_a_name_divides_after_its_surname(name, parts):
    assert divide(name) == parts


def test_the_tables_hold_surnames_of_one_or_two_characters():
    assert {len(surname) for surname in COMPOUND} == {2}
    assert {surname for surname in READINGS if len(surname) == 2} <= COMPOUND


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4))
def test_joined_and_spaced_pinyin_are_the_same_letters(name):
    spaced, joined, initials = pinyin(name)

    assert spaced.replace(" ", "") == joined
    assert len(initials) == len(name)
    assert initials[0] == joined[0]


@given(st.text())
def test_any_text_has_keys_to_be_found_by(name):
    spaced, joined, _initials = pinyin(name)

    assert "".join(spaced.split()) == "".join(joined.split())
    assert isinstance(latin(name), str)
