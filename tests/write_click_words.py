"""`python -m tests.write_click_words` compiles click's words in Chinese, so that gettext finds them."""

import struct

from flows.settings import CLICK_WORDS, LOCALES
from flows.words import CLICK

CATALOGUE = LOCALES / "zh" / "LC_MESSAGES" / f"{CLICK_WORDS}.mo"
HEAD = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"
HEADER, ENTRY = struct.Struct("<7I"), struct.Struct("<2I")


def catalogue() -> bytes:
    """A machine object file (GNU gettext manual, 10.3): header, two tables of lengths and offsets, texts."""
    words = {"\0".join(key) if isinstance(key, tuple) else key: said for key, said in CLICK.items()}
    pairs = sorted({"": HEAD, **words}.items())
    texts = [text.encode() for text in (*(key for key, _ in pairs), *(said for _, said in pairs))]
    count, start = len(pairs), HEADER.size + ENTRY.size * len(texts)
    header = HEADER.pack(0x950412DE, 0, count, HEADER.size, HEADER.size + ENTRY.size * count, 0, start)
    entries = b"".join(
        ENTRY.pack(len(text), start + sum(len(before) + 1 for before in texts[:place]))
        for place, text in enumerate(texts)
    )
    return header + entries + b"".join(text + b"\0" for text in texts)


if __name__ == "__main__":
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(catalogue())
