"""What the other rooms say in English, in the reader's language: titles, reasons of scores, refusals.

A room's text is looked up as it stands; one with a number, a day or a code in it is known by its shape. Whether it is a
sentence ("It has passed.") or a part of one ("it has passed") makes no difference. What nobody listed here (a
committee's own words, say) stays as it is.
"""

import re
from functools import cache

from services.journeys.console import words
from services.journeys.console.heard.reasons import REASONS, REASONS_TOO
from services.journeys.console.heard.refusals import REFUSALS, REFUSALS_TOO
from services.journeys.console.heard.titles import TITLES
from services.journeys.console.texts import SOURCE, _, speaking
from services.journeys.console.touchpoint_codes import TOUCHPOINTS

WEIGHED = re.compile(r"(.+) \(([+−-])(\d+\.\d+)\)", re.DOTALL)
HOLE = re.compile(r"%\((\w+)\)s")
HOLES = {
    "num": r"-?\d([\d.,-]*\d)?", "share": r"\d+ ?%", "code": r"[a-z][a-z0-9_.-]*", "at": r"\d{4}-\d\d-\d\dT\S+",
    "choices": r"'[^']*'((, | or )'[^']*')*",
}  # fmt: skip
ALL = (*TITLES, *TOUCHPOINTS.values(), *REASONS, *REFUSALS)


def bare(text: str) -> str:
    """A text without what makes a sentence of it."""
    return text[:1].lower() + text[1:].removesuffix(".")


_FIXED = [one for one in ALL if not HOLE.search(one)]
WHOLE = {bare(one): one for one in _FIXED} | {one: one for one in _FIXED}


def heard(text: str) -> str:
    """A room's text as the reader speaks; `(+0.62)` behind a reason is kept."""
    if speaking.get() == SOURCE:
        return text
    if weighed := WEIGHED.fullmatch(text):
        weight = float(weighed[3]) * (1 if weighed[2] == "+" else -1)
        return f"{heard(weighed[1])} ({words.signed(weight)})"
    if message := WHOLE.get(text) or WHOLE.get(bare(text)):
        return _alike(text, message, _(message))
    for shape, message in shapes():
        if found := shape.fullmatch(text):
            said = _(message, **{name: _value(value) for name, value in found.groupdict().items()})
            return _alike(text, message, said)
    return text


def _alike(text: str, message: str, said: str) -> str:
    """A sentence where the room says one; a part of one where it does not."""
    if text.endswith(".") != message.endswith("."):
        said = f"{said}." if text.endswith(".") else said.removesuffix(".")
    if message[:1].isalpha() and text[:1].isupper() != message[:1].isupper() and not said[1:2].isupper():
        said = (said[:1].upper() if text[:1].isupper() else said[:1].lower()) + said[1:]
    return said


def reason_words(text: str) -> str:
    """A reason without the number that stands beside it: “visited 5 opportunities (+0.62)” loses its bracket."""
    weighed = WEIGHED.fullmatch(text)
    said = heard(weighed[1] if weighed else text)
    return words.plain(said) if said == text else said[:1].upper() + said[1:]


@cache
def shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts with something in them, those with the most words of their own first."""
    spoken = [(one, one) for one in ALL if HOLE.search(one)] + [*REASONS_TOO, *REFUSALS_TOO]
    return tuple((_shape(text), message) for text, message in sorted(spoken, key=lambda pair: -_own(pair[0])))


def _own(text: str) -> int:
    return len(HOLE.sub("", text))


def _shape(text: str) -> re.Pattern[str]:
    parts = HOLE.split(text.removesuffix("."))  # words and names of holes, by turns
    spoken = [f"(?P<{part}>{HOLES.get(part, '.+?')})" if at % 2 else re.escape(part) for at, part in enumerate(parts)]
    if parts[0]:
        spoken[0] = f"(?i:{re.escape(parts[0][0])}){re.escape(parts[0][1:])}"
    return re.compile("".join(spoken) + r"\.?")


def _value(text: str) -> str:
    """A number, a share, a day, codes or a text of the rooms, as the reader writes them; a name stays."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return words.number(float(text), 1 if "." in text else 0)
    if re.fullmatch(r"\d+ ?%", text):
        return words.percent(int(text.rstrip(" %")) / 100)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return words.day(text)
    if re.fullmatch(HOLES["at"], text):
        return words.at(text, "UTC")
    if re.fullmatch(HOLES["choices"], text):
        return words.listed(words.inside(one) for one in re.findall(r"'([^']*)'", text))
    if (said := heard(text)) == text and re.fullmatch(r"[a-z_ ]+(, [a-z_ ]+)*", text):
        return words.listed(words.inside(one.replace(" ", "_")) for one in re.split(r", | or ", text))
    return said


FILTERS = {"heard": heard, "reason_words": reason_words}
