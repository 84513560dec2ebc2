"""What a good script does with pandas: the same file, the same rules held by pandera, `to_xml` and `to_csv`.

Every rule that regpack holds against such a roster is here in pandas' own terms, over whole columns wherever
pandas can do that. The profile's limits and the code tables are regpack's own, so that both mean the same.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from benchmarks.people import Sheets
from flows.demo.school import school
from schemas.campaign import Campaign
from schemas.codes import document_forms, levels, meanings, regions
from schemas.identity import CHECK_CHARACTERS, CITIZEN, WEIGHTS
from schemas.profile import Column, Headers, Profile, Table
from schemas.reasons import Reason, Severity
from schemas.records import FORMULA, UNKEPT, allowed
from schemas.roster import SEXES, SPREADSHEET_NUMBER
from transforms.text import FULL_WIDTH

INVISIBLE = r"[\u200b-\u200f\u2060\ufeff\u00ad]+"
DAMAGED = r"[?？\ufffd\ue000-\uf8ff\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff*＊□■〓]"
USUAL = r"^[^\W\d_]+([ '’\-.,·]+[^\W\d_]+)*\.?$"
HAN = r"^[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af·]+$"
DOTS = r"[\u2022\u30fb\uff65\u2027\u22c5\u2219\u0387\u2e31\u25cf]"
CODED = {
    "sex": "sexes", "document_type": "document_types", "level_name": "levels", "study_form": "study_forms",
    "schooling_years": "schooling_years", "country_name": "countries",
}  # fmt: skip
NUMBERS = {"student_no", "document_no", "examinee_no", "diploma_no"}
NARROW = str.maketrans(FULL_WIDTH)


def run(sheets: Sheets, folder: Path, campaign: Campaign, profile: Profile) -> set[int]:
    """Read, tidy, check and write as XML and CSV; the roster's rows that were rejected."""
    (table,) = profile.tables
    people = _read(sheets, profile.headers, campaign)
    nothing = pd.Series(pd.NA, index=people.index, dtype="str")
    records = pd.DataFrame({column.code: people.get(column.of, nothing) for column in table.columns})
    failures = [
        _failures(people, _roster_rules(people, profile, school().held_on)),
        _failures(records, _table_rules(records, table)),
    ]
    rejects = pd.concat(failures)
    severities = {reason.value: profile.severity(reason).value for reason in Reason}
    rejects["severity"] = rejects["check"].str[:4].map(severities)
    rejected = rejects.loc[rejects["severity"] == Severity.BLOCK.value, "index"].unique()
    rejects.to_csv(folder / "rejects.csv", index=False)
    accepted = records.drop(index=rejected)
    accepted.to_xml(
        folder / f"{table.name}.xml", index=False, root_name=table.name, row_name="record", na_rep=""
    )
    accepted.to_csv(folder / f"{table.name}.csv", index=False, lineterminator="\r\n")
    return {index + 2 for index in rejected.tolist()}


# -- reading -------------------------------------------------------------------------------------------------


def _read(sheets: Sheets, headers: Headers, campaign: Campaign) -> pd.DataFrame:
    roster, awards = _sheet(sheets.roster, headers.roster), _sheet(sheets.awards, headers.awards)
    people = roster.merge(awards, on="student_no", how="left", validate="m:1")
    for name, table in CODED.items():
        people[name] = people[name].map(meanings(table, "text")).fillna(people[name])
    for day in ("born_on", "entry_on"):
        people[f"{day}_day"] = pd.to_datetime(people[day], format="%Y%m%d", errors="coerce")
    identity = campaign.campaign
    known = {
        "school_code": identity.school_code,
        "school_name": identity.school_name,
        "president": identity.president,
    }
    graduated = campaign.certificates.graduation_date
    return people.assign(**known, graduation_on=graduated and f"{graduated:%Y%m%d}")


def _sheet(path: Path, headers: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """A sheet's cells, tidied, under our names for the columns."""
    sent = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    sheet = sent.rename(columns={word: name for name, words in headers.items() for word in words})
    for name in sheet.columns:
        tidy = _name if name == "name" else _number if name in NUMBERS else _squeezed
        sheet[name] = tidy(sheet[name])
    return sheet


def _squeezed(text: pd.Series) -> pd.Series:
    return text.str.replace(INVISIBLE, "", regex=True).str.replace(r"\s+", " ", regex=True).str.strip()


def _number(text: pd.Series) -> pd.Series:
    narrow = text.str.translate(NARROW).str.replace(r"\s+", "", regex=True)
    return narrow.str.replace(INVISIBLE, "", regex=True).str.upper().str.replace(r"[Ⅹⅹ×]", "X", regex=True)


def _name(text: pd.Series) -> pd.Series:
    dotted = (
        text.str.replace(INVISIBLE, "", regex=True).str.replace(DOTS, "·", regex=True).str.normalize("NFC")
    )
    joined = dotted.str.replace(r"\s+", "", regex=True)
    return joined.where(joined.str.match(HAN).fillna(value=False), _squeezed(dotted))


# -- rules ---------------------------------------------------------------------------------------------------


def _failures(frame: pd.DataFrame, rules: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Every rule that a row breaks, as pandera tells it: one check a rule over the whole frame."""
    checks = [pa.Check(lambda _, kept=kept: kept, name=name, error=name) for name, kept in rules.items()]
    schema = pa.DataFrameSchema({"place": pa.Column(int, checks=checks)})
    try:
        schema.validate(pd.DataFrame({"place": frame.index}), lazy=True)
    except SchemaErrors as broken:
        return broken.failure_cases[["index", "check"]]
    return pd.DataFrame({"index": [], "check": []})


def _roster_rules(people: pd.DataFrame, profile: Profile, captured_on: date) -> dict[str, pd.Series]:
    student_no = people["student_no"]
    return {
        "R101": student_no.notna(),
        "R102": ~(student_no.duplicated(keep=False) & student_no.notna()),
        "R107": ~_matches(student_no, SPREADSHEET_NUMBER),
        "R119": people["sex"].isin(SEXES),
        "R121": people["unit_name"].notna(),
        **_name_rules(people["name"], profile),
        **_document_rules(people),
        **_date_rules(people, profile, captured_on),
    }


def _name_rules(name: pd.Series, profile: Profile) -> dict[str, pd.Series]:
    damaged = _matches(name, DAMAGED)
    return {
        "R103": name.notna(),
        "R105": ~damaged,
        "R106": _encodes(name, "gbk") | damaged,
        "R125": _matches(name, USUAL) | damaged | name.isna(),
        "R124": _bytes(name) <= profile.people.name_max_bytes.value,
    }


def _document_rules(people: pd.DataFrame) -> dict[str, pd.Series]:
    number, kind = people["document_no"], people["document_type"]
    has_form = pd.Series(False, index=people.index)
    for document, forms in groupby(document_forms(), key=attrgetter("document")):
        has_form |= (kind == document) & _matches(number, "|".join(form.pattern for form in forms))
    is_checked = _matches(number, "|".join(form.pattern for form in document_forms() if form.is_checked))
    checked = number.where(is_checked)
    born_in = pd.to_datetime(checked.str[6:14], format="%Y%m%d", errors="coerce")
    is_odd, is_man = checked.str[16].isin(list("13579")), people["sex"] == "男"
    born_on = people["born_on_day"]
    return {
        "R110": kind.notna(),
        "R111": number.notna(),
        "R112": ~_matches(number, SPREADSHEET_NUMBER),
        "R113": has_form | number.isna(),
        "R114": ~is_checked | _check_character_holds(checked),
        "R126": ~((kind == CITIZEN) & is_checked) | number.str[:6].isin(regions()),
        "R115": ~is_checked | (is_man == is_odd),
        "R116": ~is_checked | born_on.isna() | (born_in == born_on),
        "R117": ~(people.groupby("document_no")["name"].transform("nunique") > 1),
    }


def _date_rules(people: pd.DataFrame, profile: Profile, captured_on: date) -> dict[str, pd.Series]:
    born_on, usual = people["born_on_day"], profile.people
    is_before_birthday = born_on.dt.month * 100 + born_on.dt.day > captured_on.month * 100 + captured_on.day
    age = captured_on.year - born_on.dt.year - is_before_birthday
    return {
        "R120": born_on.notna(),
        "R123": ~(born_on > pd.Timestamp(captured_on)),
        "R151": ~(people["entry_on_day"] > pd.Timestamp(captured_on)),
        "R127": age.between(usual.age_min.value, usual.age_max.value) | born_on.isna(),
    }


def _table_rules(records: pd.DataFrame, table: Table) -> dict[str, pd.Series]:
    rules: dict[str, pd.Series] = {}
    for column in table.columns:
        rules |= _column_rules(records[column.code], column)
    for code in table.unique:
        rules[f"T405:{code}"] = ~(records[code].duplicated(keep=False) & records[code].notna())
    rules["T424:RXRQ"] = ~(records["RXRQ"] <= records["CSRQ"])
    rules["T424:BYRQ"] = ~(records["BYRQ"] <= records["RXRQ"])
    digits = records["CC"].map({level.name: level.diploma_digits for level in levels()})
    number = records["ZSBH"]
    rules["T406:ZSBH"] = number.isna() | (
        (number.str[:5] == records["YXDM"])
        & (number.str[6:10] == records["BYRQ"].str[:4])
        & (number.str[10:12] == digits)
    )
    return rules


def _column_rules(value: pd.Series, column: Column) -> dict[str, pd.Series]:
    rules = {}
    if column.required:
        rules["T401"] = value.notna()
    if column.max_bytes is not None:
        rules["T402"] = ~(_bytes(value) > column.max_bytes)
    if column.pattern is not None:
        rules["T403"] = _matches(value, f"^(?:{column.pattern})$") | value.isna()
    if listed := allowed(column):
        rules["T404"] = value.isin(listed) | value.isna()
    rules["T403x"] = ~_matches(value, UNKEPT["xml"].replace("\\uFFFE\\uFFFF", "\ufffe\uffff"))
    rules["T411"] = ~_matches(value, FORMULA)
    return {f"{code}:{column.code}": kept for code, kept in rules.items()}


def _matches(text: pd.Series, pattern: str) -> pd.Series:
    return text.str.contains(re.sub(r"\((?!\?)", "(?:", pattern), regex=True).fillna(value=False).astype(bool)


def _bytes(text: pd.Series) -> pd.Series:
    return text.str.encode("gb18030").map(len, na_action="ignore")


def _encodes(text: pd.Series, encoding: str) -> pd.Series:
    return text.isna() | (
        text.str.encode(encoding, "ignore").map(lambda raw: raw.decode(encoding), na_action="ignore") == text
    )


def _check_character_holds(number: pd.Series) -> pd.Series:
    total = sum(number.str[place].astype("float") * weight for place, weight in enumerate(WEIGHTS))
    return (total % len(CHECK_CHARACTERS)).map(dict(enumerate(CHECK_CHARACTERS))) == number.str[17]
