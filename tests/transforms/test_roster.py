"""From the roster as sent to the roster as meant."""

import polars as pl
import pytest

from schemas.roster import ROSTER
from tests.builders import citizen_no, roster_of, student


def meant(**changes):
    return roster_of(student(**changes)).row(0, named=True)


def test_the_roster_has_its_columns_in_order_and_type():
    assert dict(roster_of(student()).schema) == ROSTER


@pytest.mark.parametrize(
    ("column", "sent", "expected"),
    [
        ("student_no", " ４０１０19000001", "401019000001"),
        ("student_no", "001019000001", "001019000001"),
        ("document_no", citizen_no(1).replace("3", "３"), citizen_no(1)),
        ("name", "张　三", "张三"),
        ("document_type", "身份证", "居民身份证"),
        ("document_type", "借书证", "借书证"),
        ("document_type", "1", "居民身份证"),
        ("document_type", "01", "居民身份证"),
        ("document_type", "A", "护照"),
        ("document_type", "2", "军官证"),
        ("level_name", "硕士", "硕士研究生"),
        ("level_name", "博士生", "博士研究生"),
        ("level_name", "本科", "本科"),
        ("schooling_years", "3年", "3"),
        ("schooling_years", "3.0", "3"),
        ("schooling_years", "2.5年", "2.5"),
        ("schooling_years", "三年", "3"),
        ("schooling_years", "９年", "９年"),
        ("sex", "1", "男"),
        ("sex", "female", "女"),
        ("study_form", "全日制学习", "全日制"),
        ("ethnic_group", "01", "汉族"),
        ("political_status", "团员", "共青团员"),
        ("major_code", "０８１2z1 ", "0812Z1"),
        ("country_name", None, "中国"),
        ("country_name", "中华人民共和国", "中国"),
        ("country_name", "156", "中国"),
        ("country_name", "kor", "韩国"),
        ("country_name", "刚果(金)", "刚果（金）"),
        ("country_name", " 越南 ", "越南"),
        ("unit_name", " 文学院\n", "文学院"),
        ("born_on", "1998.1.31", "1998-01-31"),
        ("born_on", "不详", None),
        ("entry_on", "2019", None),
        ("sex", "\u3000", None),
    ],
)
def test_a_cell_becomes_what_it_means(column, sent, expected):
    value = meant(**{column: sent})[column]
    assert (None if value is None else str(value)) == expected


@pytest.mark.parametrize("sent", ["20190901", "2019-09-01", "2019级", "2019", " ２０１９年9月"])
def test_the_entry_year_is_read_from_whatever_begins_with_it(sent):
    assert meant(entry_on=sent)["entry_year"] == 2019


@pytest.mark.parametrize("sent", ["19级", None, "3019", "秋"])
def test_what_begins_with_no_year_has_none(sent):
    assert meant(entry_on=sent)["entry_year"] is None


def test_tidying_is_told():
    assert not meant()["is_name_tidied"]
    assert not meant()["is_document_no_tidied"]
    assert meant(name="张 三")["is_name_tidied"]
    assert meant(document_no=citizen_no(1) + " ")["is_document_no_tidied"]


def test_rows_keep_their_numbers_and_order():
    roster = roster_of(*(student(serial) for serial in (3, 1, 2)))
    assert roster["row"].to_list() == [2, 3, 4]
    assert roster["student_no"].str.tail(1).to_list() == ["3", "1", "2"]
    assert roster.schema["row"] == pl.UInt32


@pytest.mark.parametrize(
    ("kind", "number", "country"),
    [
        ("居民身份证", citizen_no(1), "中国"),
        ("港澳台居民居住证", "810000199408230021", "中国香港"),
        ("港澳台居民居住证", "830000199201300022", "中国台湾"),
        ("港澳居民来往内地通行证", "M12345678", "中国澳门"),
        ("台湾居民来往大陆通行证", "12345678", "中国台湾"),
        ("外国人永久居留身份证", "USA110198013112", "美国"),
        ("外国人永久居留身份证", "931410199801319976", "韩国"),
        ("外国人永久居留身份证", "QQQ110198013112", None),
        ("护照", "E12345678", None),
        ("护照", "AB1234567", None),
        ("居民身份证", "12345", None),
    ],
)
def test_a_country_that_was_left_out_is_told_by_the_number_or_unknown(kind, number, country):
    assert meant(document_type=kind, document_no=number, country_name=None)["country_name"] == country
