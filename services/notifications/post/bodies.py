"""Text from bytes that lie about their charset, from HTML that is never shown, and what of an answer is new."""

import html
import re
import unicodedata

LARGEST_PAGE = 500_000
# Marks that turn the direction of a line: whoever writes right to left needs none of them, whoever deceives does.
_TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_BREAKS_IN_A_ROW = """
address article blockquote br div dl dt dd figure footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section table
tr ul
"""
_BREAKS = frozenset(_BREAKS_IN_A_ROW.split())
_TAG = re.compile(r"<([/!?]?)([a-zA-Z][a-zA-Z0-9]*)[^<>]{0,5000}>")
_UNSEEN = frozenset({"head", "script", "style", "template", "title", "noscript", "svg", "math", "object"})


def readable(raw: bytes, charset: str | None) -> str:
    """The bytes in the charset that they claim; else as UTF-8, else letter by letter."""
    for name in (charset, "utf-8", "cp1252"):
        try:
            if name and "\0" not in name:
                return raw.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("latin-1")


def plain(text: str) -> str:
    """The text without control characters (but for tabs and ends of lines), half letters and marks that deceive."""
    kept = (c for c in text.translate(_TURNS) if c in "\n\r\t" or not unicodedata.category(c).startswith(("Cc", "Cs")))
    return "".join(kept)


def from_html(page: str) -> str:
    """What a page says, as lines of text. Each step goes forward, so that no page takes longer than its length."""
    page = page[:LARGEST_PAGE]
    pieces: list[str] = []
    at = 0
    while at < len(page):
        if (opens := page.find("<", at)) < 0:
            opens = len(page)
        pieces.append(" ".join(f"|{html.unescape(page[at:opens])}|".split())[1:-1])
        at = _past_markup(page, opens, pieces)
    lines = [" ".join(line.split()) for line in "".join(pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _past_markup(page: str, at: int, pieces: list[str]) -> int:
    """Where the text goes on after the tag or comment that begins here; the breaks that it makes join the pieces."""
    if page.startswith("<!--", at):
        end = page.find("-->", at + 4)
        return len(page) if end < 0 else end + 3
    if (tag := _TAG.match(page, at)) is None:
        pieces.append(page[at : at + 1])
        return at + 1
    name = tag.group(2).lower()
    if name in _UNSEEN and not tag.group(1):
        closing = re.compile(f"</{name}[\\s>]", re.IGNORECASE).search(page, tag.end())
        return len(page) if closing is None else closing.start()
    if name in _BREAKS:
        pieces.append(f"\n{QUOTED}\n" if name == "blockquote" and not tag.group(1) else "\n")
    return tag.end()


# --- what is new

QUOTED = "-----"
# How mail programs begin what they quote: "On … wrote:" in the languages of the network, Outlook's lines, a bar.
_WROTE = (
    r"wrote|a scris|skrev|schrieb|a écrit|escribió|escreveu|ha scritto|schreef|napisał\(a\)|napisał|kirjoitti|написав?|"
    r"написала?|пише|írta|yazdı|έγραψε|写道|さんは書きました|كتب|כתב"
)
_STARTS = re.compile(
    rf"^(?:>?\s*\S.{{0,300}}(?:{_WROTE})\s*[:：]\s*$|-{{5,}}.{{0,80}}$|_{{10,}}\s*$|"
    r"\*?(?:From|De la|Från|Von|De|Da|Van|Od|Lähettäjä|Від|От|Kimden|من)\s?:\*?\s.{0,200}@.{0,200}$)",
    re.IGNORECASE,
)
_LOOKED_AT = 2_000


def shown(text: str) -> str:
    """What was written anew: without what it quotes and without the signature. All of it when nothing else is left."""
    lines = text.split("\n")
    end = len(lines)
    for number, line in enumerate(lines[:_LOOKED_AT]):
        joined = f"{line} {lines[number + 1]}" if number + 1 < len(lines) else line
        folded = not line.startswith(">") and len(line) > 20 and _ends_with_wrote(lines, number)
        if line.rstrip() == "--" or _STARTS.match(line[:400]) or (folded and _STARTS.match(joined[:400])):
            end = number
            break
    kept = [line for line in lines[:end] if not line.startswith(">")]
    return "\n".join(kept).strip() or text.strip()


def _ends_with_wrote(lines: list[str], number: int) -> bool:
    """Whether the next line is the second half of a folded "On … wrote:"."""
    if number + 1 >= len(lines):
        return False
    return re.search(rf"(?:{_WROTE})\s*[:：]\s*$", lines[number + 1][:400], re.IGNORECASE) is not None
