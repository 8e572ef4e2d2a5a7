"""Where people choose what they get: words, personal links, and the pages."""

from services.notifications.choices.words import (
    PREFERENCES,
    UNSUBSCRIBE,
    Ways,
    all_words,
    link_until,
    spoken,
    ways,
    words,
)

__all__ = ["PREFERENCES", "UNSUBSCRIBE", "Ways", "all_words", "link_until", "spoken", "ways", "words"]
