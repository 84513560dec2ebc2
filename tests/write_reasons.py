"""`python -m tests.write_reasons` writes docs/reasons.md anew from the catalogue."""

from pathlib import Path

from schemas.reasons import Reason

PAGE = Path(__file__).parents[1] / "docs" / "reasons.md"
HEAD = """# 原因目录 Reasons

由 `schemas/reasons.py` 生成。Generated from `schemas/reasons.py` by `python -m tests.write_reasons`.
`block` 退回, `warn` 提醒, `info` 记录; ✓ 可豁免 may be waived.

| code | severity | 原因 | reason | 处理 | what to do | waivable | source |
|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    """The catalogue as a Markdown page."""
    lines = (
        f"| {reason.value} | {reason.severity} | {reason.text.zh} | {reason.text.en} | {reason.fix.zh} |"
        f" {reason.fix.en} | {'✓' if reason.waivable else ''} | {reason.source} |"
        for reason in Reason
    )
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
