"""Names as one searches for them."""

import unicodedata


def folded(text: str) -> str:
    """A name as one searches for it: no case, no accents (“Șerban” is found by “serban”)."""
    plain = text.translate(_STROKES)
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)).casefold()


_STROKES = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "Ae"})
