"""Mailboxes that are read: a folder of `.eml` files (the development mail server's), a Maildir, or IMAP.

All of it blocks: a thread's work. A message is read, taken in by the caller, and only then marked: after a crash in
between it comes again, under the same number.
"""

import contextlib
import imaplib
import os
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from services.notifications.post.letters import BEGINNING, LARGEST

Ours = Callable[[str], bool]
_ENVELOPE = re.compile(rb"(?im)^X-Envelope-To:[ \t]*([^\r\n]*)")


class NoBox(Exception):
    """The mailbox can't be read now, or its address is none; says why, without the password."""


@dataclass(frozen=True, slots=True)
class Item:
    """A message in a mailbox; `cursor` is where reading goes on after it."""

    uid: str
    cursor: str
    raw: bytes = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Some messages, oldest first; `cursor` is where reading goes on after all of them and what was passed over."""

    items: list[Item]
    cursor: str | None


class Box(Protocol):
    """A mailbox. `name` tells it from others and holds no secret."""

    name: str

    def fetch(self, cursor: str | None, most: int) -> Batch: ...

    def done(self, item: Item) -> None: ...

    def close(self) -> None: ...


def open_box(address: str, ours: Ours) -> Box:
    """The mailbox of a setting: `folder:PATH`, `maildir:PATH`, `imaps://user:password@host[:port]/FOLDER`, `imap://…`."""
    scheme, _, rest = address.partition(":")
    if scheme == "folder":
        return Folder(Path(rest), ours)
    if scheme == "maildir":
        return Maildir(Path(rest))
    if scheme in ("imap", "imaps"):
        return Imap(address)
    raise NoBox(f"{scheme!r} is no kind of mailbox: folder, maildir, imap or imaps")


class Folder:
    """Files that only grow in number; a name sorts after every earlier one. What is for others is passed over."""

    def __init__(self, folder: Path, ours: Ours) -> None:
        self.name, self._folder, self._ours = f"folder:{folder.name}", folder, ours

    def fetch(self, cursor: str | None, most: int) -> Batch:
        items: list[Item] = []
        last = cursor
        for file in self._after(cursor):
            last = file.name
            size = file.stat().st_size
            with file.open("rb") as stream:
                head = stream.read(4096)
                envelope = _ENVELOPE.search(head)
                if envelope is None or not any(
                    map(self._ours, envelope.group(1).decode("utf-8", "replace").split(","))
                ):
                    continue
                rest = stream.read(LARGEST if size <= LARGEST else BEGINNING)
            items.append(Item(file.stem, file.name, head + rest, size))
            if len(items) >= most:
                break
        return Batch(items, last)

    def _after(self, cursor: str | None) -> Iterator[Path]:
        if not self._folder.is_dir():
            raise NoBox(f"there is no folder {self._folder.name}")
        names = (name for name in os.listdir(self._folder) if name.endswith(".eml"))
        yield from (self._folder / name for name in sorted(name for name in names if cursor is None or name > cursor))

    def done(self, item: Item) -> None:
        """It stays: the cursor says that it was read."""

    def close(self) -> None:
        pass


class Maildir:
    """`new/` is what nobody has read; what was taken in moves to `cur/`, marked as seen."""

    def __init__(self, folder: Path) -> None:
        self.name, self._folder = f"maildir:{folder.name}", folder

    def fetch(self, cursor: str | None, most: int) -> Batch:
        new = self._folder / "new"
        if not new.is_dir():
            raise NoBox(f"{self._folder.name} is no Maildir")
        items: list[Item] = []
        for file in sorted(new.iterdir())[:most]:
            if file.name.startswith(".") or not file.is_file():
                continue
            size = file.stat().st_size
            with file.open("rb") as stream:
                raw = stream.read(LARGEST if size <= LARGEST else BEGINNING)
            items.append(Item(file.name, "", raw, size))
        return Batch(items, cursor)

    def done(self, item: Item) -> None:
        seen = self._folder / "cur" / f"{item.uid.partition(':')[0]}:2,S"
        seen.parent.mkdir(exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (self._folder / "new" / item.uid).rename(seen)

    def close(self) -> None:
        pass


class Imap:
    """A folder of an IMAP server, read by UID (RFC 9051); `imaps` is TLS from the start, `imap` asks for STARTTLS.

    The cursor is `UIDVALIDITY:UID`: a folder that was made anew is read from its beginning.
    """

    SECONDS = 30.0

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if not parts.hostname or not parts.username:
            raise NoBox("an IMAP address is imaps://user:password@host/FOLDER")
        self._host, self._tls = parts.hostname, parts.scheme == "imaps"
        self._port = parts.port or (993 if self._tls else 143)
        self._user, self._password = unquote(parts.username), unquote(parts.password or "")
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self.name = f"imap:{self._user}@{self._host}/{self._folder}"
        self._session: imaplib.IMAP4 | None = None
        self._validity = ""

    def fetch(self, cursor: str | None, most: int) -> Batch:
        with self._told():
            server = self._selected()
            validity, _, last = (cursor or "").partition(":")
            after = int(last) if last.isdigit() and validity == self._validity else 0
            _, found = server.uid("SEARCH", f"UID {after + 1}:*")
            uids = sorted({int(uid) for uid in (found[0] or b"").split() if int(uid) > after})[:most]
            items = [item for uid in uids if (item := self._one(server, uid)) is not None]
            return Batch(items, items[-1].cursor if items else cursor)

    def _one(self, server: imaplib.IMAP4, uid: int) -> Item | None:
        _, told = server.uid("FETCH", str(uid), "(RFC822.SIZE)")
        size = int(found.group(1)) if (found := re.search(rb"RFC822\.SIZE (\d+)", _line(told))) else 0
        part = "BODY.PEEK[]" if size <= LARGEST else f"BODY.PEEK[]<0.{BEGINNING}>"
        _, data = server.uid("FETCH", str(uid), f"({part})")
        raw = next((piece[1] for piece in data if isinstance(piece, tuple)), None)
        if raw is None:  # somebody deleted it meanwhile
            return None
        return Item(f"{self._validity}:{uid}", f"{self._validity}:{uid}", raw, size or len(raw))

    def done(self, item: Item) -> None:
        with self._told():
            self._selected().uid("STORE", item.uid.rpartition(":")[2], "+FLAGS.SILENT", r"(\Seen)")

    def close(self) -> None:
        if self._session is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self._session.shutdown()  # a farewell would make the process wait for the server
            self._session = None

    def _selected(self) -> imaplib.IMAP4:
        if self._session is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self._session.noop()  # tells the server to show what is new
                return self._session
            self.close()
        safe = ssl.create_default_context()
        if self._tls:
            server: imaplib.IMAP4 = imaplib.IMAP4_SSL(self._host, self._port, ssl_context=safe, timeout=self.SECONDS)
        else:
            server = imaplib.IMAP4(self._host, self._port, timeout=self.SECONDS)
            if "STARTTLS" in server.capabilities:
                server.starttls(safe)
            elif self._host not in ("127.0.0.1", "localhost", "::1"):
                raise NoBox("the mail server offers no TLS, and the password stays at home")
        server.login(self._user, self._password)
        quoted = '"' + self._folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        status, _ = server.select(quoted)
        if status != "OK":
            raise NoBox(f"there is no folder {self._folder}")
        self._validity = (server.response("UIDVALIDITY")[1][0] or b"0").decode()
        self._session = server
        return server

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, imaplib.IMAP4.error) as error:
            self.close()
            raise NoBox(f"{self.name}: {type(error).__name__}") from None


def _line(told: Sequence[object]) -> bytes:
    first = told[0] if told else b""
    return first[0] if isinstance(first, tuple) else first if isinstance(first, bytes) else b""
