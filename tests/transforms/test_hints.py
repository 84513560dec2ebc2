"""What a finding tells besides its reason: places in a name, what a number seems to be."""

from datetime import date

import pytest

from flows.profiles import packaged_profiles
from tests.builders import a_campaign, citizen_no, roster_of, student, the_profile
from transforms.hints import value_hint
from transforms.people import roster_findings


def hints_of(*students):
    """Reasons and hints of all rows."""
    captured_on = date(2020, 11, 19)
    found = roster_findings(roster_of(*students), a_campaign(), the_profile(), captured_on=captured_on)
    return found.select("code", "limit").rows()


@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("李?", "R105", "第2个字 U+003F"),
        ("??四", "R105", "第1个字 U+003F、第2个字 U+003F"),
        ("李\ue81e", "R105", "第2个字 U+E81E（疑为龴 U+9FB4）"),
        ("李\ue000", "R105", "第2个字 U+E000"),
        ("李\U000f0000", "R105", "第2个字 U+F0000"),
        ("李\u0301四", "R105", "第2个字 U+0301"),
        ("阿依古丽·买\ufffd", "R105", "第7个字 U+FFFD"),
        ("李𬱖", "R106", "第2个字 U+2CC56"),
        ("李\u9fb4", "R106", "第2个字 U+9FB4（GB18030 各版编码不同）"),
        ("李四2", "R125", None),
    ],
)
def test_the_place_of_a_bad_character_is_told(name, code, hint):
    assert hints_of(student(name=name)) == [(code, hint)]


def test_an_old_number_is_shown_as_it_would_be_now_and_masked():
    number = citizen_no(1)
    legacy = number[:6] + number[8:17]
    assert hints_of(student(document_no=legacy)) == [("R108", f"推算为 3601**********{number[14:]}")]


def test_the_document_that_a_number_seems_to_be_of_is_told():
    assert hints_of(student(document_type="护照")) == [("R122", "号码是居民身份证的写法")]
    assert hints_of(student(document_no="H12345678")) == [("R122", "号码是港澳居民来往内地通行证的写法")]


def test_the_row_of_the_other_number_is_told():
    passports = [student(at, document_type="护照", document_no=f"G1234567{at}") for at in (1, 2)]
    assert hints_of(*passports) == [("R128", "与第 3 行相近"), ("R128", "与第 2 行相近")]


def test_an_age_is_told_with_what_is_usual():
    child = student(document_type="护照", document_no="G12345678", born_on="20101120")
    assert hints_of(child) == [("R127", "14–80 岁")]


def test_no_hint_holds_a_whole_number():
    legacy = student(document_no="360102980131001")
    assert not any("19980131" in (hint or "") for _, hint in hints_of(legacy))


def test_rows_without_anything_to_tell_have_no_hint():
    assert hints_of(student()) == []
    assert hints_of(student(name=None)) == [("R103", None)]


TABLES = {table.id: table for name in packaged_profiles() for table in the_profile(name).tables}


def column(table, code):
    return next(column for column in TABLES[table].columns if column.code == code)


@pytest.mark.parametrize(
    ("table", "of", "code", "seen", "hint"),
    [
        ("diploma-19", "CC", "T404", "硕士研究牲", "疑为 硕士研究生"),
        ("diploma-19", "CC", "T404", "本科", "可填 博士研究生、硕士研究生"),
        ("diploma-19", "XXXS", "T404", "普通全日制", "疑为 全日制"),
        ("diploma-19", "XXXS", "T404", "函授", "可填 全日制、非全日制"),
        ("diploma-19", "BJYJL", "T404", "毕也", "疑为 毕业"),
        ("diploma-19", "BJYJL", "T404", "业毕", "可填 毕业、结业"),
        ("diploma-19", "BJYJL", "T404", "退学", "可填 毕业、结业"),
        ("diploma-19", "XZ", "T404", "13", None),
        ("diploma-19", "ZYDM", "T403", "50101", "疑为 050101"),
        ("diploma-19", "ZYDM", "T403", "0812z1", "疑为 0812Z1"),
        ("diploma-19", "ZYDM", "T403", "81200.0", "疑为 081200"),
        ("diploma-19", "ZYDM", "T403", "哲学", None),
        ("degree-27", "GB", "T404", "巴基斯但", "疑为 巴基斯坦"),
        ("degree-27", "GB", "T404", "Pakistn", "疑为 巴基斯坦"),
        ("degree-27", "GB", "T404", "8", "疑为 阿尔巴尼亚"),
        ("degree-27", "GB", "T404", "999", None),
        ("degree-27", "GB", "T404", "火星", None),
        ("degree-27", "XWLBM", "T420", "205", "205 为 文学博士学位"),
        ("degree-27", "XWLBM", "T421", "12345", None),
        ("degree-27", "ZYDM", "T421", "081200", "0812 为 计算机科学与技术"),
        ("degree-27", "ZYDM", "T422", "081200", "0812 计算机科学与技术通常授工学、理学"),
        ("degree-27", "ZYDM", "T422", "085400", "0854 电子信息通常授专业学位"),
        ("degree-27", "ZYDM", "T422", "999900", None),
        ("degree-27", "XWLBM", "T423", "30501", None),
        ("degree-34", "MZM", "T404", "1", "疑为 01"),
        ("degree-34", "MZ", "T404", "维吾族", "疑为 维吾尔族"),
        ("degree-34", "ZZMM", "T404", "共青团团员", "疑为 共青团员"),
        ("degree-34", "XBM", "T404", "不详", "可填 1、2"),
        ("degree-34", "SFDEXW", "T404", "N", "可填 是、否"),
    ],
)
def test_what_a_refused_value_may_have_meant_is_told(table, of, code, seen, hint):
    assert value_hint(code, column(table, of), seen) == hint
