"""Profiles, captures and lists of students: what is read, what is passed over, what is refused."""

import io
import struct
import zipfile
from datetime import datetime
from importlib.resources import files

import polars as pl
import pytest
from PIL import Image

from flows.catalogue import tell_profiles
from flows.inputs import named_students
from flows.profiles import packaged_profiles, read_profile
from flows.sources import open_captures, read_campaign, read_capture
from schemas.errors import InputError, PipelineError, ProfileError
from schemas.profile_faults import profile_faults
from tests.campaign_builders import a_campaign, write_campaign, write_xlsx
from tests.odd_photos import png

# -- profiles ----------------------------------------------------------------------------------------------


def write_profile(folder, text, name="school.toml"):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder, text):
    write_profile(folder, text)
    with pytest.raises(ProfileError) as error:
        read_profile("school.toml", beside=folder)
    assert len(error.value.say("zh").splitlines()) == len(error.value.say("en").splitlines()) == 1
    return error.value.say("zh")


OWN = 'extends = "capture"\nname = "school"\ntitle = "某校"\n'


@pytest.mark.parametrize("name", packaged_profiles())
def test_packaged_profiles_have_no_fault(name, tmp_path):
    assert list(profile_faults(read_profile(name, beside=tmp_path))) == []


def test_a_profile_extends_another_key_by_key(tmp_path):
    write_profile(
        tmp_path, OWN + '[severities]\nP350 = "info"\n[headers.roster]\nstudent_no = ["学生编号"]\n'
    )
    own, below = read_profile("school.toml", beside=tmp_path), read_profile("capture", beside=tmp_path)
    assert (own.name, own.title, own.photo) == ("school", "某校", below.photo)
    assert own.headers.roster == below.headers.roster | {"student_no": ("学生编号",)}
    assert [table.id for table in own.tables] == ["images"]


def test_what_a_profile_names_is_looked_for_beside_it(tmp_path):
    table = (
        'id = "own-1"\nname = "own"\ntitle = "表"\ntitle_en = "table"\nversion = "1"\n'
        '[[columns]]\ncode = "XH"\ntitle = "学号"\nof = "student_no"\nsource = "S1"\n'
    )
    write_profile(tmp_path, table, "profiles/own.toml")
    write_profile(
        tmp_path, OWN.replace("capture", "graduate") + 'tables = ["own.toml"]\n', "profiles/base.toml"
    )
    write_profile(tmp_path, 'extends = "base.toml"\nname = "top"\n', "profiles/top.toml")
    write_campaign(tmp_path, {"campaign": {"profile": '"profiles/top.toml"'}})
    profile = read_campaign(tmp_path / "campaign.toml").profile
    assert (profile.name, [table.id for table in profile.tables]) == ("top", ["own-1"])


LIMIT = '\nunit = "px"\nsource = "S1"\ntrust = "O"\n'
PROFILE_FAULTS = {
    "unknown key": (
        OWN + "[photo]\nwidth = 3\n",
        "[photo.width]：不认识的项。请改正或删去；是否想写 width_px",
    ),
    "unknown key of a list": (
        OWN + '[[photo.limits]]\nfact = "faces"\nmaxx = 1\nreason = "P310"' + LIMIT,
        "[photo.limits[1].maxx]：不认识的项。请改正或删去；是否想写 max。",
    ),
    "unknown fact": (
        OWN + '[[photo.limits]]\nfact = "eye_line"\nmax = 1\nreason = "P321"' + LIMIT,
        "[photo.limits[1].fact]：不认识的名称 eye_line。请改正这一项；是否想写 eye_line_px",
    ),
    "unknown reason": (
        OWN + '[[photo.limits]]\nfact = "faces"\nmax = 1\nreason = "P399"' + LIMIT,
        "[photo.limits[1].reason]：不认识的名称 P399",
    ),
    "no bound": (OWN + '[[photo.limits]]\nfact = "faces"\nreason = "P310"' + LIMIT, "既没有 min 也没有 max"),
    "bounds upside down": (
        OWN + '[[photo.limits]]\nfact = "faces"\nmin = 2\nmax = 1\nreason = "P310"' + LIMIT,
        "min 大于 max",
    ),
    "limits left out": (
        OWN + '[[photo.limits]]\nfact = "faces"\nmin = 1\nreason = "P310"' + LIMIT,
        "缺少 scale 的限值",
    ),
    "quality upside down": (
        OWN + '[photo]\nquality_min = { value = 99, unit = "", source = "S1", trust = "O" }\n',
        "大于 quality_max",
    ),
    "unknown severity": (OWN + '[severities]\nP350 = "stop"\n', "[severities.P350]：值不可用。只能是"),
    "unknown code": (OWN + '[severities]\nP999 = "info"\n', "[severities]：不认识的名称 P999"),
    "unknown header column": (OWN + '[headers.roster]\nstudent_nr = ["学号"]\n', "是否想写 student_no"),
    "header of two columns": (OWN + '[headers.roster]\nexaminee_no = ["学号"]\n', "表头 学号 属于两列"),
    "column without header": (
        OWN + "[headers.awards]\nremark = []\n",
        "[headers.awards.remark]：没有给出表头",
    ),
    "unknown required column": (
        OWN + '[headers.required]\nawards = ["nr"]\n',
        "[headers.required.awards]：不认识的名称 nr",
    ),
    "unknown column of which one is needed": (
        OWN + '[headers.one_of]\ncapture_log = ["nr"]\n',
        "[headers.one_of.capture_log]：不认识的名称 nr",
    ),
    "unknown piece of a name": (
        OWN + '[naming]\nphoto = "{document}.jpg"\nsource = "S1"\n',
        "[naming.photo]：不认识的名称 document",
    ),
    "unknown key of a file name": (
        OWN + '[linking]\nfile_name_keys = ["number"]\n',
        "[linking.file_name_keys]",
    ),
    "bad pattern": (
        OWN + '[[session_groups]]\nunit_pattern = "("\n',
        "[session_groups[1].unit_pattern]：不是有效的正则表达式",
    ),
    "extends itself": ('extends = "school.toml"\n', "extends 绕回了自己"),
    "extends a number": ("extends = 3\n", "[extends]：extends 应为规格的名称"),
    "extends nothing": ('extends = "undergraduate"\n', "undergraduate：没有这个规格"),
    "tables no list": (OWN.replace("name", 'tables = "images"\nname', 1), "[tables]：tables 应为名称的列表"),
    "unknown table": (
        OWN.replace("name", 'tables = ["image"]\nname', 1),
        "没有这张表。可用的有：agency、certificates、degree-27、",
    ),
    "derivatives no list": (
        OWN.replace("name", "derivatives = 1\nname", 1),
        "[derivatives]：derivatives 应为名称的列表",
    ),
    "unknown derivative": (
        OWN.replace("name", 'derivatives = ["print"]\nname', 1),
        "没有这种衍生图像。可用的有：agency-upload、degree-150x210、print-33x48",
    ),
    "derivative twice": (
        OWN.replace("name", 'derivatives = ["print-33x48", "print-33x48"]\nname', 1),
        "[derivatives[1].folder]：文件夹名已被占用",
    ),
    "nearly empty": ('name = "x"\n', "缺少必填项"),
}


@pytest.mark.parametrize(("text", "said"), PROFILE_FAULTS.values(), ids=PROFILE_FAULTS)
def test_what_is_said_of_a_profile(tmp_path, text, said):
    assert said in refused(tmp_path, text)


TABLE_FAULTS = {
    "unknown subject column": (
        'of = "student_nr"',
        "[own.columns[1].of]：不认识的名称 student_nr。请改正这一项；是否想写 student_no",
    ),
    "bad pattern": ('of = "student_no"\npattern = "["', "[own.columns[1].pattern]：不是有效的正则表达式"),
}


@pytest.mark.parametrize(("line", "said"), TABLE_FAULTS.values(), ids=TABLE_FAULTS)
def test_what_is_said_of_a_table(tmp_path, line, said):
    table = 'id = "own"\nname = "own"\ntitle = "表"\ntitle_en = "table"\nversion = "1"\n[[columns]]\n'
    write_profile(tmp_path, f'{table}code = "XH"\ntitle = "学号"\nsource = "S1"\n{line}\n', "own.toml")
    assert said in refused(tmp_path, OWN + 'tables = ["own.toml"]\n')


NUMBER = '{{ value = {}, unit = "px", source = "S1", trust = "U" }}'
DERIVATIVE_FAULTS = {
    "wider than the photo": ({"aspect": 0.8, "width_px": 480}, "[derivatives[1].aspect]：比照片还宽"),
    "distorted": ({"width_px": 440}, "[derivatives[1].aspect]：与像素不符，会变形"),
    "quality upside down": ({"quality_min": 96}, "[derivatives[1].quality_min]：大于 quality_max"),
    "size upside down": (
        {"size_min_kb": 30, "size_max_kb": 20},
        "[derivatives[1].size_min_kb]：大于 size_max_kb",
    ),
    "aim beyond the limit": (
        {"aim_max_kb": 30, "size_max_kb": 20},
        "[derivatives[1].aim_max_kb]：大于 size_max_kb",
    ),
    "the photos' folder": ({"folder": "photos"}, "[derivatives[1].folder]：文件夹名已被占用"),
    "a folder that leads astray": ({"folder": "../x"}, "[folder]：值不可用。只用小写字母、数字"),
    "unknown key": ({"widht_px": 390}, "[widht_px]：不认识的项。请改正或删去；是否想写 width_px"),
}


@pytest.mark.parametrize(("changes", "said"), DERIVATIVE_FAULTS.values(), ids=DERIVATIVE_FAULTS)
def test_what_is_said_of_a_derivative(tmp_path, changes, said):
    write_derivative(tmp_path, **changes)
    assert said in refused(tmp_path, OWN.replace("name", 'derivatives = ["own.toml"]\nname', 1))


def test_a_derivative_of_ones_own_is_found_beside_the_profile(tmp_path):
    write_derivative(tmp_path)
    write_profile(tmp_path, OWN.replace("name", 'derivatives = ["own.toml"]\nname', 1))
    own, below = (read_profile(name, beside=tmp_path) for name in ("school.toml", "graduate"))
    assert [each.id for each in own.derivatives] == ["own"]
    assert [each.id for each in below.derivatives] == ["print-33x48"]


def test_a_limit_may_have_been_checked_on_a_day_of_its_own(tmp_path, monkeypatch, capsys):
    dated = '\n[[photo.limits]]\nfact = "quality"\nmin = 61\nreason = "P309"\nchecked_on = 2026-01-31' + LIMIT
    limits = (files("schemas") / "profiles" / "graduate.toml").read_text(encoding="utf-8")
    write_profile(tmp_path, limits + dated)
    monkeypatch.chdir(tmp_path)
    tell_profiles("school.toml")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-2] for line in lines if "≥ 61 px" in line] == ["2026-01-31"]
    assert [line.split()[-2] for line in lines if "50–110 px" in line] == ["2026-11-22"]


def write_derivative(place, **changes):
    """A derivative of 360 by 480 pixels, with other values in place of some."""
    texts = {"id": "own", "folder": "own", "title": "图", "title_en": "picture"}
    numbers = {"aspect": 0.75, "width_px": 360, "height_px": 480, "dpi": 300, "quality_min": 60,
               "quality_max": 95}  # fmt: skip
    texts |= {key: value for key, value in changes.items() if isinstance(value, str)}
    numbers |= {key: value for key, value in changes.items() if key not in texts}
    lines = [f'{key} = "{value}"' for key, value in texts.items()]
    lines += [f"{key} = {NUMBER.format(value)}" for key, value in numbers.items()]
    write_profile(place, "\n".join(["checked_on = 2026-11-22", *lines]), "own.toml")


# -- captures ----------------------------------------------------------------------------------------------


def jpeg(taken_at=None, fraction=None):
    picture, kept = Image.new("RGB", (8, 8)), io.BytesIO()
    exif = Image.Exif()
    if taken_at is not None:
        exif.get_ifd(0x8769)[0x9003] = taken_at
    if fraction is not None:
        exif.get_ifd(0x8769)[0x9291] = fraction
    picture.save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def stored(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return open_captures(folder)


def zipped(path, files, *, flag=None):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    if flag is not None:
        raw = bytearray(path.read_bytes())
        for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            at = raw.find(magic)
            raw[at + offset] |= flag
        path.write_bytes(raw)
    return path


FILES = {
    "E201/b.JPG": b"1", "E201/a.jpeg": b"2", "c.png": b"3", "深/处/d.heic": b"4", "E201/._a.jpg": b"x",
    ".Trash/e.jpg": b"x", "__MACOSX/f.jpg": b"x", "Thumbs.db": b"x", "note.txt": b"x", "jpg": b"x",
}  # fmt: skip
NAMES = ["E201/a.jpeg", "E201/b.JPG", "c.png", "深/处/d.heic"]


def test_pictures_are_found_in_depth_and_hidden_ones_passed_over(tmp_path):
    store = stored(tmp_path, FILES)
    assert store.names() == NAMES
    assert [store.read(name) for name in NAMES] == [b"2", b"1", b"3", b"4"]


def test_symbolic_links_and_folders_named_like_pictures_are_passed_over(tmp_path):
    stored(tmp_path / "elsewhere", {"z.jpg": b"z"})
    store = stored(tmp_path / "captures", {"a.jpg": b"a", "folder.jpg/readme.txt": b""})
    (tmp_path / "captures" / "link.jpg").symlink_to(tmp_path / "captures" / "a.jpg")
    (tmp_path / "captures" / "linked").symlink_to(tmp_path / "elsewhere")
    assert store.names() == ["a.jpg"]


def test_a_zip_holds_the_same_as_its_folder(tmp_path):
    store = open_captures(zipped(tmp_path / "a.zip", FILES | {"E201/g.jpg/": b""}))
    assert store.names() == NAMES
    assert [store.read(name) for name in NAMES] == [b"2", b"1", b"3", b"4"]


def test_names_in_a_zip_of_chinese_windows_are_read(tmp_path):
    path = zipped(tmp_path / "a.zip", {"xxxx/1.jpg": b"1"})
    path.write_bytes(path.read_bytes().replace(b"xxxx", "机位".encode("gbk")))
    store = open_captures(path)
    assert store.names() == ["机位/1.jpg"]
    assert store.read("机位/1.jpg") == b"1"


def test_a_zip_with_a_password_is_refused(tmp_path):
    with pytest.raises(InputError, match="the zip has a password"):
        open_captures(zipped(tmp_path / "a.zip", {"1.jpg": b"1"}, flag=1))


def test_a_damaged_member_is_no_picture(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.jpg", bytes(range(256)) * 20)
    raw = bytearray(path.read_bytes())
    raw[40:60] = b"\xff" * 20
    path.write_bytes(raw)
    assert open_captures(path).read("1.jpg") == b""


def test_a_zip_cut_short_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", {"1.jpg": b"1" * 999})
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match="neither a folder nor a sound zip"):
        open_captures(path)


TIMES = [
    ("2020:11:19 09:05:03", None, datetime(2020, 11, 19, 9, 5, 3)),
    ("2020:11:19 09:05:03", "5", datetime(2020, 11, 19, 9, 5, 3, 500_000)),
    ("2020:11:19 09:05:03", "0427", datetime(2020, 11, 19, 9, 5, 3, 42_000)),
    ("2020:11:19 09:05:03", "²", datetime(2020, 11, 19, 9, 5, 3)),
    ("0000:00:00 00:00:00", None, None),
    ("    :  :     :  :  ", None, None),
    ("yesterday", "12", None),
    (None, "12", None),
]


@pytest.mark.parametrize(("stamp", "fraction", "taken_at"), TIMES)
def test_the_cameras_own_clock(tmp_path, stamp, fraction, taken_at):
    store = stored(tmp_path, {"a.jpg": jpeg(stamp, fraction)})
    assert read_capture(store, "a.jpg").taken_at == taken_at


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
@pytest.mark.parametrize("cut", range(2, 120, 9))
def test_a_capture_with_damaged_exif_has_no_time_or_the_right_one(tmp_path, cut):
    whole = jpeg("2020:11:19 09:05:03")
    broken = whole[:cut] + struct.pack("<I", 0xFFFFFFF0) + whole[cut + 4 :]
    store = stored(tmp_path, {"a.jpg": broken, "b.jpg": b""})
    taken_at = read_capture(store, "a.jpg").taken_at
    assert taken_at is None or isinstance(taken_at, datetime)
    assert read_capture(store, "b.jpg").taken_at is None


@pytest.mark.parametrize("side", [13_000, 60_000])
def test_a_bomb_has_no_time_and_is_not_unpacked_for_it(tmp_path, side):
    bomb = png(side, side, depth=8, colour=6, row=None)
    assert read_capture(stored(tmp_path, {"a.jpg": bomb}), "a.jpg").taken_at is None


# -- students named ----------------------------------------------------------------------------------------

ROSTER = pl.DataFrame({"student_no": ["401019000001", "401019000002", None]})


def test_students_are_named_as_they_are_typed(tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_bytes("\ufeff４０１０１９０００００１\r\n\r\n 401019000002 \r\n".encode())
    assert named_students(ROSTER, (" 401019000002",), listed) == ("401019000002", "401019000001")
    assert named_students(ROSTER, (), None) == ()


def test_a_list_may_be_a_table(tmp_path):
    path = write_xlsx(tmp_path / "list.xlsx", [("XH", "备注"), (401019000001, "x"), ("", "y")])
    assert named_students(ROSTER, (), path) == ("401019000001",)


def said(students=(), listed=None):
    with pytest.raises(PipelineError) as error:
        named_students(ROSTER, students, listed)
    return error.value.say("zh")


def test_an_unknown_student_is_told_the_nearest():
    assert said(("401019000011",)).startswith("--student：名册中没有学号 401019000011，是否想写 40101900000")


def test_an_id_number_in_place_of_a_student_number_is_masked():
    assert said(("110101199801310002",)) == "--student：名册中没有学号 1101**********0002。请核对学号。"


@pytest.mark.parametrize("name", ["list.txt", "list.csv"])
def test_an_empty_list_is_not_everybody(tmp_path, name):
    listed = tmp_path / name
    listed.write_text("\n \n", encoding="utf-8")
    assert "是空的" in said((), listed)


def test_an_unknown_student_of_a_list_is_told_with_its_file(tmp_path):
    listed = tmp_path / "list.txt"
    listed.write_text("9\n", encoding="utf-8")
    assert said((), listed) == f"{listed}：名册中没有学号 9。请核对学号。"
    assert "找不到文件" in said((), tmp_path / "none.txt")


def test_the_campaigns_paths_are_relative_to_its_file(tmp_path):
    loaded = read_campaign(a_campaign(tmp_path))
    assert loaded.out == tmp_path / "out"
    assert loaded.ledger_url == f"sqlite:///{tmp_path / 'out' / 'ledger.db'}"
