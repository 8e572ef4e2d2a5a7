"""The guard of a case's files against what people, and worse, may send."""

import io

import pytest
from PIL import Image

from services.surveys.files import (
    Clamd,
    Kind,
    Limits,
    NoScanner,
    NotTaken,
    Refused,
    ScannerAway,
    ScannerFault,
    Verdict,
    disposition,
    guard,
    guarded,
    scanner_of,
    shown_name,
)
from tests.surveys import hostile
from tests.surveys.hostile import EICAR, PDF, SCRIPT, ZIP, daemon, picture


def refusal(content: bytes, name: str = "photo.jpg") -> Refused:
    with pytest.raises(NotTaken) as refused:
        guard(name, content, Limits())
    return refused.value.why


@pytest.mark.parametrize(
    ("form", "kind"), [("JPEG", Kind.jpeg), ("PNG", Kind.png), ("WEBP", Kind.webp)]
)  # fmt: skip
def test_a_picture_is_known_by_its_bytes_and_gets_its_own_ending(form: str, kind: Kind) -> None:
    kept = guard("room.exe", picture(form), Limits())
    assert (kept.kind, kept.name.partition(".")[0]) == (kind, "room")
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert drawn.format == form
        assert drawn.size == (64, 48)


def test_a_picture_keeps_its_pixels_upright_and_nothing_else() -> None:
    came = hostile.located()
    assert b"CAMERA-OF-IOANA" in came
    kept = guard("a.jpg", came, Limits())
    assert b"CAMERA-OF-IOANA" not in kept.content
    assert b"HIDDEN-COMMENT" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert dict(drawn.getexif()) == {}
        assert drawn.size == (48, 64)  # turned as the camera said


@pytest.mark.parametrize("tail", [ZIP, SCRIPT, EICAR, PDF, b"MZ" + bytes(200)])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_second_file_behind_a_picture_is_gone(form: str, tail: bytes) -> None:
    kept = guard("a.jpg", picture(form) + tail, Limits())
    assert tail not in kept.content


def test_text_hidden_in_a_png_is_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Comment", SCRIPT.decode())
    assert b"alert" not in guard("a.png", picture("PNG", pnginfo=told), Limits()).content


def test_a_picture_that_unpacks_to_900_million_pixels_is_refused_before_it_does() -> None:
    content = hostile.bomb()
    assert len(content) < 200_000
    assert refusal(content) is Refused.huge_picture


def test_a_picture_above_the_limit_of_pixels_is_refused() -> None:
    with pytest.raises(NotTaken, match="too many pixels"):
        guard("a.png", picture("PNG", (200, 200)), Limits(pixels=39_999))


def test_a_large_picture_is_made_smaller() -> None:
    with Image.open(io.BytesIO(guard("a.jpg", picture(size=(5000, 1000)), Limits()).content)) as drawn:
        assert drawn.size == (2560, 512)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff" + SCRIPT * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(60),
        b"RIFF\x00\x00\x00\x10WEBPVP8 ",
        picture("PNG")[:60],
        b"RIFF\x24\x00\x00\x00WEBP" + b"\xff" * 40,
    ],
)
def test_what_only_begins_like_a_picture_is_refused(content: bytes) -> None:
    assert refusal(content) is Refused.broken_picture


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"\xef\xbb\xbf  <?xml version='1.0'?><svg onload='x()'/>",
        b"<!DOCTYPE html><html></html>",
        b"hello " + SCRIPT,
        b"<!-- note --><  SCRIPT src=//x></script>",
        b"GIF89a" + bytes(40),
        b"GIF89a/*\x01\x00*/=1;alert(1)",
        b"PK\x03\x04" + bytes(100),
        b"MZ" + b" program",
        b"\x7fELF\x02\x01\x01\x00",
        b"#!/bin/sh\nrm -rf /\n",
        b"%!PS-Adobe-3.0\n",
        b"{\\rtf1 x}",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20),
        b"BM" + bytes(80),
        b"II*\x00" + bytes(80),
        b"a\x00b",
        b"\x1b[2J a terminal's command",
        "héllo".encode("latin-1"),
        "héllo".encode("utf-16"),
        b"\n\n %PDF-1.4 " + PDF,
        PDF + ZIP,
        PDF[:-8],
        b"%PDF-1.4\n" + SCRIPT + PDF,
    ],
)
def test_what_is_not_on_the_list_is_refused_whatever_its_name(content: bytes) -> None:
    for name in ("photo.jpg", "letter.pdf", "notes.txt", ""):
        assert refusal(content, name) is Refused.wrong_type


@pytest.mark.parametrize(
    "act", [b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>", b"/S/Launch/F(cmd.exe)", b"/EmbeddedFiles 3 0 R",
            b"/S/#4aava#53cript", b"/XFA 4 0 R", b"/S /SubmitForm"]
)  # fmt: skip
def test_a_pdf_that_acts_is_refused(act: bytes) -> None:
    assert refusal(PDF.replace(b"/Pages 2 0 R", b"/Pages 2 0 R" + act)) is Refused.active_pdf


def test_a_plain_pdf_and_plain_words_are_taken() -> None:
    assert guard("contract.pdf", PDF, Limits()).kind is Kind.pdf
    kept = guard("notes", "Două paturi, a < b.\r\n".encode(), Limits())
    assert (kept.kind, kept.name) == (Kind.text, "notes.txt")


def test_size_is_bounded_and_nothing_is_no_file() -> None:
    with pytest.raises(NotTaken, match="larger"):
        guard("a.txt", b"x" * 101, Limits(size=100))
    assert refusal(b"") is Refused.empty


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("..\\..\\boot.ini", "boot.txt"),
        ("C:\\Users\\x\\photo.JPG", "photo.txt"),
        ("a\r\nSet-Cookie: x=1", "a_Set-Cookie_x_1.txt"),
        ('a"; filename="b.exe', "a_ filename_b.txt"),
        ("invoice\u202egpj.exe", "invoice_gpj.txt"),
        ("photo.php.jpg", "photo.txt"),
        (".htaccess", "htaccess.txt"),
        ("....", "attachment-1.txt"),
        ("", "attachment-1.txt"),
        ("CON", "attachment-1.txt"),
        ("lpt1.txt", "attachment-1.txt"),
        ("x" * 500, "x" * 80 + ".txt"),
        ("фото комнаты.png", "фото комнаты.txt"),
        ("صورة", "صورة.txt"),
        ("\x00\x1b", "attachment-1.txt"),
    ],
)
def test_a_name_is_one_path_element_of_plain_letters(given: str, shown: str) -> None:
    assert shown_name(given, Kind.text) == shown.replace("a_ filename_b", "a_filename_b")


@pytest.mark.parametrize("given", ["a\r\nX: y", 'q"uo"te', "фото", "a;b", "%0d%0a", "\u2028x"])
def test_no_name_leaves_its_header(given: str) -> None:
    header = disposition(shown_name(given, Kind.png))
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith('attachment; filename="')
    assert header.count('"') == 2


async def test_the_guard_works_beside_the_event_loop() -> None:
    kept = await guarded("a.jpg", picture(), Limits())
    assert kept.kind is Kind.jpeg
    with pytest.raises(NotTaken):
        await guarded("a.jpg", b"", Limits())


# --- the scanner


async def test_the_daemon_is_sent_the_bytes_and_says_what_it_found() -> None:
    async with daemon() as (port, seen):
        scanner = Clamd("127.0.0.1", port)
        large = bytes(200_000) + b"end"
        assert await scanner.scan(large) == Verdict()
        assert await scanner.scan(EICAR) == Verdict("Eicar-Test-Signature")
        assert seen == [large, EICAR]


@pytest.mark.parametrize("say", [b"", b"stream: ERROR\0", b"UNKNOWN COMMAND\0", b"stream: OK"])
async def test_an_answer_that_makes_no_sense_is_none(say: bytes) -> None:
    async with daemon(say=say) as (port, _):
        with pytest.raises(ScannerAway):
            await Clamd("127.0.0.1", port).scan(b"x")


async def test_a_scanner_that_is_away_or_silent_gives_no_verdict() -> None:
    async with daemon() as (port, _):
        pass
    with pytest.raises(ScannerAway):
        await Clamd("127.0.0.1", port).scan(b"x")


async def test_a_file_that_the_daemon_finds_too_large_gets_no_verdict_ever() -> None:
    async with daemon(say=b"INSTREAM size limit exceeded. ERROR\0") as (port, _):
        with pytest.raises(ScannerFault):
            await Clamd("127.0.0.1", port).scan(b"x")


def test_a_scanner_is_named_by_its_address() -> None:
    assert isinstance(scanner_of("none"), NoScanner)
    assert not scanner_of("none").looks
    assert (scanner_of("clamd://scan.example:1234").port, scanner_of("clamd://scan.example").port) == (1234, 3310)
    with pytest.raises(ValueError, match="no scanner"):
        scanner_of("http://scan.example")
