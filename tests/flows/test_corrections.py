"""Rejects say where they stand; filled in by a clerk and handed back, they correct the sheets."""

import csv
import hashlib

import openpyxl
import polars as pl
import pytest

from flows.inputs import read_inputs
from flows.sources import read_campaign
from outputs.audit import write_audit
from schemas.audit import AuditFrames
from schemas.errors import InputError
from tests.builders import award, captures_of, citizen_no, shot, student
from tests.campaign_builders import a_campaign, dbf_bytes, write_campaign, write_xlsx
from tests.run_frames import a_run, the_material
from transforms.assessment import assess
from transforms.corrections import correction_findings, correction_lines
from transforms.day import Day
from transforms.places import placed

ROSTER = {
    "student_no": "学号", "name": "姓名", "sex": "性别", "born_on": "出生日期", "document_type": "证件类型",
    "document_no": "身份证号", "unit_name": "学院", "level_name": "层次", "major_code": "专业代码",
    "major_name": "专业", "study_form": "学习形式", "schooling_years": "学制", "entry_on": "入学日期",
    "ethnic_group": "民族", "political_status": "政治面貌", "examinee_no": "考生号", "class_name": "班级",
    "country_name": "国籍",
}  # fmt: skip
AWARDS = {
    "student_no": "学号", "name": "姓名", "conclusion": "毕结业结论", "diploma_no": "证书编号",
    "degree_no": "学位证书编号", "degree_category_code": "学位类别码", "degree_category_name": "学位类别",
    "adviser_name": "导师", "thesis_title": "论文题目", "thesis_keywords": "关键词",
    "is_second_degree": "是否第二学位", "is_minor_degree": "是否辅修学位",
}  # fmt: skip
SCHEDULE = "日期,地点,开始,结束,单位,人数\n2020-11-19,E201,09:00,12:00,文学院,{}\n"
NAMES = ["甲一", "乙二", "丙三", "丁四", "戊五", "己六"]
NO_STUDENT = {"student_no": None}


def grid(headers, lines):
    return [list(headers.values()), *([line.get(name) for name in headers] for line in lines)]


def a_person(serial, **changes):
    return student(serial, **{"name": NAMES[serial - 1], **changes})


def sheets(folder, people, awards=None):
    """Roster and awards sheet of these lines, blank rows above the first header if asked."""
    title = [[], []] if (folder / "blank_above").exists() else []
    write_xlsx(folder / "roster.xlsx", title + grid(ROSTER, people))
    awards = [award(int(each["student_no"][-2:] or 1)) for each in people if each["student_no"]] \
        if awards is None else awards  # fmt: skip
    write_xlsx(folder / "awards.xlsx", grid(AWARDS, awards))


def a_day(folder, people, awards=None, **inputs):
    """A campaign of these people on disk; the path of its file."""
    a_campaign(folder)
    sheets(folder, people, awards)
    (folder / "schedule.csv").write_text(SCHEDULE.format(len(people)), encoding="utf-8")
    return campaign(folder, **inputs)


def campaign(folder, **inputs):
    more = {key: value if value.startswith("[") else f'"{value}"' for key, value in inputs.items()}
    return write_campaign(folder, {
        "campaign": {"profile": '"graduate"', "president": '"王校长"', "degree_chair": '"李主席"'},
        "inputs": {"awards": '"awards.xlsx"', "capture_log": None} | more,
        "certificates": {"graduation_date": "2021-06-30", "award_date": "2021-06-30"},
    })  # fmt: skip


def run(path, folder=None):
    """What a run says of a campaign on disk whose students each have one good capture, and its audit."""
    loaded = read_campaign(path)
    inputs = read_inputs(loaded)
    numbers = inputs.roster["student_no"].drop_nulls().unique(maintain_order=True)
    captures = captures_of(*(shot(f"E201/{number}.jpg", 60 * place) for place, number in enumerate(numbers)))
    told = correction_findings(inputs.corrected, loaded.profile.severities)
    day = Day(inputs.roster, inputs.schedule, inputs.log, inputs.awards, captures, corrections=told)
    assessed = assess(day, loaded.campaign, loaded.profile)
    where = placed(assessed.findings, inputs.corrected.sheets, loaded.profile, campaign_file=path.name)
    lines = correction_lines(inputs.corrected)
    summary = a_run().summary
    frames = AuditFrames(summary, assessed.enrolments, assessed.captures, where, assessed.sessions, lines)
    folder = folder or path.parent / "audit" / str(len(list(path.parent.glob("audit/*"))))
    return assessed, write_audit(frames, the_material(), folder=folder), inputs


def states(assessed):
    return dict(assessed.enrolments.select("row", "state").iter_rows())


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def rejected(audit, code):
    """The first line of a code in `rejects.csv`."""
    return next(line for line in table(audit / "rejects.csv") if line["code"] == code)


def fill_in(audit, target, values):
    """What a clerk does in WPS: opens the workbook, writes values beside some codes, saves it elsewhere."""
    book = openpyxl.load_workbook(audit / "rejects.xlsx")
    sheet = book.active
    place = {cell.value: cell.column for cell in sheet[1]}
    for line in range(2, sheet.max_row + 1):
        code = sheet.cell(line, place["代码"]).value
        if code in values:
            sheet.cell(line, place["更正为"]).value = values[code]
    book.save(target)


def write_corrections(path, *lines):
    """A corrections file of a clerk's own."""
    headers = list(dict.fromkeys(key for line in lines for key in line))
    return write_xlsx(path, [headers, *([line.get(key) for key in headers] for line in lines)])


WRONG_NO = citizen_no(2)[:-1] + ("0" if citizen_no(2)[-1] != "0" else "1")


# -- where it stood ------------------------------------------------------------------------------------------


def test_a_roster_finding_names_file_sheet_row_column_and_what_stands_there(tmp_path):
    (tmp_path / "blank_above").touch()
    path = a_day(tmp_path, [a_person(1), a_person(2, document_no=f" {WRONG_NO}")])
    _, audit, _ = run(path)
    line = rejected(audit, "R114")
    place = ("file", "sheet", "sheet_row", "cell", "header")
    assert [line[key] for key in place] == ["roster.xlsx", "Sheet1", "5", "F5", "身份证号"]
    sheet = openpyxl.load_workbook(tmp_path / "roster.xlsx").active
    assert sheet[line["cell"]].value == f" {WRONG_NO}"


def test_a_tables_finding_points_to_the_sheet_it_came_from(tmp_path):
    """The awards sheet, in another order than the roster, lacks a number; the roster has a wrong form."""
    people = [a_person(1), a_person(2), a_person(3, study_form="火星")]
    path = a_day(tmp_path, people, [award(2, diploma_no=None), award(3), award(1)])
    _, audit, _ = run(path)
    lines = {line["column"]: line for line in table(audit / "rejects.csv") if line["severity"] == "block"}
    number = lines["ZSBH"]
    assert (number["row"], number["file"], number["cell"], number["header"]) == (
        "3", "awards.xlsx", "D2", "证书编号",
    )  # fmt: skip
    form = lines["XXXS"]
    assert (form["file"], form["cell"], form["header"]) == ("roster.xlsx", "K4", "学习形式")


def test_the_campaign_files_own_values_are_named_by_key(tmp_path):
    path = a_day(tmp_path, [a_person(1)])
    path.write_text(path.read_text(encoding="utf-8").replace('president = "王校长"\n', ""), encoding="utf-8")
    _, audit, _ = run(path)
    line = next(each for each in table(audit / "rejects.csv") if each["column"] == "XZM")
    assert (line["file"], line["header"], line["cell"]) == ("campaign.toml", "campaign.president", "")


def test_awards_lines_are_told_by_their_own_rows(tmp_path):
    stranger = award(1, student_no="999")
    path = a_day(tmp_path, [a_person(1), a_person(2)], [award(1), stranger, award(2), award(1, name="某")])
    _, audit, _ = run(path)
    lines = table(audit / "rejects.csv")
    named = [(line["code"], line["row"], line["file"], line["cell"]) for line in lines]
    assert ("S504", "", "awards.xlsx", "A3") in named
    assert [each for each in named if each[0] == "T407"] == [
        ("T407", "2", "awards.xlsx", "A2"),
        ("T407", "2", "awards.xlsx", "A5"),
    ]
    assert ("R129", "2", "awards.xlsx", "B5") in named


def test_a_photos_name_is_the_number_that_it_is_made_of(tmp_path):
    path = a_day(tmp_path, [a_person(1), a_person(2, examinee_no=None)])
    own = 'extends = "capture"\nname = "own"\n[naming]\nphoto = "{examinee_no}.jpg"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace('"graduate"', '"own.toml"')
    path.write_text(text, encoding="utf-8")
    _, audit, _ = run(path)
    (line,) = (each for each in table(audit / "rejects.csv") if each["column"] == "photo_name")
    assert (line["code"], line["cell"], line["header"]) == ("T401", "P3", "考生号")


def test_a_dbf_has_field_names_and_records_but_no_letters(tmp_path):
    path = a_day(tmp_path, [a_person(1)], roster="roster.dbf")
    fields = {"student_no": "XH", "name": "XM", "sex": "XB", "born_on": "CSRQ", "document_type": "ZJLX",
              "document_no": "ZJHM", "unit_name": "学院", "level_name": "CC"}  # fmt: skip
    people = [a_person(1), a_person(2, document_no=WRONG_NO)]
    records = [[str(person[name]) for name in fields] for person in people]
    content = dbf_bytes([(field, "C", 30) for field in fields.values()], records)
    (tmp_path / "roster.dbf").write_bytes(content)
    _, audit, _ = run(path)
    line = rejected(audit, "R114")
    place = ("file", "sheet", "sheet_row", "cell", "header")
    assert [line[key] for key in place] == ["roster.dbf", "", "2", "", "ZJHM"]


def test_the_schedule_and_the_captures_are_places_too(tmp_path):
    path = a_day(tmp_path, [a_person(1)])
    (tmp_path / "schedule.csv").write_text("\n" + SCHEDULE.format(7), encoding="gb18030")
    loaded = read_campaign(path)
    inputs = read_inputs(loaded)
    stranger = captures_of(shot("E201/123456789012.jpg"))
    assessed = assess(
        Day(inputs.roster, inputs.schedule, inputs.log, inputs.awards, stranger),
        loaded.campaign,
        loaded.profile,
    )
    where = placed(assessed.findings, inputs.corrected.sheets, loaded.profile, campaign_file="c.toml")
    found = {line["code"]: line for line in where.iter_rows(named=True)}
    assert (found["S502"]["file"], found["S502"]["cell"]) == ("schedule.csv", "F3")
    assert (found["L221"]["file"], found["L221"]["cell"]) == ("E201/123456789012.jpg", None)
    assert found["L201"]["file"] is None


# -- the workbook --------------------------------------------------------------------------------------------


def test_the_workbook_is_all_text_with_a_header_that_stays_and_filters(tmp_path):
    people = [a_person(1, name="=1+1"), a_person(2, document_no=WRONG_NO, major_name="@SUM(A1)")]
    path = a_day(tmp_path, people, roster="roster.csv")
    lines = [",".join(cell or "" for cell in cells) for cells in grid(ROSTER, people)]
    (tmp_path / "roster.csv").write_text("\n".join(lines), encoding="utf-8")
    _, audit, _ = run(path)
    sheet = openpyxl.load_workbook(audit / "rejects.xlsx").active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("D2", f"A1:T{sheet.max_row}")
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$1:$1")
    assert sheet.print_area.endswith(f"$A$1:$K${sheet.max_row}")
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    header = [cell.value for cell in sheet[1]]
    assert header[:9] == ["级别", "学号", "姓名", "学院", "班级", "原因", "列", "原值", "更正为"]
    lines = [dict(zip(header, values, strict=True)) for values in sheet.iter_rows(2, values_only=True)]
    line = next(each for each in lines if each["代码"] == "R114")
    assert (line["级别"], line["列"], line["单元格"], line["表"]) == ("不通过", "身份证号", "F3", "名册")
    assert line["原值"] == f"{WRONG_NO[:4]}{'*' * 10}{WRONG_NO[-4:]}"
    assert {each["更正为"] for each in lines} == {None}
    assert "=1+1" in {each["姓名"] for each in lines}
    assert WRONG_NO not in str(lines)


def test_the_same_findings_give_the_same_workbook(tmp_path):
    path = a_day(tmp_path, [a_person(1, document_no=WRONG_NO)])
    first, second = run(path)[1], run(path)[1]
    assert (first / "rejects.xlsx").read_bytes() == (second / "rejects.xlsx").read_bytes()


# -- there and back ------------------------------------------------------------------------------------------


def test_what_a_clerk_fills_in_is_read_in_place_of_the_cell(tmp_path):
    path = a_day(
        tmp_path, [a_person(1), a_person(2, document_no=WRONG_NO)], [award(1, degree_no=None), award(2)]
    )
    assessed, audit, _ = run(path)
    assert states(assessed) == {2: "rejected", 3: "rejected"}
    fill_in(audit, tmp_path / "改.xlsx", {"R114": citizen_no(2), "T401": "1040332021000001"})
    campaign(tmp_path, corrections="改.xlsx")
    assessed, audit, inputs = run(path)
    assert states(assessed) == {2: "accepted", 3: "accepted"}
    diplomas = assessed.records.written()["diploma"]
    assert diplomas.filter(pl.col("row") == 3)["ZJHM"].to_list() == [citizen_no(2)]
    hidden = "{}**********{}"
    assert [{**line, "line": None} for line in table(audit / "corrections.csv")] == [
        {
            "file": "roster.xlsx", "sheet": "Sheet1", "row": "3", "student_no": "401019000002",
            "column": "身份证号", "before": hidden.format(WRONG_NO[:4], WRONG_NO[-4:]),
            "after": hidden.format(citizen_no(2)[:4], citizen_no(2)[-4:]), "by": "", "why": "",
            "corrections": "改.xlsx", "line": None, "named_row": "3",
        },
        {
            "file": "awards.xlsx", "sheet": "Sheet1", "row": "2", "student_no": "401019000001",
            "column": "学位证书编号", "before": "", "after": "1040332021000001", "by": "", "why": "",
            "corrections": "改.xlsx", "line": None, "named_row": "2",
        },
    ]  # fmt: skip
    book = openpyxl.load_workbook(tmp_path / "改.xlsx").active
    for line in table(audit / "corrections.csv"):
        values = [cell.value for cell in book[int(line["line"])]]
        assert line["student_no"] in values
    digest = hashlib.sha256((tmp_path / "改.xlsx").read_bytes()).hexdigest()
    assert inputs.digests["改.xlsx"] == digest
    told = {line["code"]: line for line in table(audit / "rejects.csv")}
    assert set(told) == {"R160"}
    assert told["R160"]["cell"]


def test_the_next_runs_rejects_go_beside_the_first(tmp_path):
    """The second file finds what the first one wrote, the student number included."""
    wrong = "4.01019E+11"
    path = a_day(tmp_path, [a_person(1), a_person(2, student_no=wrong, document_no=WRONG_NO)], [
        award(1), award(2),
    ])  # fmt: skip
    _, audit, _ = run(path)
    fill_in(audit, tmp_path / "1.xlsx", {"R107": "401019000002"})
    campaign(tmp_path, corrections="1.xlsx")
    assessed, audit, _ = run(path)
    assert states(assessed) == {2: "accepted", 3: "rejected"}
    assert rejected(audit, "R161")["severity"] == "warn"
    fill_in(audit, tmp_path / "2.xlsx", {"R114": citizen_no(2)})
    campaign(tmp_path, corrections='["1.xlsx", "2.xlsx"]')
    assessed, audit, _ = run(path)
    assert states(assessed) == {2: "accepted", 3: "accepted"}
    assert [line["corrections"] for line in table(audit / "corrections.csv")] == ["1.xlsx", "2.xlsx"]


def test_rows_that_moved_are_found_by_their_student_number(tmp_path):
    people = [a_person(1), a_person(2, document_no=WRONG_NO), a_person(3)]
    path = a_day(tmp_path, people)
    _, audit, _ = run(path)
    fill_in(audit, tmp_path / "改.xlsx", {"R114": citizen_no(2)})
    sheets(tmp_path, [a_person(6), *reversed(people)])
    campaign(tmp_path, corrections="改.xlsx")
    assessed, audit, _ = run(path)
    assert set(states(assessed).values()) == {"accepted"}
    (line,) = table(audit / "corrections.csv")
    assert (line["row"], line["named_row"]) == ("4", "3")


def test_what_the_school_has_corrected_since_is_told_and_done(tmp_path):
    """The number, and with it whose row it is, was mended in the system that the roster comes from."""
    path = a_day(tmp_path, [a_person(1), a_person(2)], corrections="改.xlsx")
    write_corrections(
        tmp_path / "改.xlsx",
        {"学号": "401019000009", "行号": 3, "表": "名册", "列": "学号", "更正为": "401019000002"},
    )
    inputs = read_inputs(read_campaign(path))
    (line,) = correction_findings(inputs.corrected, {}).iter_rows(named=True)
    assert (line["code"], line["row"]) == ("S523", 3)


def test_of_two_rows_with_one_student_number_the_named_one_is_meant(tmp_path):
    """Once they move nobody can tell which."""
    people = [a_person(1), a_person(2), a_person(3, student_no="401019000002")]
    path = a_day(tmp_path, people, [award(1), award(2), award(3)])
    _, audit, _ = run(path)
    asked = {"行号": 4, "学号": "401019000002", "列": "学号", "更正为": "401019000003", "表": "名册"}
    asked["姓名"] = "丙三"
    write_corrections(tmp_path / "改.xlsx", asked)
    campaign(tmp_path, corrections="改.xlsx")
    assessed, audit, _ = run(path)
    assert set(states(assessed).values()) == {"accepted"}
    sheets(tmp_path, [a_person(6), *people], [award(1), award(2), award(3), award(6)])
    assessed, audit, _ = run(path)
    assert states(assessed) == {2: "accepted", 3: "accepted", 4: "rejected", 5: "rejected"}
    line = rejected(audit, "S520")
    assert (line["file"], line["sheet_row"], line["severity"]) == ("改.xlsx", "2", "warn")
    assert table(audit / "corrections.csv") == []


ONE = {"学号": "401019000002", "行号": 3}
CASES = {
    "old value": ({**ONE, "列": "姓名", "原值": "乙二", "更正为": "乙贰", "表": "名册"}, None, "乙贰"),
    "no old value": ({**ONE, "列": "院系", "更正为": "历史学院"}, None, None),
    "masked old value": (
        {**ONE, "列": "证件号码", "原值": f"{citizen_no(2)[:4]}{'*' * 10}{citizen_no(2)[-4:]}",
         "更正为": citizen_no(4)}, None, None,
    ),
    "row and old value alone": (
        {"行号": 3, "列": "身份证号", "原值": citizen_no(2), "更正为": citizen_no(4)}, None, None,
    ),
    "row and name alone": ({"行号": 3, "姓名": "乙 二", "列": "学制", "更正为": "2.5"}, None, None),
    "number alone": ({"学号": "４０１０１９０００００２", "列": "学制", "更正为": "2.5"}, None, None),
    "row of another": (
        {"行号": 2, "列": "身份证号", "原值": citizen_no(2), "更正为": citizen_no(4)}, "S520", None,
    ),
    "row without proof": ({"行号": 3, "列": "学制", "更正为": "2.5"}, "S520", None),
    "name of another": ({"行号": 3, "姓名": "甲一", "列": "学制", "更正为": "2.5"}, "S520", None),
    "nobody": ({"学号": "401019000010", "行号": 3, "列": "学制", "更正为": "2.5"}, "S520", None),
    "row beyond the end": ({"行号": 300, "列": "学制", "原值": "3", "更正为": "2.5"}, "S520", None),
    "other old value": ({**ONE, "列": "学制", "原值": "4", "更正为": "2.5"}, "S521", None),
    "other masked value": (
        {**ONE, "列": "证件号码", "原值": "3601**********9999", "更正为": citizen_no(4)}, "S521", None,
    ),
    "stars in a name": ({**ONE, "列": "姓名", "原值": "**", "更正为": "乙贰", "表": "名册"}, "S521", None),
    "was empty": ({**ONE, "列": "学制", "原值": None, "更正为": "2.5"}, "S521", None),
    "nothing new": ({**ONE, "列": "学制", "原值": "4", "更正为": "3"}, "S523", None),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "code", "name"), CASES.values(), ids=CASES)
def test_a_correction_is_made_or_told_why_not(tmp_path, asked, code, name):
    """One cell of the roster is another then, or none is; `name` is the new name where that is corrected."""
    people = [a_person(1), a_person(2)]
    path = a_day(tmp_path, people, corrections="改.xlsx")
    write_corrections(tmp_path / "改.xlsx", asked)
    inputs = read_inputs(read_campaign(path))
    (line,) = correction_findings(inputs.corrected, {}).iter_rows(named=True)
    assert line["code"] == (code or "R160")
    assert line["severity"] == {"S520": "warn", "S521": "block"}.get(code, "info")
    assert "改.xlsx 第 2 行" in line["limit"]
    place = (line["row"], line["input"], line["sheet_row"])
    assert place == ((None, "改.xlsx", 2) if code == "S520" else (3, "roster", 3))
    assert correction_lines(inputs.corrected).height == (code is None)
    cells = inputs.corrected.sheets["roster"].cells.select(list(ROSTER)).rows()
    as_sent = [tuple(person[column] for column in ROSTER) for person in people]
    pairs = [pair for was, now in zip(as_sent, cells, strict=True) for pair in zip(was, now, strict=True)]
    assert sum(was != now for was, now in pairs) == (code is None)
    assert inputs.roster["name"].to_list() == ["甲一", name or "乙二"]


def test_two_corrections_of_one_cell_cancel_each_other_and_block(tmp_path):
    path = a_day(tmp_path, [a_person(1), a_person(2)], corrections="改.xlsx")
    asked = {**ONE, "列": "学制", "原值": "3"}
    write_corrections(tmp_path / "改.xlsx", {**asked, "更正为": "2"}, {**asked, "更正为": "4"})
    assessed, audit, inputs = run(path)
    assert states(assessed) == {2: "accepted", 3: "rejected"}
    lines = [line for line in table(audit / "rejects.csv") if line["code"] == "S522"]
    assert [line["limit"][-5:-1] for line in lines] == [" 2 行"[-4:], " 3 行"[-4:]]
    assert inputs.roster["schooling_years"].to_list() == ["3", "3"]


def test_a_cell_that_someone_changed_since_blocks_until_it_is_settled(tmp_path):
    path = a_day(tmp_path, [a_person(1), a_person(2, sex="女")])
    _, audit, _ = run(path)
    fill_in(audit, tmp_path / "改.xlsx", {"R115": "男"})
    sheets(tmp_path, [a_person(1), a_person(2, sex="不详")])
    campaign(tmp_path, corrections="改.xlsx")
    assessed, audit, _ = run(path)
    assert states(assessed) == {2: "accepted", 3: "rejected"}
    line = rejected(audit, "S521")
    assert (line["row"], line["cell"], line["seen"]) == ("3", "C3", "不详")


def test_the_same_correction_twice_is_made_and_told_once(tmp_path):
    path = a_day(tmp_path, [a_person(1), a_person(2)], corrections="改.xlsx")
    asked = {**ONE, "列": "学制", "原值": "3", "更正为": "2.5", "更正人": "王老师", "说明": "按培养方案"}
    write_corrections(tmp_path / "改.xlsx", asked, asked)
    assessed, audit, _ = run(path)
    (line,) = table(audit / "corrections.csv")
    assert (line["by"], line["why"], line["line"]) == ("王老师", "按培养方案", "2")
    assert assessed.records.written()["diploma"].filter(pl.col("row") == 3)["XZ"].to_list() == ["2.5"]


def test_a_corrected_cell_is_checked_like_any_other_and_stays_text(tmp_path):
    path = a_day(tmp_path, [a_person(1), a_person(2)], corrections="改.csv")
    lines = [
        "学号,列,更正为",
        '401019000002,身份证号,"１１０１０１　19980131 0002"',
        "401019000001,专业,=1+1",
    ]
    (tmp_path / "改.csv").write_bytes("\n".join(lines).encode("gb18030"))
    assessed, audit, inputs = run(path)
    assert inputs.roster["document_no"].to_list()[1] == "110101199801310002"
    assert inputs.roster["major_name"].to_list()[0] == "=1+1"
    codes = {(line["row"], line["code"]) for line in table(audit / "rejects.csv")}
    assert {("3", "R118"), ("3", "R115"), ("2", "T411")} <= codes
    assert states(assessed) == {2: "rejected", 3: "rejected"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_corrections_in_the_encodings_of_windows(tmp_path, encoding):
    path = a_day(tmp_path, [a_person(1), a_person(2, name="丙?")], corrections="改.csv")
    (tmp_path / "改.csv").write_bytes(
        "学号\t表\t列\t更正为\n401019000002\t名册\t姓名\t丙𬭬\n".encode(encoding)
    )
    assert read_inputs(read_campaign(path)).roster["name"].to_list() == ["甲一", "丙𬭬"]


def test_a_missing_student_number_is_found_by_row_and_name(tmp_path):
    path = a_day(tmp_path, [a_person(1), a_person(2, **NO_STUDENT)], [award(1), award(2)])
    _, audit, _ = run(path)
    fill_in(audit, tmp_path / "改.xlsx", {"R101": "401019000002"})
    campaign(tmp_path, corrections="改.xlsx")
    assessed, audit, _ = run(path)
    assert set(states(assessed).values()) == {"accepted"}
    sheets(tmp_path, [a_person(6), a_person(3, **NO_STUDENT)], [award(6)])
    _, audit, _ = run(path)
    assert rejected(audit, "S520")["seen"] == ""


REFUSED = {
    "unknown column": ({**ONE, "列": "身份证号码", "更正为": "1"}, "没有这一列", "是否想写 身份证号"),
    "no column": ({**ONE, "列": None, "更正为": "1"}, "没有写明要更正的列", "照片"),
    "nobody": ({"学号": None, "列": "学制", "更正为": "1"}, "没有写明学号或行号", "补上"),
    "two sheets": ({**ONE, "列": "姓名", "更正为": "某"}, "名册和证书信息表都有这一列", "“表”"),
    "a photo": ({**ONE, "表": "照片", "列": "脸宽", "更正为": "1"}, "只能更正本批次的", "名册"),
    "another file": ({**ONE, "文件": "old.xlsx", "列": "学制", "更正为": "1"}, "只能更正本批次的", "名册"),
    "no row number": ({"行号": "B3", "列": "学制", "更正为": "1"}, "行号不是整数", "行号"),
}


@pytest.mark.parametrize(("asked", "what", "todo"), REFUSED.values(), ids=REFUSED)
def test_a_line_that_names_no_cell_stops_the_run(tmp_path, asked, what, todo):
    path = a_day(tmp_path, [a_person(1), a_person(2)], corrections="改.xlsx")
    passed_over = dict.fromkeys(asked, "脸宽") | {"更正为": None}
    write_corrections(tmp_path / "改.xlsx", passed_over, asked)
    with pytest.raises(InputError) as refused:
        read_inputs(read_campaign(path))
    said = refused.value.say("zh")
    assert "改.xlsx [Sheet1 第 3 行]" in said
    assert what in said
    assert todo in said


def test_a_file_without_the_column_of_new_values_is_refused(tmp_path):
    path = a_day(tmp_path, [a_person(1)], corrections="改.xlsx")
    write_corrections(tmp_path / "改.xlsx", {"学号": "401019000002", "列": "学制"})
    with pytest.raises(InputError, match="更正为"):
        read_inputs(read_campaign(path))
