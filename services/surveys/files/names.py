"""File names as they may be shown and sent: one path element, letters of any script, the ending of the true kind."""

import re
import unicodedata
from urllib.parse import quote

from services.surveys.files.kinds import ENDINGS, Kind

LONGEST = 80
# Windows gives these a meaning of their own, with any ending.
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])")


def shown_name(given: str, kind: Kind, number: int = 1) -> str:
    """A name for people: of the given one its last path element without its endings; `attachment-1` when none is left.

    Controls, line ends, quotes, marks that turn the direction of writing, and dots in front are gone.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", given))[-1]
    stem = last.partition(".")[0] if not last.startswith(".") else last.lstrip(".").partition(".")[0]
    kept = "".join(c if c.isalnum() or c in " ()+-_" or unicodedata.category(c) in ("Mn", "Mc") else "_" for c in stem)
    plain = re.sub(r"[ _]*_[ _]*", "_", kept)[:LONGEST].strip(" _")
    if not plain or _DEVICES.fullmatch(plain):
        plain = f"attachment-{number}"
    return f"{plain}.{ENDINGS[kind]}"


def disposition(name: str) -> str:
    """`Content-Disposition` of a download (RFC 6266): a plain name for old programs, the whole one by RFC 8187."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ().+_-]", "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
