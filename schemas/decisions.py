"""Decisions: what a person settled that no rule can, facts of the ledger, and how a file asks for it."""

from typing import Literal

import polars as pl

from schemas.words import Text

DecisionKind = Literal["waive", "choose", "release", "reject", "retake", "crop", "withdraw", "after-freeze"]

WAIVE: DecisionKind = "waive"
CHOOSE: DecisionKind = "choose"
RELEASE: DecisionKind = "release"
REJECT: DecisionKind = "reject"
RETAKE: DecisionKind = "retake"
CROP: DecisionKind = "crop"
WITHDRAW: DecisionKind = "withdraw"
AFTER_FREEZE: DecisionKind = "after-freeze"

DECISION_KINDS: dict[DecisionKind, Text] = {
    WAIVE: Text("豁免", "waiver"),
    CHOOSE: Text("选用", "choice"),
    RELEASE: Text("放行", "release"),
    REJECT: Text("退回", "rejection"),
    RETAKE: Text("补拍", "retake"),
    CROP: Text("裁切", "crop"),
    WITHDRAW: Text("撤销", "withdrawal"),
    AFTER_FREEZE: Text("冻结后处理", "after the freeze"),
}
"""What each kind is called; a file of decisions uses the Chinese words."""

SETTLING: tuple[DecisionKind, ...] = (WAIVE, CHOOSE, RELEASE, REJECT, RETAKE, CROP)
"""The kinds that change what becomes of a student."""

DECISIONS: dict[str, type[pl.DataType]] = {
    "decision_id": pl.Int64,
    "decided_at": pl.String,  # ISO 8601, UTC
    "kind": pl.String,
    "student_no": pl.String,
    "code": pl.String,  # of a waiver
    "capture_sha256": pl.String,  # the photo that the person looked at, chose or released
    "by_whom": pl.String,
    "because": pl.String,  # ID numbers masked
    "valid_until": pl.Date,  # of a waiver: the last day on which it counts
    "withdraws": pl.Int64,  # the decision taken back
    "crop_left_px": pl.Float64,  # of a crop: where it was placed, in pixels of the upright source
    "crop_top_px": pl.Float64,
    "crop_width_px": pl.Float64,
    "shots": pl.List(pl.String),  # type: ignore[dict-item]  # of a retake: what there was of the student
}
"""One line for every decision, in the order in which they were made."""

SETTLED: dict[str, type[pl.DataType]] = {
    "student_no": pl.String,
    "sha256": pl.String,
    "is_sealed": pl.Boolean,
}
"""What there was of every delivered student when their photo was sealed: each shot, and which was sealed."""

CROP_COLUMNS = ("crop_left_px", "crop_top_px", "crop_width_px")
"""Where a crop was placed."""

DECISION_HEADERS: dict[str, tuple[str, ...]] = {
    "kind": ("决定", "处理决定"),
    "student_no": ("学号", "XH"),
    "code": ("原因代码", "代码"),
    "capture": ("照片文件", "照片"),
    "box": ("裁切框", "裁切位置"),
    "because": ("理由", "决定理由"),
    "by_whom": ("决定人", "处理人"),
    "valid_until": ("有效期至", "有效期"),
    "withdraws": ("决定编号", "编号"),
}
"""The headers of a file of decisions."""

KIND_WORDS: dict[str, DecisionKind] = {
    "豁免": WAIVE, "选用": CHOOSE, "选定": CHOOSE, "放行": RELEASE, "认领": RELEASE, "退回": REJECT,
    "补拍": RETAKE, "重拍": RETAKE, "裁切": CROP, "撤销": WITHDRAW, "撤回": WITHDRAW,
    **{kind: kind for kind in (*SETTLING, WITHDRAW)},
}  # fmt: skip
"""How a file of decisions may write a kind."""
