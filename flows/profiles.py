"""Profile files: by name or path, over what they extend, with their tables and derivatives."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from flows.toml_file import nearest, parsed, read_toml
from schemas.campaign import CaptureMode, Certificates
from schemas.errors import CampaignError, ProfileError
from schemas.profile import Derivative, Profile, Table
from schemas.profile_faults import profile_faults
from schemas.words import Text

CORRECT = Text("请改正这一项", "correct it")
PARTS: dict[str, type[Table] | type[Derivative]] = {"tables": Table, "derivatives": Derivative}
"""What a profile names and has files of its own."""
UNKNOWN = {
    "profiles": Text("没有这个规格", "there is no such profile"),
    "tables": Text("没有这张表", "there is no such table"),
    "derivatives": Text("没有这种衍生图像", "there is no such derivative"),
}


def packaged_profiles() -> list[str]:
    """The names of the profiles that come with regpack."""
    return _packaged("profiles")


def _packaged(kind: str) -> list[str]:
    """The names of the packaged `profiles`, `tables` or `derivatives`."""
    names = (entry.name for entry in (files("schemas") / kind).iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def read_profile(name: str, *, beside: Path) -> Profile:
    """A profile by its packaged name, or by a path to a TOML, relative to `beside`; with its parts."""
    path = _declared_path(name, beside, "profiles")
    profile = parsed(Profile, _profile_document(path, ()), path, ProfileError)
    for fault in profile_faults(profile):
        near = nearest(fault.name, list(fault.known))
        todo = Text(f"请改正这一项{near.zh}", f"correct it{near.en}")
        raise ProfileError(path, fault.what, todo, place=fault.place)
    return profile


def captured_by(profile: Profile, mode: CaptureMode | None) -> Profile:
    """The profile with the campaign's way of telling students at the camera, if it gives one."""
    if mode is None:
        return profile
    return profile.model_copy(update={"linking": profile.linking.model_copy(update={"mode": mode})})


def valid_on(profile: Profile, certificates: Certificates, *, campaign_path: Path) -> Profile:
    """The profile with one table of each name: that which is valid on the award date, else on graduation.

    CampaignError where dates decide and there is none, ProfileError where no table of a name is valid.
    """
    if not any(table.valid_from or table.valid_until for table in profile.tables):
        return profile
    day = certificates.award_date or certificates.graduation_date
    if day is None:
        raise CampaignError(
            campaign_path,
            Text(
                "规格按授予日期选用表，但没有给出日期",
                "the profile chooses tables by a date that is not given",
            ),
            Text("请填写授予日期", "give the award date"),
            place="certificates.award_date",
        )
    valid = tuple(table for table in profile.tables if table.is_valid(day))
    lacking = {table.name for table in profile.tables} - {table.name for table in valid}
    if lacking:
        names = ", ".join(sorted(lacking))
        raise ProfileError(
            profile.name,
            Text(f"{day} 没有有效的 {names} 表", f"no table {names} is valid on {day}"),
            Text("请核对授予日期，或补上那时的表", "check the award date, or add the table of that time"),
            place="tables",
        )
    return profile.model_copy(update={"tables": valid})


def _declared_path(name: str, beside: Path, kind: str) -> Path:
    """Where a profile or a part of one stands: its own path if it ends in .toml, else the packaged one's."""
    if name.endswith(".toml"):
        return beside / name
    if name in _packaged(kind):
        return Path(str(files("schemas") / kind / f"{name}.toml"))
    names = _packaged(kind)
    todo = Text(
        f"可用的有：{'、'.join(names)}；或写 TOML 文件的路径",
        f"there are: {', '.join(names)}; or give a TOML file's path",
    )
    raise ProfileError(name, UNKNOWN[kind], todo)


def _profile_document(path: Path, heirs: tuple[Path, ...]) -> dict[str, Any]:
    """A profile's TOML over the one that it extends, key by key; lists are replaced whole.

    What it names is looked for beside it. `heirs` are the profiles that extend it.
    """
    document = read_toml(path, ProfileError)
    for kind, model in PARTS.items():
        if kind in document:
            document[kind] = _read_parts(kind, model, document[kind], path)
    parent = document.pop("extends", None)
    if parent is None:
        return document
    seen = (*heirs, path.resolve())
    return _overlaid(_profile_document(_parent_path(parent, path, seen), seen), document)


def _parent_path(parent: object, path: Path, seen: tuple[Path, ...]) -> Path:
    if not isinstance(parent, str):
        raise ProfileError(
            path, Text("extends 应为规格的名称", "extends is a profile's name"), CORRECT, place="extends"
        )
    above = _declared_path(parent, path.parent, "profiles")
    if above.resolve() in seen:
        raise ProfileError(
            path, Text("extends 绕回了自己", "extends leads back to itself"), CORRECT, place="extends"
        )
    return above


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(below.get(key), dict)
        merged[key] = _overlaid(below[key], value) if both else value
    return merged


def _read_parts(
    kind: str, model: type[Table] | type[Derivative], entries: object, profile_path: Path
) -> list[Table | Derivative]:
    """The tables or derivatives that a profile names, each from its own file.

    A table may stand as `{ table = "name", valid_until = … }`, which says more of it than its file does.
    """
    if not (isinstance(entries, list) and all(isinstance(_name_of(entry), str) for entry in entries)):
        what = Text(f"{kind} 应为名称的列表", f"{kind} is a list of names")
        raise ProfileError(profile_path, what, CORRECT, place=kind)
    parts = []
    for entry in entries:
        path = _declared_path(_name_of(entry), profile_path.parent, kind)
        more = (
            {key: said for key, said in entry.items() if key != "table"} if entry != _name_of(entry) else {}
        )
        document = _part_document(path, kind) | more
        parts.append(parsed(model, document, profile_path if more else path, ProfileError))
    return parts


def _name_of(entry: Any) -> Any:
    return entry.get("table") if isinstance(entry, dict) else entry


def _part_document(path: Path, kind: str) -> dict[str, Any]:
    """A part's TOML; one that `extends` another may change single columns of it, as `[columns.CODE]`."""
    document = read_toml(path, ProfileError)
    parent = document.pop("extends", None)
    if parent is None:
        return document
    above = _declared_path(str(parent), path.parent, kind)
    below = read_toml(above, ProfileError)
    parsed(PARTS[kind], below, above, ProfileError)
    changes = document.pop("columns", {})
    _refuse_unknown_columns(changes, below, path)
    columns = [column | changes.get(column["code"], {}) for column in below["columns"]]
    return below | document | {"columns": columns}


def _refuse_unknown_columns(changes: object, below: Mapping[str, Any], path: Path) -> None:
    known = {column["code"] for column in below.get("columns", [])}
    if isinstance(changes, dict) and known >= set(changes) and all(map(_is_table, changes.values())):
        return
    what = Text(
        f"columns 只能是 [columns.列名]，并且是 {below['id']} 已有的列",
        f"columns may only change, as [columns.CODE], those of {below['id']}",
    )
    raise ProfileError(path, what, CORRECT, place="columns")


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
