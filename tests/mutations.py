"""Sound bytes -> bytes with something wrong in them, by a seeded generator."""

from collections.abc import Callable, Iterator

import numpy as np

from tests.odd_photos import Odd, good_files

_OFTEN = 9
"""The first of the sound files are a camera's JPEGs: drawn more often than the rest, which weigh 2."""


def mutated_files(seed: int) -> Iterator[Odd]:
    """Endlessly: a sound file, one to three times mutated."""
    rng = np.random.default_rng(seed)
    files = list(good_files().values())
    weights = np.array([_OFTEN] * 4 + [2] * (len(files) - 4), float)
    while True:
        content = files[rng.choice(len(files), p=weights / weights.sum())]
        for mutate in (first := rng.choice(len(MUTATIONS), rng.integers(1, 4))):
            content = MUTATIONS[mutate](content, rng)
        yield Odd(f"mutated: {MUTATIONS[first[0]].__name__.replace('_', ' ')}", content)


def bits_flipped(content: bytes, rng: np.random.Generator) -> bytes:
    """One to thirty bits."""
    altered = bytearray(content)
    for at in rng.integers(0, len(content), rng.integers(1, 31)).tolist():
        altered[at] ^= 1 << int(rng.integers(8))
    return bytes(altered)


def header_scribbled(content: bytes, rng: np.random.Generator) -> bytes:
    """Some of the first 700 bytes, where EXIF, tables and sizes stand."""
    altered = bytearray(content)
    for at in rng.integers(2, min(700, len(content)), rng.integers(1, 12)).tolist():
        altered[at] = int(rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.integers(256))))
    return bytes(altered)


def blocks_swapped(content: bytes, rng: np.random.Generator) -> bytes:
    """Two blocks of equal length change places."""
    a, b, length = _two_places(content, rng)
    one, other = content[a : a + length], content[b : b + length]
    return content[:a] + other + content[a + length : b] + one + content[b + length :]


def block_deleted(content: bytes, rng: np.random.Generator) -> bytes:
    """A block is missing."""
    at, _, length = _two_places(content, rng)
    return content[:at] + content[at + length :]


def block_inserted(content: bytes, rng: np.random.Generator) -> bytes:
    """A block of noise, or of the file itself, stands between."""
    at, other, length = _two_places(content, rng)
    block = rng.bytes(length) if rng.integers(2) else content[other : other + length]
    return content[:at] + block + content[at:]


def block_zeroed(content: bytes, rng: np.random.Generator) -> bytes:
    """A block is zeros, as a failing card leaves it."""
    at, _, length = _two_places(content, rng)
    return content[:at] + bytes(length) + content[at + length :]


def cut_short(content: bytes, rng: np.random.Generator) -> bytes:
    """The end is missing."""
    return content[: int(rng.integers(1, len(content)))]


def marker_altered(content: bytes, rng: np.random.Generator) -> bytes:
    """A JPEG marker, or the length behind it, is another; in other formats any byte."""
    places = [at for at in range(len(content) - 4) if content[at] == 0xFF and content[at + 1] >= 0xC0]
    altered = bytearray(content)
    at = int(rng.choice(places)) if places else int(rng.integers(len(content) - 4))
    if rng.integers(2):
        altered[at + 1] = int(rng.integers(0xC0, 0x100))
    else:
        altered[at + 2 : at + 4] = rng.bytes(2)
    return bytes(altered)


def _two_places(content: bytes, rng: np.random.Generator) -> tuple[int, int, int]:
    """Two places, the lesser first, and a length that fits between and behind them."""
    a, b = sorted(rng.integers(0, len(content), 2).tolist())
    return a, b, int(rng.integers(0, 1 + min(b - a, len(content) - b, 4_000)))


MUTATIONS: tuple[Callable[[bytes, np.random.Generator], bytes], ...] = (
    bits_flipped,
    header_scribbled,
    header_scribbled,
    blocks_swapped,
    block_deleted,
    block_inserted,
    block_zeroed,
    cut_short,
    marker_altered,
)
