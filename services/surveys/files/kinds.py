"""Which kinds of files are taken, told by their bytes alone: neither name nor declared type is believed."""

import re
from enum import StrEnum

from shared.errors import Refusal


class Kind(StrEnum):
    """The allow-list, by media type."""

    jpeg = "image/jpeg"
    png = "image/png"
    webp = "image/webp"
    pdf = "application/pdf"
    text = "text/plain"


ENDINGS = {Kind.jpeg: "jpg", Kind.png: "png", Kind.webp: "webp", Kind.pdf: "pdf", Kind.text: "txt"}
PICTURES = frozenset({Kind.jpeg, Kind.png, Kind.webp})


class Refused(StrEnum):
    """Why a file is not taken; the page has words for each in every language."""

    empty = "empty"
    too_large = "too_large"
    too_many = "too_many"
    wrong_type = "wrong_type"
    broken_picture = "broken_picture"
    huge_picture = "huge_picture"
    active_pdf = "active_pdf"


WORDS = {
    Refused.empty: "The file is empty.",
    Refused.too_large: "The file is larger than a case takes.",
    Refused.too_many: "The case has as many files as it takes.",
    Refused.wrong_type: "Pictures (JPEG, PNG, WebP), PDF and plain text are taken; this is none of them.",
    Refused.broken_picture: "The picture cannot be read.",
    Refused.huge_picture: "The picture has too many pixels.",
    Refused.active_pdf: "The PDF carries scripts, programs or other files.",
}


class NotTaken(Refusal):
    """A file that the guard refuses; `why` is one of Refused and goes into the problem's code."""

    status = 422
    title = "The file cannot be taken"

    def __init__(self, why: Refused) -> None:
        super().__init__(WORDS[why], code=f"file-{why.replace('_', '-')}")
        self.why = why


_JPEG, _PNG, _PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 22 + 65_535  # where the end of a ZIP's directory stands (APPNOTE 4.3.16)
# Names of what makes a PDF act or carry something (ISO 32000-1, 12.6.4 and 7.11.4); `#4a` writes a letter as its code.
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE)\b")
_CODED = re.compile(rb"#([0-9A-Fa-f]{2})")
_MARKUP = re.compile(r"<\s*(?:!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|img|style|meta)\b", re.I)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_PROGRAMS = ("#!", "%!PS", "MZ", "{\\rtf")


def kind_of(content: bytes) -> Kind:
    """The kind of these bytes; NotTaken when it is none of the list, or two at once."""
    if not content:
        raise NotTaken(Refused.empty)
    if content.startswith(_JPEG):
        return Kind.jpeg
    if content.startswith(_PNG):
        return Kind.png
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Kind.webp
    if content.startswith(_PDF):
        return _pdf(content)
    return _text(content)


def _pdf(content: bytes) -> Kind:
    """A PDF from its first byte to its last: one that is a ZIP archive or a web page as well is none."""
    ends = b"%%EOF" in content[-1024:]
    if not ends or _ZIP_END in content[-_ZIP_TAIL:] or _MARKUP.search(content[:4096].decode("latin-1")):
        raise NotTaken(Refused.wrong_type)
    if _ACTS.search(_CODED.sub(lambda code: bytes([int(code[1], 16)]), content)):
        raise NotTaken(Refused.active_pdf)
    return Kind.pdf


def _text(content: bytes) -> Kind:
    """Words: UTF-8 without control characters that no program or browser would run."""
    try:
        words = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotTaken(Refused.wrong_type) from error
    if _CONTROLS.search(words) or words.startswith(_PROGRAMS) or _MARKUP.search(words) or "%PDF-" in words[:1024]:
        raise NotTaken(Refused.wrong_type)
    return Kind.text
