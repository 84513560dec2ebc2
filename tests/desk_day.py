"""A campaign with a run to decide about, for tests of the review desk; its captures are drawn portraits."""

from hashlib import sha256
from pathlib import Path

from flows.sources import read_campaign
from outputs.audit import write_audit
from outputs.ledger import open_ledger
from tests.campaign_builders import write_campaign
from tests.run_frames import a_run, capture, enrolment, finding, the_material
from tests.small_campaign import picture

CAMPAIGN = "demo-2020"
LOW, ALIKE, SMALL, ACCEPTED, MISSING, LOCKED, DOUBTFUL = (
    f"4010190000{row:02}" for row in (3, 8, 9, 2, 4, 6, 7)
)
SIZE = {"source_format": "JPEG", "source_width_px": 768, "source_height_px": 1024}
CROP = {"crop_left_px": 120.0, "crop_top_px": 90.0, "crop_width_px": 540.0, "crop_height_px": 720.0,
        "left_eye_x_px": 190.0, "right_eye_x_px": 290.0, "left_eye_y_px": 260.0, "right_eye_y_px": 260.0,
        "crown_px": 31.25, "eye_line_px": 260.0, "face_width_px": 230.0, "centre_offset_px": 1.0}  # fmt: skip
SHOTS = {
    "A/0002.jpg": ("used", 2), "A/0001.jpg": ("superseded", 2), "A/0003.jpg": ("used", 3),
    "A/0008.jpg": ("used", 8), "A/0009.jpg": ("used", 9), "A/0007.jpg": ("quarantined", None),
    "A/0010.jpg": ("orphan", None),
}  # fmt: skip


def write_desk_day(folder: Path, ledger_url: str, *, run: str = "20201105-183000") -> Path:
    """A campaign after one run, in the ledger and as an audit; the path of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    changes = {"campaign": {"id": f'"{CAMPAIGN}"'}, "output": {"ledger": f'"{ledger_url}"'}}
    path = write_campaign(folder, changes)
    for seed, name in enumerate(SHOTS):
        file = folder / "captures" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture(seed % 3) + bytes([seed]))  # no two files are the same
    add_run(path, desk_run(folder, run=run))
    return path


def add_run(path: Path, frames) -> None:
    """Have ledger and output folder know another run."""
    loaded = read_campaign(path)
    write_audit(frames, the_material(), folder=loaded.out / "audit" / frames.summary.run)
    with open_ledger(loaded.ledger_url) as ledger, ledger.recording(frames, inputs={}):
        pass


def desk_run(folder: Path, *, run: str, **changes):
    """Somebody in every state that the desk shows."""
    people = [
        enrolment(2, "accepted", capture_path="A/0002.jpg", codes="R106"),
        enrolment(3, "rejected", capture_path="A/0003.jpg", codes="P320"),
        enrolment(4, "missing", codes="L201"),
        enrolment(6, "locked", codes="R140"),
        enrolment(7, "rejected", codes="L202", unit_name="理学院"),
        enrolment(8, "rejected", capture_path="A/0008.jpg", codes="P320"),
        enrolment(9, "rejected", capture_path="A/0009.jpg", codes="P324", name="<b>张&三</b>"),
    ]
    shots = [_shot(folder, name, state, row) for name, (state, row) in SHOTS.items()]
    told = [
        finding("R106", row=2, student_no=ACCEPTED, column="name", seen="𬭬"),
        *(
            finding(code, row=row, student_no=f"4010190000{row:02}", capture_path=f"A/000{row}.jpg",
                    column=column, seen=seen, limit=limit)
            for row, code, column, seen, limit in (
                (3, "P320", "crown_px", "31.25", "50–110 px"), (8, "P320", "crown_px", "31.25", "50–110 px"),
                (9, "P324", "scale", "2.03", "≤ 1 px/px"),
            )
        ),
        finding("L201", row=4, student_no=MISSING), finding("R140", row=6, student_no=LOCKED),
        finding("L202", row=7, student_no=DOUBTFUL), finding("L211", capture_path="A/0007.jpg"),
        finding("L221", capture_path="A/0010.jpg"),
    ]  # fmt: skip
    return a_run(people, shots, told, run=run, **changes)


def _shot(folder: Path, name: str, state: str, row: int | None):
    digest = sha256((folder / "captures" / name).read_bytes()).hexdigest()
    number = None if row is None else f"4010190000{row:02}"
    codes = {"A/0007.jpg": "L211", "A/0010.jpg": "L221"}.get(name)
    return capture(name, state, row=row, student_no=number, sha256=digest, codes=codes, **SIZE, **CROP)
