"""Audiences out, pure: what a recipient gets of a person, the manifest of an export, and who comes and goes.

A recipient gets digests of e-mail addresses and nothing else: SHA-256 of the address without blanks around it, in lower
case (NFC), as hexadecimal digits. That is what advertising systems match customers by; it hides no address from one who
guesses it, so it stays personal data and is erased like an address.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson


class Action(StrEnum):
    """What the recipient is to do with a digest."""

    add = "add"
    remove = "remove"


class Purpose(StrEnum):
    """What the recipient may use it for; consent is asked for by purpose."""

    marketing = "marketing"


@dataclass(frozen=True, slots=True)
class Plan:
    """What an export holds: who is new, who stays, and who is to be taken out."""

    add: frozenset[UUID]
    stay: frozenset[UUID]
    drop: frozenset[UUID]


def address_digest(address: str) -> str | None:
    """The digest of an address; None for what is none."""
    plain = unicodedata.normalize("NFC", address).strip().lower()
    if "@" not in plain.strip("@"):
        return None
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def plan(there: Iterable[UUID], wanted: Iterable[UUID]) -> Plan:
    """From who is out there to who is wanted now."""
    before, after = frozenset(there), frozenset(wanted)
    return Plan(after - before, after & before, before - after)


def manifest(values: Mapping[str, Any]) -> bytes:
    """The manifest as it is signed: JSON with sorted names and no blanks, so that it has one spelling."""
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)


def manifest_of(
    export_id: UUID, audience_id: UUID, number: int, purpose: str, recipient: str, made_at: datetime,
    use_until: datetime, file: bytes, counts: Mapping[Action, int],
) -> dict[str, Any]:  # fmt: skip
    """What goes with a file: what it is for, until when, and how to know that it is this file."""
    return {
        "export_id": str(export_id),
        "audience_id": str(audience_id),
        "number": number,
        "purpose": purpose,
        "recipient": recipient,
        "made_at": made_at.isoformat(),
        "use_until": use_until.isoformat(),
        "digest": "sha-256 of the e-mail address, trimmed, lower case, UTF-8",
        "file_sha256": hashlib.sha256(file).hexdigest(),
        "add": counts[Action.add],
        "remove": counts[Action.remove],
    }


def file_of(add: Iterable[str], remove: Iterable[str]) -> bytes:
    """The file of an export: CSV (RFC 4180) of digests and what to do with each. A cell is 64 hexadecimal digits or a
    word of ours, so that no spreadsheet runs it; ValueError for anything else."""
    lines = ["email_sha256,action"]
    for action, digests in ((Action.add, add), (Action.remove, remove)):
        for digest in digests:
            if not _DIGEST.fullmatch(digest):
                raise ValueError("that is no digest")
            lines.append(f"{digest},{action}")
    return ("\r\n".join(lines) + "\r\n").encode()


_DIGEST = re.compile("[0-9a-f]{64}")
