"""What `regpack decide` takes from its options, and what it says."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from flows.decision_checks import Asked, Known, Line
from flows.decisions import (
    Decided,
    box_of,
    code_of,
    date_of,
    decide,
    known_of,
    number_of,
    read_decisions,
    tidied,
)
from flows.free_text import free_text
from flows.freeze import after_freeze_of
from flows.settings import language
from flows.sources import LoadedCampaign
from flows.text_table import text_table
from outputs.ledger import open_ledger
from schemas.decisions import (
    AFTER_FREEZE,
    CHOOSE,
    CROP,
    DECISION_KINDS,
    REJECT,
    RELEASE,
    RETAKE,
    WAIVE,
    WITHDRAW,
    DecisionKind,
)
from schemas.errors import InputError
from schemas.words import Language, Text
from transforms.decisions import is_valid, standing

Options = Mapping[str, str | None]

ASKED: dict[str, DecisionKind] = {
    "waive": WAIVE, "choose": CHOOSE, "release": RELEASE, "reject": REJECT, "retake": RETAKE,
    "crop": CROP, "withdraw": WITHDRAW,
}  # fmt: skip
ONE_LINE = ("decision_id", "kind", "student_no", "code", "valid_until", "standing")
SHOWN_DIGITS = 12
"""Of a capture's SHA-256, where the latest run does not have it."""


def decided(loaded: LoadedCampaign, source: Path | None, options: Options) -> str:
    """Record what the options or a file ask for; what was recorded, in words."""
    kinds = [name for name in ASKED if options[name] is not None]
    if len(kinds) + (source is not None) != 1:
        raise InputError("regpack decide", _ONE_OF, _ONE_AT_A_TIME)
    reason = after_freeze_of(options["after_freeze"], options["by"])
    asked = read_decisions(source) if source else [_asked(kinds[0], options)]
    found = decide(loaded, asked, again=source is None, after_freeze=reason)
    return "\n".join(line.say(language()) for line in _lines(found))


def _asked(option: str, options: Options) -> Asked:
    """The one decision that the options name."""
    kind, given = ASKED[option], options[option] or ""
    is_capture, until = kind in (CHOOSE, RELEASE), options["until"] or None
    asked = Asked(
        kind, free_text(options["by"]), free_text(options["because"]), f"--{option}", given,
        tidied(options["student"]), code_of(given) if kind == WAIVE else None,
        given if is_capture else None, date_of(until) if until else None,
        number_of(given) if kind == WITHDRAW else None,
        box_of(given) if kind == CROP else None,
    )  # fmt: skip
    for name, value in {"--because": asked.because, "--by": asked.by_whom}.items():
        if not value:
            raise InputError("regpack decide", Text(f"缺少 {name}", f"{name} is missing"), _SAY_WHO_AND_WHY)
    if until and asked.valid_until is None:
        raise InputError("--until", Text(f"{until} 不是日期", f"{until} is no date"), _A_DATE)
    return asked


def _lines(found: Decided) -> list[Text]:
    """A line for every decision."""
    recorded = [
        Text(f"已记录第 {number} 号决定：{about(line).zh}", f"recorded decision {number}: {about(line).en}")
        for number, line in found.recorded
    ]
    known = [
        Text(f"已有相同的决定，没有重复记录：{about(line).zh}", f"recorded before: {about(line).en}")
        for line in found.known
    ]
    effect = [_EFFECT] if recorded else []
    return recorded + known + effect


def about(line: Line) -> Text:
    """A decision in a few words."""
    kind = DECISION_KINDS[line["kind"]]
    if line["kind"] == WITHDRAW:
        return Text(f"{kind.zh}第 {line['withdraws']} 号决定", f"{kind.en} of decision {line['withdraws']}")
    code = f" {line['code']}" if line["code"] else ""
    return Text(
        f"{kind.zh}{code}，学号 {line['student_no']}", f"{kind.en}{code}, student {line['student_no']}"
    )


def nothing_recorded(faults: int) -> Text:
    """That a file with wrong lines was not recorded at all."""
    return Text(f"{faults} 处有误，一条也没有记录", f"{faults} faults: nothing was recorded")


# -- what there is -------------------------------------------------------------------------------------------


def listed(loaded: LoadedCampaign) -> str:
    """Every decision of a campaign, and whether it stands, as a table."""
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        known = known_of(ledger, loaded.campaign.campaign.id)
    if known.made.is_empty():
        return _NONE.say(language())
    return text_table(_table(known, language()), language(), one_line=ONE_LINE)


def _table(known: Known, speech: Language) -> pl.DataFrame:
    kinds = {kind: text.say(speech) for kind, text in DECISION_KINDS.items()}
    digests = pl.col("capture_sha256")
    paths = known.latest.captures.drop_nulls("sha256").unique("sha256", keep="first", maintain_order=True)
    named = known.made.join(
        paths.select("capture_path", capture_sha256="sha256"),
        on="capture_sha256", how="left", validate="m:1", maintain_order="left",
    )  # fmt: skip
    return named.select(
        pl.col("decision_id").cast(pl.String),
        pl.col("decided_at").str.slice(0, 10),
        pl.col("kind").replace(kinds),
        "student_no",
        pl.coalesce("code", pl.format("№ {}", "withdraws")).alias("code"),
        pl.coalesce("capture_path", digests.str.head(SHOWN_DIGITS)).alias("capture_path"),
        "because",
        "by_whom",
        pl.col("valid_until").dt.to_string("%Y-%m-%d"),
        standing=_standing(known, speech),
    )


def _standing(known: Known, speech: Language) -> pl.Expr:
    """Whether a decision stands, was replaced or withdrawn, or is past its last day."""
    stands = pl.col("decision_id").is_in(standing(known.made)["decision_id"].implode())
    withdrawn = pl.col("decision_id").is_in(known.made["withdraws"].drop_nulls().implode())
    said = {name: pl.lit(text.say(speech)) for name, text in _STANDING.items()}
    return (
        pl.when(pl.col("kind").is_in([WITHDRAW, AFTER_FREEZE])).then(None)
        .when(withdrawn).then(said["withdrawn"])
        .when(~stands).then(said["replaced"])
        .when(~is_valid(known.today)).then(said["expired"])
        .otherwise(said["stands"])
    )  # fmt: skip


_STANDING = {
    "stands": Text("有效", "stands"),
    "withdrawn": Text("已撤销", "withdrawn"),
    "replaced": Text("已被后来的决定代替", "replaced"),
    "expired": Text("已过期", "expired"),
}
_ONE_OF = Text(
    "要写明一种决定：--waive、--choose、--release、--reject、--retake、--crop、--withdraw 或 --from",
    "say what is decided: --waive, --choose, --release, --reject, --retake, --crop, --withdraw or --from",
)
_ONE_AT_A_TIME = Text("一次只写一种；看已有的用 --list", "one at a time; see what there is with --list")
_SAY_WHO_AND_WHY = Text("请写明理由和决定人", "say why, and who decides")
_A_DATE = Text("按 年-月-日 的写法填写", "write year-month-day")
_EFFECT = Text("下一次运行起生效", "they take effect with the next run")
_NONE = Text("还没有任何决定", "there is no decision yet")
