"""How wide a text is, about, and where its lines break: no font is at hand, and every reader has another one."""

import unicodedata
from functools import lru_cache

# Widths in thousandths of the size, of the wider of usual sans-serif faces.
NARROW, WIDE, DEFAULT, FULL = 300, 900, 570, 1000
WIDTHS = (
    dict.fromkeys("iljI|!.,:;'`·’‘", NARROW) | dict.fromkeys("ftr()[]{}/\\-“”\"", 380) | dict.fromkeys("mwMW@%—…", WIDE)
    | dict.fromkeys("ABCDEFGHKNOPQRUVXYZ&", 720) | {" ": 300}
)  # fmt: skip


@lru_cache(maxsize=4096)
def _letter(letter: str) -> int:
    if letter in WIDTHS:
        return WIDTHS[letter]
    if unicodedata.combining(letter) or unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return 0
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return FULL
    return DEFAULT


def width(text: str, size: float) -> float:
    return sum(map(_letter, text)) * size / 1000


def wrapped(text: str, size: float, room: float, most: int = 8) -> list[str]:
    """Lines that fit into `room`; a word that is too long is cut; of too many lines the last has an ellipsis."""
    lines: list[str] = []
    for paragraph in printable(text).split("\n"):
        line = ""
        for word in paragraph.split():
            if width(f"{line} {word}" if line else word, size) <= room:
                line = f"{line} {word}" if line else word
                continue
            lines += [line] if line else []
            *full, line = _pieces(word, size, room)
            lines += full
            if len(lines) > most:
                break
        lines += [line] if line else []
    if len(lines) > most:
        lines = [*lines[: most - 1], _shortened(lines[most - 1], size, room)]
    return lines


def _pieces(word: str, size: float, room: float) -> list[str]:
    """A word in pieces that fit; what combines with a letter stays with it."""
    pieces, piece = [], ""
    for letter in word:
        if piece and _letter(letter) and width(piece + letter, size) > room:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]


def _shortened(line: str, size: float, room: float) -> str:
    while line and width(line + "…", size) > room:
        line = line[:-1]
    return line.rstrip() + "…"


def printable(text: str) -> str:
    """Without what XML can't hold, and without signs that turn the direction of everything after them."""
    kept = []
    for letter in text:
        category = unicodedata.category(letter)
        if letter == "\n":
            kept.append(letter)
        elif letter.isspace():
            kept.append(" ")
        elif category in {"Cc", "Cs", "Co", "Cn"} or letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            continue
        else:
            kept.append(letter)
    return "".join(kept)
