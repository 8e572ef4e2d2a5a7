"""The languages that the console speaks: gettext catalogues, one `.po` file a part, read when they are first needed.

English is the source. `_("Hello %(name)s", name=…)` and `ngettext("%(num)s day", "%(num)s days", n)` say a message in
the language of the request; `N_` marks one that is said later. A per cent sign of its own is written `%%`, here as in
templates.
"""

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent
SOURCE = "en"
LANGUAGES = {"en": "English", "ro": "Română", "ar": "العربية"}
LOCALES = {"en": Locale("en", "GB"), "ro": Locale("ro"), "ar": Locale("ar")}
# The forms that a number takes, in the order in which `.po` files list them (GNU gettext's own for these languages).
PLURALS = {
    "ro": "nplurals=3; plural=(n==1 ? 0 : n==0 || (n!=1 && n%100>=1 && n%100<=19) ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}
speaking: ContextVar[str] = ContextVar("speaking", default=SOURCE)


def locale() -> Locale:
    """How the language of the request writes dates and numbers."""
    return LOCALES[speaking.get()]


def direction(language: str) -> str:
    """`ltr` or `rtl`."""
    return str(LOCALES[language].text_direction)


@contextmanager
def spoken_in(language: str) -> Iterator[None]:
    """Everything inside is said in this language."""
    token = speaking.set(language)
    try:
        yield
    finally:
        speaking.reset(token)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """All parts of a language as one; a message that nobody translated is said in English."""
    if language == SOURCE:
        return gettext.NullTranslations()
    file = io.BytesIO()
    write_mo(file, merged(language))
    file.seek(0)
    return gettext.GNUTranslations(file)


def merged(language: str) -> Catalog:
    """The catalogues of all parts of a language; of two translations of one message the first part's counts."""
    whole = Catalog(locale=language)
    whole.mime_headers = [("Plural-Forms", PLURALS[language])]
    for path in files(language):
        for message in read(path):
            if message.id and message.string and not message.fuzzy and whole.get(message.id, message.context) is None:
                whole.add(message.id, message.string, context=message.context)
    return whole


def files(language: str) -> list[Path]:
    """The `.po` files of a language."""
    return sorted((HERE / language).glob("*.po"))


def read(path: Path) -> Catalog:
    """One part's catalogue; ValueError names the line that can't be read."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name, abort_invalid=True)


def N_(message: str) -> str:  # noqa: N802 - the name by which extractors know it
    """A message that `_` says later."""
    return message


def _(message: str, /, **values: Any) -> str:
    return catalogue(speaking.get()).gettext(message) % values


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """The form that this number takes; it stands in the message as `%(num)s`."""
    return catalogue(speaking.get()).ngettext(one, many, num) % {"num": num, **values}


def pgettext(context: str, message: str, /, **values: Any) -> str:
    """A message that needs a word of explanation to be translated."""
    return catalogue(speaking.get()).pgettext(context, message) % values
