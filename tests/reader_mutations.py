"""A sound file -> the same with something wrong in it, by a seeded generator: bytes, text, XML, zips,
TOML."""

import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from random import Random

ODD_TEXTS = (
    "", " ", "\u3000", "\t", "0", "-1", "1e400", "NaN", "9" * 25, "9" * 5_000, "²", "１２", "٣", "=1+1", "@x",
    "1.1E+17", "2020-02-30", "0000-00-00", "99999-01-01", "24:00", "25:61", "9999-12-31 23:59:59", "#N/A",
    "TRUE", "学号", "姓名\n", '"', "'", ",", ";", "\r", "\x0b", "\x1b[2J", "\u202e倒", "\u2066", "\ufeff",
    "\u200b", "\U0002cc56", "\ue000", "张\u0301", "../../etc/passwd", "C:\\x", "con", "a/b", "é" * 300,
    "字" * 40_000, "{document_no}", "%s%n", "${jndi:x}", "<b>", "&lol;", "]]>", "\x7f", "𝟙", "豁免", "撤销",
)  # fmt: skip
"""What cells and values are replaced by."""

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-be", "utf-32", "big5", "shift_jis",
             "latin-1", "cp1252", "utf-7")  # fmt: skip

Mutation = Callable[[bytes, Random], bytes]


def mutated(content: bytes, mutations: tuple[Mutation, ...], rng: Random) -> bytes:
    """One to four mutations, one after another."""
    for mutate in rng.choices(mutations, k=rng.randint(1, 4)):
        content = mutate(content, rng)
    return content


# -- bytes -------------------------------------------------------------------------------------------------


def bytes_changed(content: bytes, rng: Random) -> bytes:
    """One to eight bytes are others."""
    altered = bytearray(content)
    for _ in range(rng.randint(1, 8) if content else 0):
        altered[rng.randrange(len(altered))] = rng.choice(
            (0, 1, 0x0A, 0x22, 0x7F, 0x80, 0xFF, rng.randrange(256))
        )
    return bytes(altered)


def block_moved(content: bytes, rng: Random) -> bytes:
    """A block is missing, doubled or replaced by noise."""
    at, end = sorted((_place(content, rng), _place(content, rng)))
    block = content[at : min(end, at + 2_000)]
    rest = content[at + len(block) :]
    return content[:at] + rng.choice((b"", block * 2, rng.randbytes(len(block)), bytes(len(block)))) + rest


def cut_short(content: bytes, rng: Random) -> bytes:
    """The end is missing."""
    return content[: _place(content, rng)]


def number_changed(content: bytes, rng: Random) -> bytes:
    """Two, four or eight bytes are an extreme number, as lengths and counts are written."""
    at = _place(content, rng)
    form = rng.choice(("<H", "<I", ">I", "<Q"))
    size = struct.calcsize(form)
    number = rng.choice((0, 1, 2 ** (8 * size) - 1, 2 ** (8 * size - 1), rng.randrange(2 ** (8 * size))))
    return content[:at] + struct.pack(form, number) + content[at + size :]


def head_changed(content: bytes, rng: Random) -> bytes:
    """A few of the first hundred bytes, where a DBF describes itself."""
    head = content[:100]
    return bytes_changed(head, rng) + content[100:]


def tail_changed(content: bytes, rng: Random) -> bytes:
    """A few of the last thousand bytes, where a zip has its directory."""
    return content[:-1_000] + rng.choice((bytes_changed, number_changed))(content[-1_000:], rng)


def _place(content: bytes, rng: Random) -> int:
    return rng.randrange(len(content) + 1)


BYTES: tuple[Mutation, ...] = (bytes_changed, block_moved, cut_short, number_changed)
DBF: tuple[Mutation, ...] = (*BYTES, head_changed, head_changed, head_changed)
ZIP: tuple[Mutation, ...] = (*BYTES, tail_changed, tail_changed, tail_changed)


# -- lines of cells ----------------------------------------------------------------------------------------


def text_mutated(content: bytes, rng: Random, encoding: str) -> bytes:
    """A CSV's cells and lines changed, and the text encoded in some way."""
    lines = [line.split(",") for line in content.decode(encoding).splitlines()]
    for change in rng.choices(LINES, k=rng.randint(1, 4)):
        change(lines, rng)
    ends, separator = rng.choice(("\r\n", "\n", "\r", "\n\n")), rng.choice((*",,,,,,", "\t", ";", "|", " "))
    text = ends.join(separator.join(line) for line in lines) + rng.choice(("", ends, "\x1a", "\0"))
    said = rng.choice((encoding, encoding, *ENCODINGS))
    return text.encode(said, rng.choice(("ignore", "replace")))


def _cell_changed(lines: list[list[str]], rng: Random) -> None:
    line = rng.choice(lines)
    line[rng.randrange(len(line))] = rng.choice(ODD_TEXTS)


def _cell_quoted(lines: list[list[str]], rng: Random) -> None:
    line = rng.choice(lines)
    at = rng.randrange(len(line))
    line[at] = rng.choice(('"{}"', '"{}', '{}"', '"{}\n"', '"{}""')).format(line[at])


def _column_changed(lines: list[list[str]], rng: Random) -> None:
    at, text = rng.randrange(len(lines[0])), rng.choice(ODD_TEXTS)
    for line in lines[1:]:
        line[at : at + 1] = [text]


def _header_changed(lines: list[list[str]], rng: Random) -> None:
    at = rng.randrange(len(lines[0]))
    lines[0][at] = rng.choice((rng.choice(lines[0]), f" {lines[0][at]}\u3000", f"＊{lines[0][at]}", "x"))


def _line_moved(lines: list[list[str]], rng: Random) -> None:
    line = list(rng.choice(lines))
    lines.insert(rng.randrange(len(lines) + 1), rng.choice((line, [""], [*line, "x"], line[:1], line * 3)))


def _lines_lost(lines: list[list[str]], rng: Random) -> None:
    del lines[rng.randrange(1, len(lines) + 1) :]


LINES = (_cell_changed, _cell_changed, _cell_changed, _cell_quoted, _column_changed, _header_changed,
         _line_moved,
         _lines_lost)  # fmt: skip


# -- XML and TOML, as tokens -------------------------------------------------------------------------------

XML_TOKEN = re.compile(rb"<[^>]*>|[^<]+")
ATTRIBUTE = re.compile(rb"""([\w:]+)=("[^"]*"|'[^']*')""")
ODD_VALUES = (b"0", b"-1", b"1", b"A1", b"XFD1048576", b"ZZZZZ99999999", b"A0", b"1048577", b"99999999999",
              b"a1",
              b"A1:XFD1048576", b"s", b"n", b"d", b"e", b"b", b"str", b"inlineStr", b"", b"&#0;", b"&#x41;",
              "表".encode(), b"1e308", b"veryHidden", b"../../x", b"http://example.invalid/x")  # fmt: skip
DOCTYPES = (
    b'<!DOCTYPE a [<!ENTITY lol "lol"><!ENTITY b "&lol;&lol;">]>',
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd">',
)


def xml_mutated(content: bytes, rng: Random) -> bytes:
    """Elements lost, doubled or exchanged, attributes and texts changed."""
    tokens = XML_TOKEN.findall(content)
    for _ in range(rng.randint(1, 5) if tokens else 0):
        at, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        token = tokens[at]
        tokens[at] = rng.choice((
            b"", token * 2, tokens[other], _attribute_changed(token, rng), _attribute_changed(token, rng),
            _attribute_changed(token, rng), _text_changed(token, rng), _text_changed(token, rng),
            token + rng.choice(DOCTYPES), token.replace(b"/>", b">"), b"<x:" + token[1:],
        ))  # fmt: skip
    return b"".join(tokens)


def _attribute_changed(token: bytes, rng: Random) -> bytes:
    found = ATTRIBUTE.findall(token)
    if not found or not token.startswith(b"<"):
        return token
    name, value = rng.choice(found)
    put = rng.choice((b"", b'%s="%s"' % (name, rng.choice(ODD_VALUES)), b"%s = '%s'" % (name, value[1:-1])))
    return token.replace(b"%s=%s" % (name, value), put, 1)


def _text_changed(token: bytes, rng: Random) -> bytes:
    if token.startswith(b"<"):
        return token
    return rng.choice((*ODD_VALUES, rng.choice(ODD_TEXTS).encode("utf-8", "ignore"), b"<![CDATA[x]]>"))


TOML_TOKEN = re.compile(r"""\s+|"[^"\n]*"|'[^'\n]*'|[\w.+:-]+|.""")
ODD_TOML = ("0", "-1", "1e400", "inf", "nan", "true", '""', '"x"', "[]", "[[]]", "{}", "{a = 1}",
            "1979-05-27",
            "07:32:00", "0x" + "f" * 40, "9" * 5_000, "[" * 40 + "]" * 40, "a.b.c", "[[a]]", "[a]", "=",
            "\n", "#",
            '"""', "'''", '"\\u202e"', '"\\u0000"', '"../../x"', '"/dev/zero"', '"\\n"', "2020-13-45",
            '"360102199801010019"', '["x", 1]', "99999-01-01", "_", '"' + "长" * 9_000 + '"')  # fmt: skip


def toml_mutated(content: bytes, rng: Random) -> bytes:
    """Tokens lost, doubled, exchanged, or replaced by odd values."""
    tokens = TOML_TOKEN.findall(content.decode())
    for _ in range(rng.randint(1, 4)):
        at, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        odd = rng.choice(ODD_TOML)
        tokens[at] = rng.choice(("", tokens[at] * 2, tokens[other], odd, odd, odd, odd, f"{tokens[at]}x"))
    return "".join(tokens).encode(rng.choice(("utf-8",) * 8 + ENCODINGS), "replace")


# -- zips --------------------------------------------------------------------------------------------------


def members(content: bytes) -> dict[str, bytes]:
    """A zip's members by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Members as a zip."""
    kept = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(kept, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, part in parts.items():
            archive.writestr(name, part)
    return kept.getvalue()


def member_mutated(content: bytes, rng: Random, wanted: Callable[[str], bool], change: Mutation) -> bytes:
    """One member changed, lost or renamed; the zip itself is sound."""
    parts = members(content)
    name = rng.choice([name for name in parts if wanted(name)])
    fate = rng.randrange(12)
    part = parts.pop(name)
    if fate == 0:
        return packed(parts)
    if fate == 1:
        return packed({**parts, f"x{name}": part})
    return packed({**parts, name: change(part, rng)})
