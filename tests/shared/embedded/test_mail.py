"""The development mail server: what is received is kept and shown, and can't run."""

from email.message import EmailMessage

import aiosmtplib
import httpx
import pytest

from shared.embedded.checks import CannotStart
from shared.embedded.mail import MailServer
from shared.embedded.mailbox import Mailbox, arrival

EP, ENABLER = "ana@people.example", "host@company.example"


@pytest.fixture
async def server(tmp_path):
    def verdict(address):
        return "550 no such mailbox" if address.startswith("nobody@") else None

    async with MailServer(tmp_path, verdict=verdict) as running:
        yield running


@pytest.fixture
async def web(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        yield client


def letter(to: str = EP, subject: str = "Abreise – zwei Wochen") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Sojourn <no-reply@sojourn.example>", to, subject
    message["Message-ID"] = "<one@sojourn.example>"
    message.set_content("Grüße")
    message.add_alternative("<html><head></head><body><img src='cid:logo'><script>x()</script></body></html>", "html")
    message.get_payload()[1].add_related(b"PNG", "image", "png", cid="<logo>", filename="logo.png")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="departure ü.pdf")
    return message


async def send(server: MailServer, message: EmailMessage, **options) -> None:
    await aiosmtplib.send(message, hostname="127.0.0.1", port=server.smtp_port, **options)


async def test_an_e_mail_is_kept_as_a_file_and_found_again_after_a_restart(server):
    await send(server, letter())
    kept = await arrival(server.mailbox, EP.upper())

    assert (kept.subject, kept.to, kept.message_id) == ("Abreise – zwei Wochen", (EP,), "<one@sojourn.example>")
    assert list(Mailbox(server.mailbox.folder).listed()) == [kept]
    assert (server.mailbox.folder / f"{kept.id}.eml").read_bytes().startswith(b"Return-Path: <no-reply@")


async def test_the_api_lists_by_recipient_and_after_an_id(server, web):
    for to, subject in ((EP, "first"), (ENABLER, "other"), (EP, "second")):
        await send(server, letter(to, subject))

    page = (await web.get("/messages", params={"to": EP})).json()
    assert [item["subject"] for item in page["items"]] == ["first", "second"]
    later = (await web.get("/messages", params={"after": page["items"][0]["id"]})).json()
    assert [item["subject"] for item in later["items"]] == ["other", "second"]
    nothing = (await web.get("/messages", params={"after": page["next"]})).json()
    assert nothing == {"items": [], "next": page["next"]}


async def test_a_message_has_its_parts_and_attachments(server, web):
    await send(server, letter())
    listed = (await web.get("/messages")).json()["items"][0]
    message = (await web.get(f"/messages/{listed['id']}")).json()

    assert message["text"].strip() == "Grüße"
    assert [(a["name"], a["content_type"], a["size"]) for a in message["attachments"]] == [
        ("logo.png", "image/png", 3),
        ("departure ü.pdf", "application/pdf", 8),
    ]
    download = await web.get(message["attachments"][1]["url"])
    assert download.content == b"%PDF-1.7"
    assert download.headers["content-disposition"] == "attachment; filename*=UTF-8''departure%20%C3%BC.pdf"


async def test_html_is_shown_in_a_sandbox_that_runs_nothing(server, web):
    await send(server, letter())
    identity = (await web.get("/messages")).json()["next"]
    page, html = await web.get(f"/view/{identity}"), await web.get(f"/messages/{identity}/html")

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert "script-src" not in html.headers["content-security-policy"]
    assert html.headers["content-security-policy"].startswith("default-src 'none'")
    assert "sandbox allow-popups" in html.headers["content-security-policy"]
    assert f"src='/messages/{identity}/attachments/0'" in html.text


async def test_a_hostile_subject_and_name_are_text_on_the_pages(server, web):
    hostile = letter(subject="<script>alert(1)</script>")
    hostile.add_attachment(b"x", maintype="text", subtype="html", filename="../../<b>.html")
    await send(server, hostile)
    identity = (await web.get("/messages")).json()["next"]

    for path in ("/", f"/view/{identity}"):
        assert "<script>" not in (await web.get(path)).text
    message = (await web.get(f"/messages/{identity}")).json()
    assert message["attachments"][-1]["name"] == "<b>.html"
    assert "sandbox" in (await web.get(message["attachments"][-1]["url"])).headers["content-security-policy"]


async def test_the_empty_inbox_helps(web):
    assert "sojourn story" in (await web.get("/")).text
    assert "No e-mail to nobody@x yet" in (await web.get("/", params={"to": "nobody@x"})).text


@pytest.mark.parametrize(
    "path", ["/messages/none", "/view/none", "/messages/none/attachments/0", "/messages/none/html"]
)
async def test_what_is_not_there_is_404(web, path):
    assert (await web.get(path)).status_code == 404


async def test_a_page_of_another_host_cannot_read_it(web):
    assert (await web.get("/messages", headers={"Host": "evil.example"})).status_code == 400


async def test_a_refused_recipient_bounces_and_is_not_kept(server):
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await send(server, letter("nobody@company.example"))

    assert len(server.mailbox) == 0


async def test_bytes_that_are_no_e_mail_are_kept_and_shown(server, web):
    kept = server.mailbox.keep("a@b", [EP], b"\xff\xfe\x00 no header at all\r\nContent-Type: \xff")

    assert (await web.get(f"/messages/{kept.id}")).status_code == 200
    assert (await web.get(f"/view/{kept.id}")).status_code == 200


async def test_a_port_in_use_is_named_by_its_setting(server, tmp_path):
    with pytest.raises(CannotStart, match=f"port {server.web_port} .* SOJOURN_MAIL_PORT"):
        await MailServer(tmp_path / "two", web_port=server.web_port).start()
