"""The sheets of a run: the bundle's own pictures at their size, beside the right names, and no ID number."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.cli_sheets import KINDS
from flows.sheets import Wanted, gathered, made_sheets
from flows.sources import read_campaign
from outputs.sheets.fonts import installed_type
from schemas.errors import InputError
from schemas.sheets import SHEET_KINDS
from tests.run_frames import enrolment
from tests.sheet_builders import (
    BUNDLE,
    CAMPAIGN,
    RUN,
    SUPPLEMENT,
    UNIT,
    Pdf,
    RunCampaign,
    delivered,
    document_of,
    left_out,
    missing,
    number_of,
    printed,
)

try:
    installed_type()
except InputError:
    pytest.skip("no Chinese font: install fonts-noto-cjk, as .ci/run does", allow_module_level=True)

LONG = "阿卜杜热合曼·买买提吐尔逊·麦麦提明·艾尼"
RARE = "𬭖"  # U+2CB56, which Noto Sans CJK of 2022 lacks
A4, SIX_INCH = "证书照片-A4.pdf", "证书照片-6寸相纸.pdf"
PROOF, RECALL, FEES = "照片核对表.pdf", "补拍名单.xlsx", "收费表.xlsx"


def made(path: Path, folder: Path, **wanted) -> dict[str, Path]:
    """The sheets by name."""
    loaded, asked = read_campaign(path), Wanted(**wanted)
    with gathered(loaded, asked) as got:
        for _ in made_sheets(loaded, got, asked, folder):
            pass
    return {each.name: each for each in sorted(folder.rglob("*")) if each.is_file()}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory) -> Path:
    """Two classes of one unit: three and one accepted, one missing, one rejected, one registered."""
    return RunCampaign(
        tmp_path_factory.mktemp("sheets"), accepted=4,
        names={2: LONG, 3: "#张*三$_`"}, classes={4: "二班/夜"},
        others=[
            missing(20, name="缺席"), enrolment(21, "rejected", name="退回", class_name="二班/夜"),
            enrolment(22, "locked", name="注册"), enrolment(23, "ineligible", name="范围外"),
        ],
        found=[
            left_out(20, "L201"), left_out(21, "P330"), left_out(21, "R114", column="document_no"),
            left_out(21, "P353", severity="warn"),
        ],
        changes={"fees": {"per_person": "15"}},
    ).made()  # fmt: skip


@pytest.fixture(scope="module")
def sheets(campaign, tmp_path_factory) -> dict[str, Path]:
    return made(campaign, tmp_path_factory.mktemp("made"))


def test_a_unit_has_a_folder_of_everything(sheets):
    assert sorted(sheets) == sorted(
        [FEES, *(f"{UNIT}-{name}" for name in (A4, SIX_INCH, PROOF, RECALL, FEES))]
    )
    assert {path.parent.name for name, path in sheets.items() if name != FEES} == {UNIT}
    assert {path.stat().st_mode & 0o777 for path in sheets.values()} == {0o600}


@pytest.mark.parametrize(("name", "paper", "on_each"), [(A4, (210, 297), [4]), (SIX_INCH, (102, 152), [4])])
def test_prints_are_the_bundles_own_bytes_at_their_size(sheets, name, paper, on_each):
    pdf = Pdf(sheets[f"{UNIT}-{name}"])
    assert [len(pdf.pictures(page)) for page in range(len(pdf.pages))] == on_each
    assert pdf.size_mm(0) == pytest.approx(paper, abs=0.2)
    for picture in pdf.pictures(0):
        assert (picture.width, picture.height) == pytest.approx((33, 48), abs=0.2)
    by_number = {number_of(nth): printed(nth) for nth in (1, 2, 3, 4)}
    for number, data in by_number.items():
        assert above(pdf, number).data == data


def test_a_face_stands_above_its_name(sheets):
    pdf = Pdf(sheets[f"{UNIT}-{PROOF}"])
    for nth, page in ((1, 0), (2, 0), (3, 0), (4, 1)):
        picture = above(pdf, number_of(nth), page)
        assert picture.data == delivered(nth)
        assert picture.width / picture.height == pytest.approx(480 / 640, abs=0.01)
        assert f"末四位 {document_of(nth)[-4:]}" in pdf.text(page)


def above(pdf: Pdf, text: str, page: int = 0):
    """The picture that is nearest above a text and in its column."""
    middle, top = pdf.place_of(page, text)
    column = [each for each in pdf.pictures(page) if abs(each.middle - middle) < 2 and each.top < top]
    return max(column, key=lambda each: each.top)


def test_a_class_is_told_what_it_needs(sheets):
    pdf = Pdf(sheets[f"{UNIT}-{PROOF}"])
    first, second = pdf.text(0), pdf.text(1)
    assert len(pdf.pages) == 2
    assert pdf.bookmarks == ["文学院 一班", "文学院 二班/夜"]
    for said in ("某校", UNIT, "一班", "第 1 页，共 1 页", RUN, "有照片 3 人，无照片 2 人", "班长签字"):
        assert said in first
    first, second = (" ".join(text.split()) for text in (first, second))
    assert "缺席 缺拍 没有拍摄" in first
    assert "注册 已注册" in first
    assert "退回 退回 瞳孔平行角度不合格；身份证号校验码不对" in second
    assert "眼镜" not in second
    assert "范围外" not in pdf.texts()
    assert LONG in first.replace(" ", "")
    assert "#张*三$_`" in first


def test_who_must_come_again_is_told_in_words(sheets):
    book = openpyxl.load_workbook(sheets[f"{UNIT}-{RECALL}"])
    assert book.sheetnames == ["全院", "一班", "二班 夜"]
    whole = book["全院"]
    assert [cell.value for cell in whole[5]][1:8] == [
        "学号", "姓名", "班级", "办理", "情况", "原因", "处理办法",
    ]  # fmt: skip
    assert [[cell.value for cell in row][:8] for row in whole.iter_rows(min_row=6)] == [
        [1, "401019000020", "缺席", "一班", "补拍", "缺拍", "没有拍摄", "通知学生补拍，照相馆照片通知补交"],
        [2, "401019000021", "退回", "二班/夜", "补拍、更正信息", "退回",
         "瞳孔平行角度不合格；身份证号校验码不对", "重拍，头部端正；按身份证核对号码，多半抄错一位"],
    ]  # fmt: skip
    assert "补拍 2 人，更正信息 1 人，等候核对 0 人" in whole["A2"].value
    assert (whole.freeze_panes, whole.page_setup.paperSize, whole.page_setup.orientation) == (
        "D6", 9, "landscape",
    )  # fmt: skip


def test_no_id_number_leaves_the_office(sheets):
    for path in sheets.values():
        content = path.read_bytes()
        texts = (
            [Pdf(path).texts(), str(Pdf(path).metadata), *Pdf(path).bookmarks]
            if path.suffix == ".pdf"
            else [part.decode() for part in _parts(content)]
        )
        for text in texts:
            assert re.search(r"\d{14}[\dXx]", text.replace("\r\n", " ")) is None
        assert not any(document_of(nth).encode() in content for nth in (1, 2, 3, 4))


def _parts(content: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return [book.read(name) for name in book.namelist()]


def test_the_same_run_makes_the_same_bytes(campaign, sheets, tmp_path):
    again = made(campaign, tmp_path)
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in sheets.items()
    }


def test_the_command_offers_every_kind():
    assert tuple(KINDS) == SHEET_KINDS


def test_one_class_of_one_kind(campaign, tmp_path):
    only = made(campaign, tmp_path, kinds=("proof",), units=(UNIT,), classes=("二班/夜",))
    assert list(only) == [f"{UNIT}-二班 夜-{PROOF}"]
    assert len(Pdf(only[f"{UNIT}-二班 夜-{PROOF}"]).pictures(0)) == 1


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"units": ("文学系",)}, "文学院"),
        ({"classes": ("三班",)}, "一班"),
        ({"bundle": "demo-2020-002"}, BUNDLE),
    ],
)
def test_what_nobody_is_in_is_told_with_the_nearest(campaign, tmp_path, wanted, said):
    with pytest.raises(InputError) as refused:
        made(campaign, tmp_path, **wanted)
    assert said in refused.value.say("zh")


def test_a_supplements_photos_alone_and_all_together(tmp_path):
    path = RunCampaign(tmp_path / "campaign", accepted=3, supplement=1).made()
    for bundle, numbers in ((None, (1, 2, 3)), (f"out/bundles/{SUPPLEMENT}.zip", (3,)), (BUNDLE, (1, 2))):
        folder = tmp_path / f"only-{bundle and bundle[-3:]}"
        only = made(path, folder, kinds=("proof", "print"), bundle=bundle)
        pdf, proof = Pdf(only[f"{UNIT}-{A4}"]), Pdf(only[f"{UNIT}-{PROOF}"])
        assert {each.data for each in pdf.pictures(0)} == {printed(nth) for nth in numbers}
        assert f"有照片 {len(numbers)} 人 " in " ".join(proof.text(0).split())
        assert (f"上报包 {bundle}" in proof.text(0)) == (bundle == BUNDLE)


def test_a_face_whose_link_rests_on_little_is_marked(tmp_path):
    path = RunCampaign(tmp_path / "some", accepted=2, links={2: "moment"}).made()
    text = Pdf(made(path, tmp_path / "1", kinds=("proof",))[f"{UNIT}-{PROOF}"]).text(0)
    assert (f"※末四位 {document_of(2)[-4:]}" in text, f"※末四位 {document_of(1)[-4:]}" in text) == (
        True,
        False,
    )
    same = RunCampaign(tmp_path / "all", accepted=2, links={1: "moment", 2: "moment"}).made()
    assert "※末四位" not in Pdf(made(same, tmp_path / "2", kinds=("proof",))[f"{UNIT}-{PROOF}"]).text(0)


def test_a_character_without_a_glyph_is_told_by_whose_it_is(tmp_path):
    path = RunCampaign(tmp_path / "campaign", accepted=1, names={1: f"欧阳{RARE}"}).made()
    ended = CliRunner().invoke(cli, ["sheets", str(path), "--only", "proof", "--out", str(tmp_path / "out")])
    assert ended.exit_code == 3
    assert f"{UNIT}：照片核对 1\n" in ended.stdout
    assert f"{number_of(1)} 欧阳{RARE}" in ended.stderr
    assert "U+2CB56" in ended.stderr
    assert "欧阳〓" in Pdf(tmp_path / "out" / UNIT / f"{UNIT}-{PROOF}").text(0)


def test_a_campaign_that_the_ledger_has_no_run_of_is_refused(tmp_path):
    path = RunCampaign(tmp_path / "run").made()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'id = "{CAMPAIGN}"', 'id = "another"'), encoding="utf-8")
    ended = CliRunner().invoke(cli, ["sheets", str(path), "--out", str(tmp_path / "sheets")])
    assert ended.exit_code == 2
    assert "这个批次还没有运行过。先用 regpack run 处理一次" in ended.stderr
    assert not (tmp_path / "sheets").exists()


def test_an_audit_that_is_not_the_ledgers_is_refused(tmp_path):
    campaign = RunCampaign(
        tmp_path / "campaign", accepted=1, others=[missing(9)], found=[left_out(9, "L201")]
    )
    path = campaign.made()
    table = campaign.out / "audit" / RUN / "enrolments.csv"
    table.write_text(table.read_text("utf-8").replace("missing", "accepted"), "utf-8")
    with pytest.raises(InputError, match="not what the ledger has"):
        made(path, tmp_path / "made")
    table.write_text("nothing\n", "utf-8")
    with pytest.raises(InputError, match="not what the ledger has"):
        made(path, tmp_path / "made")


def test_a_bundle_that_holds_other_photos_than_the_ledger_is_refused(tmp_path):
    path = RunCampaign(tmp_path / "campaign", accepted=2, told_as={1: 2, 2: 1}).made()
    with pytest.raises(InputError, match="other photos than the ledger"):
        made(path, tmp_path / "made")


def test_swapped_files_in_a_bundle_are_refused(tmp_path):
    campaign = RunCampaign(tmp_path / "campaign", accepted=2)
    path = campaign.made()
    files = [campaign.bundle / "data" / "photos" / f"{document_of(nth)}.jpg" for nth in (1, 2)]
    contents = [file.read_bytes() for file in files]
    for file, content in zip(files, reversed(contents), strict=True):
        file.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        made(path, tmp_path / "made")


def test_before_anything_is_sealed_there_are_lists_and_fees_alone(tmp_path):
    campaign = RunCampaign(
        tmp_path / "campaign", accepted=0, others=[missing(9, name=f"=写错{document_of(1)}")],
        found=[left_out(9, "L201")], changes={"fees": {"per_person": "15"}},
    )  # fmt: skip
    files = made(campaign.made(), tmp_path / "made")
    assert sorted(files) == sorted([FEES, f"{UNIT}-{FEES}", f"{UNIT}-{RECALL}"])
    (sheet,) = openpyxl.load_workbook(files[f"{UNIT}-{RECALL}"]).worksheets
    assert (sheet["C6"].value, sheet["C6"].data_type) == (f"=写错**{document_of(1)[-4:]}", "s")
