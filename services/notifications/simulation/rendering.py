"""Writes every e-mail and document of a simulation into a folder, as they would have left the room."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from services.notifications import texts
from services.notifications.commands import Paper
from services.notifications.mail import Parties, compose
from services.notifications.policy import Audience, Entry
from services.notifications.press import Press
from services.notifications.simulation.cohorts import Life
from services.notifications.simulation.engine import Event
from shared.ids import derived_id

SENDER = "Sojourn <hello@sojourn.invalid>"  # nobody lives there, if a file is ever sent by mistake
PORTION = 25
NAMES = ("Ioana Șerban", "Erik Åkesson", "Priya Nair", "José Souza", "Amal Hassan", "Yuki Tanaka", "Zoë O'Neill")


@dataclass(frozen=True, slots=True)
class Written:
    """What rendering came to: how many files, and what could not be written, by touchpoint and kind of error."""

    mails: int = 0
    documents: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One message to be written."""

    life: Life
    entry: Entry
    at: datetime


def pieces(happened: Iterable[Event]) -> list[_Piece]:
    """The messages among what happened."""
    return [_Piece(one.life, one.entry, one.at) for one in happened if one.what == "sent" and one.entry.letter]


def write(wanted: list[_Piece], folder: Path) -> Written:
    """All of them, on all processors; file names are `experience-touchpoint-day`."""
    folder.mkdir(parents=True, exist_ok=True)
    portions = [(wanted[at : at + PORTION], folder) for at in range(0, len(wanted), PORTION)]
    spawning = multiprocessing.get_context("spawn")  # typst has threads of its own, which a fork would lose
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawning) as pool:
        done = list(pool.map(_portion, portions))
    failed: Counter[str] = Counter()
    for one in done:
        failed.update(one.failed)
    return Written(sum(one.mails for one in done), sum(one.documents for one in done), dict(sorted(failed.items())))


@cache
def _press() -> Press:
    return Press()


def _portion(given: tuple[list[_Piece], Path]) -> Written:
    wanted, folder = given
    mails = documents = 0
    failed: Counter[str] = Counter()
    for piece in wanted:
        try:
            documents += _one(piece, folder)
            mails += 1
        except Exception as error:  # the report names what can't be written; the others are written
            failed[f"{piece.entry.code}: {type(error).__name__}"] += 1
    return Written(mails, documents, failed)


def _one(piece: _Piece, folder: Path) -> bool:
    entry, facts = piece.entry, facts_of(piece.life)
    if entry.audience is not Audience.ep:
        facts["recipient"] = {"name": "A name", "email": f"{piece.life.number}@recipient.invalid"}
    name, paper = f"{piece.life.number:06}-{entry.code}-{piece.at:%Y%m%d}", None
    id_ = derived_id("message", "simulated", name)
    if entry.document:
        sheet = texts.sheet(entry.document, piece.life.language, facts)
        content = _press().typeset(sheet)
        paper = Paper(id_, entry.document, sheet.language, sheet.file_name, "", content)
        (folder / f"{name}.pdf").write_bytes(content)
    letter = texts.letter(entry.letter or entry.code, piece.life.language, facts, paper.file_name if paper else None)
    parties = Parties(SENDER, "A name", f"{piece.life.number}@person.invalid")
    message = compose(letter, parties, str(id_), piece.at, paper, facts.get("link", ""))
    (folder / f"{name}.eml").write_bytes(message.as_bytes())
    return paper is not None


def facts_of(life: Life) -> dict[str, Any]:
    """Made-up facts of one experience under the names that plan and texts use; real ones (`values`) win."""
    chance = Random(life.number)
    given, family = chance.choice(NAMES).split(" ", 1)
    dates = next((heard for _, heard in reversed(life.heard) if heard.end_on), None)
    start = (dates.start_on if dates else None) or date(2026, 3, 2)
    end = (dates.end_on if dates else None) or start + timedelta(weeks=8)
    committee = {"name": f"Committee {life.entity}", "email": "committee@entity.invalid", "phone": "+46700000000"}
    made = {name: f"{name.replace('_', ' ')} {life.number}" for name in sorted(texts.FACTS)}
    made |= {
        "person": {
            "given_name": given, "family_name": family, "email": f"{life.number}@person.invalid",
            "language": life.language,
        },
        "hosting_entity": committee,
        "sending_entity": committee,
        "opportunity": {"title": "Data intern", "city": "Uppsala"},
        "weekly_hours": 38,
        "enabler": {"name": f"Company {life.number % 97}"},
        "stay": {"start_on": start, "end_on": end, "zone": life.zone},
        "pickup_on": start - timedelta(days=2),
        "pickup_time": time(16, 40),
        "arrival_on": start - timedelta(days=2),
        "arrival_time": time(15, 5),
        "items": [{"text": "Something that was late"}],
        "session": {
            "on": start, "at": time(17), "until": time(19), "place": "A room", "link": "https://sojourn.invalid/x",
        },
        "link": f"https://sojourn.invalid/s/{life.number}",
        "link_until": end + timedelta(days=60),
    }  # fmt: skip
    return made | dict(life.values)
