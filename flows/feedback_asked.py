"""What the options of `regpack feedback` ask for, done one after another."""

from collections.abc import Mapping
from typing import Any

from flows.feedback import complain, read_list, take_back
from flows.feedback_words import told_reading
from flows.sources import LoadedCampaign
from outputs.ledger import Ledger
from schemas.errors import InputError
from schemas.feedback import COMPLAINT, PLATFORM, VENDOR, CaseKind
from schemas.words import Text

LIST_OPTIONS: dict[str, CaseKind] = {"platform": PLATFORM, "vendor": VENDOR, "complaints": COMPLAINT}
HAND = "regpack feedback"


def done(loaded: LoadedCampaign, ledger: Ledger, asked: Mapping[str, Any]) -> list[Text]:
    """Read the lists, open or take back a case; what came of it in words, nothing where nothing was asked."""
    _refuse_unreasoned(asked)
    said: list[Text] = []
    for option, kind in LIST_OPTIONS.items():
        if asked[option] is not None:
            said += told_reading(read_list(loaded, ledger, kind, asked[option]))
    if asked["complaint"] is not None:
        said.append(_complained(complain(loaded, ledger, asked["complaint"], asked["because"])))
    if asked["withdraw"] is not None:
        take_back(
            loaded,
            ledger,
            asked["withdraw"],
            because=asked["because"].strip(),
            by_whom=asked["by_whom"].strip(),
        )
        said.append(Text(f"已撤销 {asked['withdraw']}", f"case {asked['withdraw']} was taken back"))
    return said


def _complained(opened: int) -> Text:
    if opened:
        return Text("已登记 1 件异议", "one complaint was recorded")
    return Text(
        "这名学生已有未了结的异议，没有重复登记",
        "this student has an open complaint: nothing new is recorded",
    )


def _refuse_unreasoned(asked: Mapping[str, Any]) -> None:
    """Who complains must say of what; who takes back, why and who he is."""
    by_hand = asked["complaint"] is not None or asked["withdraw"] is not None
    needed = {"--because": by_hand and not (asked["because"] or "").strip(),
              "--by": asked["withdraw"] is not None and not (asked["by_whom"] or "").strip()}  # fmt: skip
    for option, is_missing in needed.items():
        if is_missing:
            raise InputError(
                HAND,
                Text(f"缺少 {option}", f"{option} is missing"),
                Text("写明理由和经手人", "say why and who"),
            )
