"""What a page says in Latin letters: on an Arabic page that is a name, an example's text, or was forgotten."""

import re
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# People's own texts, names and codes stand in these.
ALIEN = {"bdi", "blockquote", "code", "script", "style", "textarea"}
WORD = re.compile(r"[A-Za-z]{3,}")
# What is written so everywhere: names of measures, formats, zones, of the program itself and of journeys that are data.
EVERYWHERE = re.compile(
    r"\b(Sojourn|CSV|YAML|PDF|SVG|UTF-8|NPS|e?NPS|CES|CSAT|AsyncAPI|SHA-256|ISO|EP LEAD|UTC\S*|[CE]ES?T"
    r"|[A-Z]\w+/[A-Z]\w+|[a-z]+(-\w+)+|rules-1|[Mm]useum|text( text)*|Text)\b"
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside: list[bool] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.texts += [value for name in ("aria-label", "placeholder", "title") if (value := given.get(name))]
        if tag not in VOID:
            self.inside.append(tag in ALIEN or given.get("dir") == "auto" or given.get("lang", "ar") != "ar")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<path …/>` of a picture holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.inside:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.inside):
            self.texts.append(data)


def latin(html: str, names: frozenset[str]) -> set[str]:
    """The words in Latin letters of a page besides `names` and what is written so everywhere."""
    read = _Reader()
    read.feed(html)
    left = [EVERYWHERE.sub("", " ".join(text.split())) for text in read.texts]
    return {word for text in left for word in WORD.findall(text)} - names
