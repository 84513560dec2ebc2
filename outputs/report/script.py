"""The page's one script: the digest by which the page allows it, and data that no text can break out of."""

import base64
import hashlib
import json
from functools import cache
from importlib import resources
from typing import Any

PARTS = ("words", "filters", "cells", "detail", "page")
"""The files of `templates/script` in order; no name of theirs is the page's."""


@cache
def script() -> str:
    """The script as it stands in the page."""
    folder = resources.files("outputs.report").joinpath("templates", "script")
    parts = [folder.joinpath(f"{name}.js").read_text(encoding="utf-8") for name in PARTS]
    return "\n".join(["(function () {", '"use strict";', *parts, "}());", ""])


def policy(source: str) -> str:
    """The page's content security policy: this very script, styles and pictures of its own, nothing else.

    The digest is of the text between the tags.
    """
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; img-src data:; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def embedded(data: Any) -> str:
    """Data as JSON for a `script` element: no text in it can end the element or begin a comment.

    >>> print(embedded({"name": "</script><!--"}))
    {"name":"\\u003c/script\\u003e\\u003c!--"}
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
