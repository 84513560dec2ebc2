"""Profile files: by name or path, over what they extend, with their tables and derivatives."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from flows.toml_file import nearest, parsed, read_toml
from schemas.errors import ProfileError
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
    kind: str, model: type[Table] | type[Derivative], names: object, profile_path: Path
) -> list[Table | Derivative]:
    """The tables or derivatives that a profile names, each from its own file."""
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        what = Text(f"{kind} 应为名称的列表", f"{kind} is a list of names")
        raise ProfileError(profile_path, what, CORRECT, place=kind)
    paths = [_declared_path(name, profile_path.parent, kind) for name in names]
    return [parsed(model, read_toml(path, ProfileError), path, ProfileError) for path in paths]
