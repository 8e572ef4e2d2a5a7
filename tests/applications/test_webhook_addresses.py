"""Where webhooks may go: every trick by which a URL could lead into our own network, at registration and later."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis.strategies import ip_addresses

from services.applications.commands.webhooks import Answer
from services.applications.sender import Post, look_up, url_refusals
from shared.outward.addresses import refused, target_of, url_errors
from tests.applications.receiver import Receiver, receiving

NOW = datetime(2026, 2, 2, tzinfo=UTC)
PUBLIC = "93.184.215.14"
INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:93.184.215.14", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2001:20::1", "2002:7f00:1::1",
    "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "ff0e::1", "no address",
]  # fmt: skip
OUTSIDE = [PUBLIC, "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_a_place_on_the_public_internet_is_refused(address: str) -> None:
    assert refused([address]) == address
    assert refused([PUBLIC, address]) == address  # one bad address spoils the name


@given(ip_addresses())
def test_no_address_passes_that_the_standard_library_takes_for_inner(ip: IPv4Address | IPv6Address) -> None:
    inner = not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local
    assert not (inner and refused([str(ip)]) is None)


def test_public_addresses_pass() -> None:
    assert refused(OUTSIDE) is None


def test_development_may_allow_this_machine_and_nothing_else() -> None:
    assert refused(["127.0.0.1", "::1"], loopback=True) is None
    assert refused(["127.0.0.1", "10.0.0.1"], loopback=True) == "10.0.0.1"
    assert refused(["::ffff:127.0.0.1"], loopback=True) == "::ffff:127.0.0.1"
    assert refused(["0.0.0.0"], loopback=True) == "0.0.0.0"


@pytest.mark.parametrize(("url", "why"), [
    ("", "visible ASCII"),
    ("https://hooks.example/" + "a" * 2_000, "2000 visible ASCII"),
    ("https://hooks.example/a b", "visible ASCII"),
    ("https://hooks.example/\nHost: inside", "visible ASCII"),
    ("https://hooks.example\\@inside/", "visible ASCII"),
    ("https://höoks.example/", "visible ASCII"),
    ("http://hooks.example/", "begins with https"),
    ("ftp://hooks.example/", "begins with https"),
    ("file:///etc/passwd", "begins with https"),
    ("hooks.example", "begins with https"),
    ("https:hooks.example", "needs a host"),
    ("https:///path", "needs a host"),
    ("https://user:secret@hooks.example/", "no user and no password"),
    ("https://@hooks.example/", "no user and no password"),
    ("https://hooks.example/#part", "no fragment"),
    ("https://hooks.example/#", "no fragment"),
    ("https://-hooks.example/", "needs a host"),
    ("https://hooks..example/", "needs a host"),
    ("https://hooks_.example/", "needs a host"),
    ("https://hooks.example%2f.inside/", "needs a host"),
    ("https://[fe80::1%25eth0]/", ""),
    ("https://[::1/", ""),
    ("https://[2606:2800:21f::1]hooks.example/", "needs a host"),
    ("https://hooks.example:443:80/", ""),
    ("https://hooks.example:+443/", ""),
    ("https://[v1.fe80]/", ""),
    ("https://hooks.example:99999/", ""),
    ("https://hooks.example:x/", ""),
    ("https://hooks.example:0/", "port is 443"),
    ("https://hooks.example:22/", "port is 443"),
    ("https://hooks.example:80/", "port is 443"),
])  # fmt: skip
def test_a_url_that_could_be_read_in_two_ways_is_refused(url: str, why: str) -> None:
    (error,) = url_errors(url, plain=False)
    assert error.pointer == "#/url"
    assert why in error.detail


def test_a_url_is_taken_apart_once() -> None:
    assert url_errors("https://Hooks.Example.:8443/in?token=1", plain=False) == []
    target = target_of("https://Hooks.Example.:8443/in?token=1")
    assert (target.host, target.port, target.path) == ("hooks.example", 8443, "/in?token=1")
    assert target_of("https://[2606:2800:21f::1]").host == "2606:2800:21f::1"
    assert target_of("https://hooks.example?x").path == "/?x"


def test_plain_http_is_for_development() -> None:
    assert url_errors("http://hooks.example/", plain=True) == []
    assert url_errors("http://hooks.example:443/", plain=True) != []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "0x7f000001", "017700000001", "0", "localhost"])
async def test_other_spellings_of_an_address_are_judged_by_what_they_mean(host: str) -> None:
    (error,) = await url_refusals(f"https://{host}/")
    assert error.detail in ("its host is not on the public internet", "the name of its host is not known")


async def test_a_name_is_judged_by_all_its_addresses() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return [PUBLIC, "169.254.169.254"]

    async def nothing(_host: str, _port: int) -> list[str]:
        return []

    async def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    for way in (resolve, nothing):
        (error,) = await url_refusals("https://hooks.example/", resolve=way)
        assert error.detail == "its host is not on the public internet"
    (error,) = await url_refusals("https://hooks.example/", resolve=unknown)
    assert error.detail == "the name of its host is not known"


# --- at the connection


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


async def post(url: str, seconds: float = 2, **options: Any) -> Answer:
    sender = Post(**{"plain": True, "loopback": True, **options})
    try:
        return await sender.send(url, {}, b"{}", seconds=seconds, now=NOW)
    finally:
        await sender.close()


async def test_a_name_that_leads_elsewhere_the_second_time_gains_nothing(receiver: Receiver) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    asked = 0

    async def rebinding(_host: str, _port: int) -> list[str]:
        nonlocal asked
        asked += 1
        return next(answers)

    url = f"http://hooks.example:{receiver.port}/"
    assert await url_refusals(url, plain=True, resolve=rebinding) == []
    answer = await post(url, loopback=False, resolve=rebinding)
    assert (answer.status, answer.error, asked) == (None, "address_refused", 2)
    assert receiver.connections == 0


async def test_the_connection_goes_to_the_address_that_was_judged(receiver: Receiver) -> None:
    asked = []

    async def once(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    answer = await post(f"http://hooks.example:{receiver.port}/in", resolve=once)
    assert answer.status == 200
    assert asked == [("hooks.example", receiver.port)]  # nobody looks it up again
    assert receiver.requests[0].headers["host"] == f"hooks.example:{receiver.port}"


async def test_a_name_with_several_addresses_is_reached_at_the_first_that_answers(receiver: Receiver) -> None:
    async def several(_host: str, _port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    assert (await post(f"http://hooks.example:{receiver.port}/", resolve=several)).status == 200
    assert receiver.connections == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_this_machine_is_not_connected_to_however_it_is_written(receiver: Receiver, host: str) -> None:
    answer = await post(f"http://{host}:{receiver.port}/", loopback=False)
    assert answer.error in ("address_refused", "name_unknown")
    assert receiver.connections == 0


async def test_an_endpoint_of_development_is_not_called_in_production(receiver: Receiver) -> None:
    answer = await post(f"http://127.0.0.1:{receiver.port}/", plain=False)
    assert (answer.error, receiver.connections) == ("address_refused", 0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.answer(status, headers={"Location": f"http://127.0.0.1:{receiver.port}/inside"})
    assert (await post(receiver.url)).status == status
    assert [request.path for request in receiver.requests] == ["/"]


async def test_of_an_endless_answer_a_kilobyte_is_read(receiver: Receiver) -> None:
    receiver.endless = True
    answer = await post(receiver.url)
    assert (answer.status, answer.response) == (200, "x" * 1024)


async def test_an_answer_that_never_ends_its_headers_is_cut_off(receiver: Receiver) -> None:
    receiver.endless_headers = True
    answer = await post(receiver.url)
    assert (answer.status, answer.error) == (None, "bad_answer")


async def test_an_answer_that_drips_is_cut_off_in_time(receiver: Receiver) -> None:
    receiver.drips = True
    began = asyncio.get_running_loop().time()
    answer = await post(receiver.url, seconds=0.3)
    assert answer.error == "timeout"
    assert asyncio.get_running_loop().time() - began < 10


async def test_bytes_that_no_database_takes_are_replaced(receiver: Receiver) -> None:
    receiver.answer(500, body=b"a\x00b\xff")
    assert (await post(receiver.url)).response == "a�b�"


async def test_nobody_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = await post(f"http://127.0.0.1:{port}/")
    assert (answer.status, answer.error) == (None, "unreachable")


async def test_a_proxy_of_the_environment_is_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    async with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert (await post(receiver.url)).status == 200
        assert (len(receiver.requests), proxy.connections) == (1, 0)


def certificate(name: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS under this name, and the file of whoever vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ca.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "both.pem").write_bytes(secret + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context, folder / "ca.pem"


async def test_tls_is_checked_against_the_name_though_the_address_is_what_is_connected_to(tmp_path: Path) -> None:
    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    context, ca_file = certificate("hooks.example", tmp_path)
    async with receiving(context) as receiver:
        url = f"https://hooks.example:{receiver.port}/"
        assert (await post(url, resolve=here, ca_file=ca_file, plain=False)).status == 200
        stranger = await post(url, resolve=here)
        assert (stranger.status, stranger.error) == (None, "tls_failed")
        other = await post(url.replace("hooks", "other"), resolve=here, ca_file=ca_file)
        assert (other.status, other.error) == (None, "tls_failed")
        assert "other.example" in (other.detail or "")
    assert len(receiver.requests) == 1


async def test_the_systems_resolver_gives_addresses() -> None:
    assert "127.0.0.1" in await look_up("127.0.0.1", 443)
