"""The report of a large day: what it takes to write, its size, and what a browser takes to show it.

The day is made up of frames alone; its pictures are those of a few drawn captures, again and again.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from benchmarks.photos import captures
from flows.picture_facts import pictured
from flows.profiles import read_profile
from outputs.report.material import ROOMS, Material
from outputs.report.pictures import NO_PICTURES, Pictures
from outputs.report.report import render_report
from schemas.audit import CAPTURES, ENROLMENTS, FINDINGS, PLACE, SESSIONS, AuditFrames, Summary
from schemas.photo import FACTS
from schemas.profile import Profile
from schemas.shown import KINDS

STUDENTS, DRAWN, SOURCE = 3_253, 12, (1_200, 1_600)
CAMERAS = ("E201", "E202", "E203")
BEGUN = datetime(2020, 11, 19, 9)  # noqa: DTZ001  # a camera's clock knows no zone
PACE = timedelta(seconds=24)
MISSING, REJECTED = 20, 17
"""One student in so many has not come, one is rejected."""


class Opened(NamedTuple):
    """What a browser took in ms: to the first paint, to a settled page, to show one filter's captures."""

    painted: float
    settled: float
    filtered: float


def main(students: int = STUDENTS) -> None:
    """Print time, size and what the browser took."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        material = with_pictures(large_material(), students, folder)
        begun = time.process_time()
        sizes = write(large_day(students), material, folder)
        took = time.process_time() - begun
        print(f"\nThe report of {students:,} students: {sum(sizes.values()) / 1e6:.1f} MB, {took:.1f} s")
        for name, size in sizes.items():
            opened = in_browser(folder / name)
            print(f"{name:16}{size / 1e6:>8.1f} MB  first paint {opened.painted:>6.0f} ms  "
                  f"settled {opened.settled:>6.0f} ms  filter {opened.filtered:>5.0f} ms")  # fmt: skip


def write(frames: AuditFrames, material: Material, folder: Path) -> dict[str, int]:
    """Write the pages; their sizes in bytes, by name."""
    sizes = {}
    for name, page in render_report(frames, material, "zh"):
        sizes[name] = (folder / name).write_bytes(page.encode())
    return sizes


def in_browser(page: Path) -> Opened:
    """What Chromium takes to open a page from a file and to filter it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # only this needs a browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1366, "height": 768})
        shown.goto(page.as_uri())
        shown.wait_for_selector(".cell", state="attached")
        painted = shown.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        settled = shown.evaluate("performance.now()")
        filtered = shown.evaluate(FILTER)
        browser.close()
    return Opened(painted, settled, filtered)


FILTER = """() => new Promise(done => {
  const state = document.getElementById('by-state'), begun = performance.now();
  document.getElementById('sheet').scrollIntoView();
  state.value = 'rejected';
  state.dispatchEvent(new Event('change', { bubbles: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
})"""
"""Choose a state, and wait until what fits it has been painted."""


def large_material() -> Material:
    """The default profile and three rooms, without pictures."""
    rooms = [{"camera_name": camera, "room_name": f"信工楼{camera}"} for camera in CAMERAS]
    profile = read_profile("graduate", beside=Path(__file__).parent)
    return Material(profile, NO_PICTURES, rooms=pl.DataFrame(rooms, schema=ROOMS))


def with_pictures(material: Material, students: int, folder: Path, drawn: int = DRAWN) -> Material:
    """The same with the pictures of a few drawn captures for all."""
    made = [_made(file, material.profile, folder) for file in captures(drawn, SOURCE, folder)]
    paths = [path for path, _ in _taken(students)]
    kinds = {
        kind: {path: made[place % drawn] / f"{kind}.jpg" for place, path in enumerate(paths)}
        for kind in KINDS
    }
    return material._replace(pictures=Pictures(kinds))


def _made(file: Path, profile: Profile, folder: Path) -> Path:
    content = file.read_bytes()
    place = folder / sha256(content).hexdigest()
    place.mkdir()
    for kind, picture in pictured(content, place.name, profile).pictures.items():
        (place / f"{kind}.jpg").write_bytes(picture)
    return place


def _taken(students: int) -> Iterator[tuple[str, int]]:
    """The path and roster row of every capture; whoever has not come has none."""
    for row in range(2, students + 2):
        if row % MISSING:
            yield f"{CAMERAS[row % len(CAMERAS)]}/DSC_{row // len(CAMERAS):04}.JPG", row


def large_day(students: int) -> AuditFrames:
    """The frames of a day with so many students, most of whom are well."""
    rows = range(2, students + 2)
    states = {row: "missing" if not row % MISSING else "rejected" if not row % REJECTED else "accepted"
              for row in rows}  # fmt: skip
    shots = list(_taken(students))
    paths = {row: path for path, row in shots}
    people = [_enrolment(row, state, paths.get(row)) for row, state in states.items()]
    findings = [_finding(row, state, paths.get(row)) for row, state in states.items() if state != "accepted"]
    facts = good_facts()
    return AuditFrames(
        _summary(list(states.values()), len(shots)),
        pl.DataFrame(people, schema=ENROLMENTS),
        pl.DataFrame([_capture(path, row, facts) for path, row in shots], schema=CAPTURES | FACTS),
        pl.DataFrame(findings, schema=FINDINGS | PLACE),
        pl.DataFrame([_session(camera) for camera in CAMERAS], schema=SESSIONS),
    )


def good_facts() -> dict[str, Any]:
    """A value within every limit, and a place for crop and eyes."""
    spec = read_profile("graduate", beside=Path(__file__).parent).photo
    inside = {limit.fact: limit.min if limit.min is not None else limit.max for limit in spec.limits}
    return inside | {
        "faces": 1, "source_format": "JPEG", "has_gps": False, "source_width_px": 2400,
        "source_height_px": 3200,
        "crop_left_px": 350.0, "crop_top_px": 258.0, "crop_width_px": 1726.0, "crop_height_px": 2302.0,
        "left_eye_x_px": 190.2, "left_eye_y_px": 258.1, "right_eye_x_px": 290.8, "right_eye_y_px": 260.1,
        "exposure_pct": 98.9,
    }  # fmt: skip


def _number(row: int) -> str:
    return f"{401_019_000_000 + row}"


def _enrolment(row: int, state: str, path: str | None) -> dict[str, Any]:
    codes = {"missing": "L201", "rejected": "P350", "accepted": None}[state]
    unit, of_class = row // 160, row // 40
    return {
        "row": row, "student_no": _number(row), "name": f"学生{row}", "unit_name": f"第{unit}学院",
        "class_name": f"{of_class}班", "level_name": "硕士研究生", "session_id": row % len(CAMERAS) + 1,
        "state": state, "codes": codes, "capture_path": path,
    }  # fmt: skip


def _capture(path: str, row: int, facts: dict[str, Any]) -> dict[str, Any]:
    at = BEGUN + PACE * (row // len(CAMERAS))
    spread = (row % 17) / 17
    return facts | {
        "capture_path": path, "camera_name": path.partition("/")[0], "taken_at": at, "state": "used",
        "row": row,
        "sha256": sha256(path.encode()).hexdigest(), "student_no": _number(row),
        "evidence": f"{at:%H:%M:%S} 刷卡，3 秒后拍摄，日志写明此文件，按时间对应；与名册顺序一致",
        "supports": "log_file+moment+order", "codes": None if row % REJECTED else "P350",
        "eye_line_px": 255 + 10 * spread, "crown_px": 70 + 8 * spread, "backdrop_distance": 2 * spread,
    }  # fmt: skip


def _finding(row: int, state: str, path: str | None) -> dict[str, Any]:
    told = {"row": row, "student_no": _number(row), "severity": "block"}
    if state == "missing":
        return told | {"code": "L201"}
    return told | {
        "code": "P350",
        "capture_path": path,
        "column": "sharpness",
        "seen": "16.2",
        "limit": "≥ 20 %",
    }


def _session(camera: str) -> dict[str, Any]:
    number = CAMERAS.index(camera) + 1
    begins = BEGUN.time()
    return {
        "session_id": number, "held_on": BEGUN.date(), "room_name": f"信工楼{camera}",
        "starts_at": begins, "ends_at": begins.replace(hour=16), "unit_name": f"第{number}学院",
        "expected": 1_000, "enrolled": 1_000, "captured": 950, "accepted": 900, "missing": 50,
    }  # fmt: skip


def _summary(states: Sequence[str], shots: int) -> Summary:
    counted = {state: states.count(state) for state in ("accepted", "rejected", "missing")}
    return Summary(
        campaign="large-day", run="20201119-180000-000", kind="post-capture", profile="graduate 1.0",
        started_at=BEGUN, finished_at=BEGUN, **counted, ineligible=0, locked=0, used=shots, superseded=0,
        quarantined=0, orphan=0, unreadable=0, warnings=0, sealed=0, bundle=None, enrolments=len(states),
        expected=len(states), captures=shots,
    )  # fmt: skip
