"""What comes back after a bundle was sent: lists, how their columns are called, and the cases they open."""

from typing import Literal

import polars as pl

from schemas.reasons import Reason
from schemas.words import Text

CaseKind = Literal["platform", "vendor", "complaint"]

PLATFORM: CaseKind = "platform"
VENDOR: CaseKind = "vendor"
COMPLAINT: CaseKind = "complaint"

CASE_KINDS: dict[CaseKind, Text] = {
    PLATFORM: Text("平台身份核验", "identity check on the platform"),
    VENDOR: Text("采集单位退片", "refused by the vendor"),
    COMPLAINT: Text("学生异议", "student's complaint"),
}
ABOUT_PHOTO: tuple[CaseKind, ...] = (VENDOR, COMPLAINT)
"""The kinds that a later photo settles; the platform's identity check is none of the photo's business."""

PHOTO_ACCEPTED, NO_LONGER_FLAGGED, WITHDRAWN = "photo-accepted", "no-longer-flagged", "withdrawn"
CASE_ENDS: dict[str, Text] = {
    PHOTO_ACCEPTED: Text("新照片已上报", "a new photo was sealed"),
    NO_LONGER_FLAGGED: Text("平台已不再标注", "no longer flagged"),
    WITHDRAWN: Text("撤销", "withdrawn"),
}
"""How a case ends."""

FLAGS: dict[str, Reason] = {
    "身份核验未通过": Reason.IDENTITY_FAILED,
    "身份核验不确定": Reason.IDENTITY_UNCERTAIN,
    "身份核验异常": Reason.IDENTITY_ABNORMAL,
}
"""What the platform's `bz` column says of an identity that blocks registration."""
UNFLAGGED = ("身份核验通过", "通过", "正常", "无")
"""What says as little as an empty cell."""

VENDOR_SAYS: dict[str, Reason] = {
    "眼睛中心距离顶部": Reason.EYE_POSITION,
    "头顶距离顶部": Reason.CROWN_POSITION,
    "瞳孔平行": Reason.HEAD_TILTED,
    "清晰度": Reason.BLURRED,
    "黑边": Reason.BORDER,
}
"""Parts of the vendors' messages, and our reasons for the same."""

_PERSON: dict[str, tuple[str, ...]] = {
    "student_no": ("学号", "XH"),
    "document_no": ("证件号码", "身份证号", "身份证件号", "身份证号码", "ZJHM", "SFZH"),
    "name": ("姓名", "XM"),
}
LIST_HEADERS: dict[CaseKind, dict[str, tuple[str, ...]]] = {
    PLATFORM: {
        **_PERSON,
        "flag": ("bz", "身份核验", "身份核验结果", "标注"),
        "registration": ("图像注册状态", "注册状态", "注册情况"),
        "photo": ("图像", "照片", "毕业照片", "图像采集"),
    },
    VENDOR: {**_PERSON, "said": ("退回原因", "不合格原因", "审核意见", "原因")},
    COMPLAINT: {
        **_PERSON,
        "said": ("诉求", "问题", "内容", "说明", "异议"),
        "said_on": ("日期", "提出日期", "反映日期"),
    },
}
"""The headers of each list; the usual one first."""
LIST_REQUIRED: dict[CaseKind, tuple[str, ...]] = {
    PLATFORM: ("flag",),
    VENDOR: ("said",),
    COMPLAINT: ("said",),
}
LIST_ONE_OF = ("student_no", "document_no")

CASES: dict[str, type[pl.DataType]] = {
    "case_id": pl.Int64,
    "opened_at": pl.String,  # ISO 8601, UTC
    "kind": pl.String,  # a key of CASE_KINDS
    "student_no": pl.String,
    "code": pl.String,  # a Reason
    "due_on": pl.String,  # ISO date; null where the profile sets no time
    "said": pl.String,  # as the list has it; numbers and the student's name masked
}
"""One line a case."""
OPENED = tuple(name for name in CASES if name not in {"case_id", "opened_at"})

DOUBTS: dict[str, Text] = {
    "nobody": Text("没有学号，也没有证件号码", "no student number and no document number"),
    "unknown": Text("名册和台账中都没有这个号码", "neither roster nor ledger has this number"),
    "contradicts": Text("学号与证件号码不是同一人", "the two numbers are not one person's"),
    "name": Text("姓名与名册不同", "the name is not the roster's"),
    "flag": Text("身份核验一栏的写法不认识", "this entry of the identity check is unknown"),
}
"""Why a line of a list opens no case."""
