"""Texts in cells of tables: none that a spreadsheet would run."""

# What makes a spreadsheet take a cell for a formula (OWASP, "CSV injection").
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(text: str) -> str:
    """The text, with an apostrophe before what looks like a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """The text without that apostrophe."""
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text
