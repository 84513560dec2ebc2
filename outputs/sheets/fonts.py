"""The type on this machine that sheets can be set in, and what it has no glyph for."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from fontTools.ttLib import TTFont, TTLibError
from typst import FontInfo, Fonts

from schemas.errors import InputError
from schemas.sheets import Lettering, lettering
from schemas.words import Text


class Type(NamedTuple):
    """The fonts that are installed, the declared families among them, the best first, and what these cover.

    `known` are code points. Whatever they lack is set in any other font that has it.
    """

    fonts: Fonts
    families: tuple[str, ...]
    known: frozenset[int]
    mark: str

    def lacking(self, texts: Iterable[str]) -> frozenset[str]:
        """The characters of texts that no font has; those without a look need none."""
        used = frozenset("".join(texts))
        rare = frozenset(each for each in used if ord(each) not in self.known and _is_seen(each))
        for font in self.fonts.fonts() if rare else ():
            covered = _covered(font)
            rare = frozenset(each for each in rare if ord(each) not in covered)
        return rare


@cache
def installed_type() -> Type:
    """The type of this machine. InputError where it has no Chinese font."""
    return type_of(Fonts(include_system_fonts=True, include_embedded_fonts=False), lettering())


def type_of(fonts: Fonts, wanted: Lettering) -> Type:
    """The families wanted as far as they are there."""
    there = {font.family.casefold() for font in fonts.fonts()}
    families = tuple(family for family in wanted.families if family.casefold() in there)
    if not families:
        raise InputError(_FONTS, _NO_FONT, _INSTALL)
    chosen = {family.casefold() for family in families}
    covered = (_covered(font) for font in fonts.fonts() if font.family.casefold() in chosen)
    return Type(fonts, families, frozenset[int]().union(*covered), wanted.lacking)


def _is_seen(character: str) -> bool:
    """Whether a character has a look, as all have that Python's tables do not know yet."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp", "Zs"}


def _covered(font: FontInfo) -> frozenset[int]:
    """The code points that a font has a glyph for; none of one that cannot be read."""
    if font.path is None:
        return frozenset()
    try:
        with TTFont(font.path, fontNumber=font.index, lazy=True) as opened:
            return frozenset(opened.getBestCmap() or ())
    except (TTLibError, OSError):
        return frozenset()


_FONTS = "PDF"
_NO_FONT = Text("这台电脑没有可用的中文字体", "this machine has no Chinese font")
_INSTALL = Text(
    "请安装一种，如 Debian 的 fonts-noto-cjk；只要名单和收费表的，加 --only recall --only fees",
    "install one, e.g. Debian's fonts-noto-cjk; lists and fees need none: --only recall --only fees",
)
