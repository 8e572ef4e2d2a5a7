"""What visitors and people allow: said for each purpose, taken back at will, and nothing without a word."""

from enum import StrEnum

# Global Privacy Control (a W3C draft) and Do Not Track: a browser's standing objection.
OBJECTIONS = ("sec-gpc", "dnt")


class Purpose(StrEnum):
    """What somebody may agree to."""

    analytics = "analytics"  # visits are kept with the visitor's id, so that they can become a person's
    personalization = "personalization"  # what is shown next may depend on them
    marketing = "marketing"  # the person may be in an audience that goes out


def allowed(said: bool | None, *, objects: bool, ask_first: bool) -> bool:
    """Whether it may be done. What was said decides; unsaid, an objection of the browser does, then the house's rule:
    `ask_first` is that of the GDPR, without it one may until somebody objects."""
    if said is not None:
        return said
    return not (objects or ask_first)


def objects(headers: dict[str, str]) -> bool:
    """Whether the browser that sent these headers (names in lower case) objects to being followed."""
    return any(headers.get(name, "").strip() == "1" for name in OBJECTIONS)
