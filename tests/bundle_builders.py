"""The smallest real bundle: a few students, each with a true JPEG, under the profile that is shipped."""

import tomllib
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from PIL import Image

from outputs.bundle import Bundle, Contents, build
from outputs.handover import BUNDLES, Staging, put_in_place, staged
from schemas.profile import Derivative, Profile, Table
from transforms.records import records_of

SCHEMAS = Path(__file__).parents[1] / "schemas"


def read_table(table_id: str) -> Table:
    return Table.model_validate(tomllib.loads((SCHEMAS / f"tables/{table_id}.toml").read_text("utf-8")))


@cache
def read_derivative(name: str) -> Derivative:
    return Derivative.model_validate(tomllib.loads((SCHEMAS / f"derivatives/{name}.toml").read_text("utf-8")))


@cache
def a_profile() -> Profile:
    declared = tomllib.loads((SCHEMAS / "profiles/graduate.toml").read_text("utf-8"))
    tables = [read_table(table_id) for table_id in declared["tables"]]
    derivatives = [read_derivative(name) for name in declared["derivatives"]]
    return Profile.model_validate({**declared, "tables": tables, "derivatives": derivatives})


@cache
def a_portrait(seed: int) -> Image.Image:
    """Noise on a blue ramp with a head as broad and dark as its number says, 480 by 640."""
    ramp = np.linspace(60, 220, 640)[:, None, None] * np.array([0.45, 0.75, 1.0])
    noise = np.random.default_rng(seed).normal(0, 8, (640, 480, 3))
    view = ramp + noise
    view[120:420, 180 - 10 * seed : 300 + 10 * seed] += 90 - 60 * seed
    return Image.fromarray(np.clip(view, 0, 255).astype(np.uint8), "RGB")


@cache
def a_photo(seed: int, quality: int = 75) -> bytes:
    """A delivered photo as bytes: 300 dpi, nothing but pixels."""
    return as_jpeg(a_portrait(seed), quality=quality, dpi=(300, 300))


@cache
def a_derivative(seed: int, name: str = "print-33x48", quality: int = 90) -> bytes:
    """A further picture of the same photo as bytes, made without the engine."""
    spec = read_derivative(name)
    left, width = spec.frame(480, 640)
    size = (spec.width_px.value, spec.height_px.value)
    view = a_portrait(seed).resize(size, Image.Resampling.BICUBIC, box=(left, 0, left + width, 640))
    return as_jpeg(view, quality=quality, dpi=(300, 300))


def as_jpeg(image: Image.Image, **settings: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", **settings)
    return buffer.getvalue()


def a_subject(number: int) -> dict[str, str | None]:
    """Everything known of one student, under the names that tables' columns point at (`of`)."""
    return {
        "student_no": f"4010190000{number:02}", "examinee_no": f"10403201900000{number:02}",
        "name": "阿卜杜·热合曼", "sex": "男", "born_on": "19980101",
        "document_type": "居民身份证", "document_no": f"3601021998010112{number:02}",
        "country_name": "中国", "school_code": "10403", "school_name": "示范大学",
        "major_code": "0351", "major_name": "法律", "schooling_years": "3", "study_form": "全日制",
        "level_name": "硕士研究生", "entry_on": "20190901", "graduation_on": "20220630", "conclusion": "毕业",
        "diploma_no": f"1040312022020000{number:02}", "president": "周某", "remark": None,
        "degree_chair": "吴某", "degree_category_code": "0351", "degree_category_name": "法律硕士",
        "award_on": "20220630", "degree_no": f"10403320220000{number:02}", "adviser_name": "郑某",
        "thesis_type": "学位论文", "thesis_title": '论"<&>", 与=1+1', "thesis_keywords": "甲；乙",
        "unit_name": "文学院", "class_name": None, "unique_no": f"U{number:08}", "name_pinyin": None,
        "ethnic_group": "维吾尔", "political_status": "群众", "certificate_major_name": None,
        "is_second_degree": "否", "is_minor_degree": None,
        "thesis_origin": None, "thesis_field": None, "thesis_language": "中文",
        "photo_name": f"3601021998010112{number:02}.jpg", "photo_sha256": sha256(a_photo(number)).hexdigest(),
        "captured_at": None if number == 2 else f"2020-11-23T09:{number:02}:00",
    }  # fmt: skip


def sealed_in(out: Path, contents: Contents) -> Bundle:
    """The bundle, staged and put in place in an output folder."""
    with staged(staging := Staging(out, "demo-2020", "20201123-120000-000")):
        bundle = build(contents, staging.bundles)
    put_in_place(staging)
    return bundle.at(out / BUNDLES)


def some_contents(work: Path, *, students: int = 3, profile: Profile | None = None) -> Contents:
    """What the flow hands over; the finished photos lie in `work`."""
    chosen = profile or a_profile()
    work.mkdir(exist_ok=True)
    subjects = [a_subject(number) for number in range(1, students + 1)]
    for number, subject in enumerate(subjects, start=1):
        (work / str(subject["photo_name"])).write_bytes(a_photo(number))
    named = pl.DataFrame(subjects, schema=dict.fromkeys(subjects[0], pl.String))
    photos = named.select(
        "photo_name", photo_path=str(work) + "/" + pl.col("photo_name"), photo_sha256="photo_sha256",
        capture_sha256="photo_sha256", orientation=pl.lit(None, pl.Int64), crop_left_px=0.0, crop_top_px=0.0,
        crop_width_px=480.0, crop_height_px=640.0,
    )  # fmt: skip
    tables = {table.name: records_of(table, named) for table in chosen.tables}
    info = {
        "Source-Organization": "示范大学", "Bag-Group-Identifier": "demo-2020", "Bagging-Date": "2020-11-23",
    }  # fmt: skip
    derivatives = some_derivatives(work, photos, chosen)
    return Contents("demo-2020-001", chosen, tables, photos, derivatives, info)


def some_derivatives(work: Path, photos: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Every further picture that the profile wants of these photos."""
    lines = []
    for derivative in profile.derivatives:
        for number, name in enumerate(photos["photo_name"], start=1):
            path, picture = work / f"{derivative.id}-{name}", a_derivative(number, derivative.id)
            path.write_bytes(picture)
            lines.append((name, str(path), sha256(picture).hexdigest(), derivative.id))
    columns = ("photo_name", "photo_path", "photo_sha256", "derivative")
    return pl.DataFrame(lines, schema=dict.fromkeys(columns, pl.String), orient="row")
