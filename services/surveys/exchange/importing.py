"""Past answers written by the thousand: known ones skipped, faults told by line, no events, nobody asked, no cases.

Ids follow from the source and its own ids, so that a file can be read again: what is there stays as it is.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from services.surveys.exchange.reading import Ours, Past, read_past
from services.surveys.handlers.verbatims import read_all_later
from services.surveys.model import Answer, Given, Invitation, Score
from services.surveys.policy.invitations import State
from services.surveys.views.library import library
from shared.access import Caller, Role
from shared.cells import unguarded
from shared.runtime import Runtime
from shared.storage.bulk import Sheet
from shared.storage.tx import Uow

Row = tuple[int, Mapping[str, str | None]]
PORTION = 4_000
ABOUT = (
    "party", "recipient_id", "programme", "occasion", "questionnaire", "questionnaire_version", "person_id",
    "enabler_id", "application_id", "sending_entity_id", "hosting_entity_id", "product", "country", "language",
    "imported",
)  # fmt: skip
INVITATION = Sheet(
    Invitation, "id", *ABOUT, "state", "token_digest", "invited_at", "expires_at", "answered_at", "changed_at"
)
ANSWER = Sheet(Answer, "id", "invitation_id", *ABOUT, "answered_at", "comment")
SCORE = Sheet(Score, "answer_id", "metric", "about", "score")
GIVEN = Sheet(Given, "answer_id", "question", "part", "value", "word")
KNOWN = "SELECT id FROM invitation WHERE id = ANY($1::uuid[])"
ASKED = """SELECT i.programme, i.recipient_id, i.occasion FROM invitation i
    JOIN unnest($1::text[], $2::uuid[], $3::text[]) AS w (programme, recipient_id, occasion)
    USING (programme, recipient_id, occasion)"""
FORGOTTEN = "SELECT id FROM person WHERE id = ANY($1::uuid[]) AND erased"


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps the row on this line from being taken."""

    line: int
    id: str
    column: str
    reason: str


@dataclass(slots=True)
class Done:
    """What became of rows so far."""

    rows: int = 0
    taken: int = 0
    known: int = 0
    refused: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: "Done") -> None:
        self.rows += other.rows
        self.taken += other.taken
        self.known += other.known
        self.refused += other.refused
        self.faults += other.faults


@dataclass(frozen=True, slots=True)
class TakeAnswers:
    """Rows of a source, each with its line; `dry` only says what would become of them."""

    source: str
    rows: Sequence[Row]
    dry: bool = False


async def take_answers(uow: Uow, command: TakeAnswers) -> Done:
    """All rows that can be taken, in one transaction."""
    done = Done(rows=len(command.rows))
    ours = Ours(await library(uow))
    read = [(line, read_past(command.source, row, uow.now, ours)) for line, row in command.rows]
    found = await uow.fetch(KNOWN, [past.id for _, past in read])
    known = {row["id"] for row in found}
    good: list[tuple[int, Past]] = []
    for line, past in read:
        if past.external and past.id in known:
            done.known += 1
        elif past.faults:
            _refuse(done, line, past)
        else:
            known.add(past.id)
            good.append((line, past))
    new = await _once(uow, done, good)
    done.taken = len(new)
    if new and not command.dry:
        await _write(uow, new)
        uow.note("import_answers", new[0].id, after={"source": command.source, "answers": len(new)})
    return done


def _refuse(done: Done, line: int, past: Past) -> None:
    done.refused += 1
    done.faults += [Fault(line, past.external, column, reason) for column, reason in past.faults]


async def _once(uow: Uow, done: Done, rows: Sequence[tuple[int, Past]]) -> list[Past]:
    """Without those whom the programme has asked on that occasion already."""
    if not rows:
        return []
    columns = zip(*(past.once for _, past in rows), strict=True)
    there = {tuple(row) for row in await uow.fetch(ASKED, *(list(column) for column in columns))}
    new = []
    for line, past in rows:
        if past.once in there:
            past.faults.append(("wave", "this programme has asked them in this wave already"))
            _refuse(done, line, past)
        else:
            there.add(past.once)
            new.append(past)
    return new


async def _write(uow: Uow, new: Sequence[Past]) -> None:
    people = {past.about["person_id"] for past in new if past.comment} - {None}
    erased = {row["id"] for row in await uow.fetch(FORGOTTEN, list(people))} if people else set()
    machine, invitations, answers = uow.clock.machine(), [], []
    for past in new:
        about = tuple(past.about[name] for name in ABOUT)
        at, over = past.answered_at, past.answered_at + timedelta(days=1)
        invitations.append((past.id, *about, State.answered.value, "", at, over, at, machine))
        comment = None if past.about["person_id"] in erased else past.comment
        answers.append((past.id, past.id, *about, at, comment))
    await INVITATION.copy(uow, invitations)
    await ANSWER.copy(uow, answers)
    await SCORE.copy(uow, [(past.id, *score) for past in new for score in past.scores])
    await GIVEN.copy(uow, [(past.id, *given) for past in new for given in past.given])
    await read_all_later(uow, [row[0] for row in answers if row[-1]])


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a CSV file by column; commas or semicolons, the guard before a formula taken off."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.readline()
        file.seek(0)
        reader = csv.DictReader(file, delimiter=";" if head.count(";") > head.count(",") else ",")
        for row in reader:
            cells = {name.strip().lower(): _bare(value) for name, value in row.items() if isinstance(name, str)}
            yield reader.line_num, cells | ({"more cells than columns": "x"} if None in row else {})


def _bare(value: Any) -> str | None:
    return unguarded(value) if isinstance(value, str) else None


async def import_file(
    runtime: Runtime, path: Path, *, source: str, dry: bool = False, tell: Callable[[Done], None] = lambda _: None
) -> Done:
    """A whole file, a portion after the other; a second time it finds everything known."""
    return await import_rows(runtime, rows_of(path), source=source, dry=dry, tell=tell)


async def import_rows(
    runtime: Runtime, rows: Iterable[Row], *, source: str, dry: bool = False,
    tell: Callable[[Done], None] = lambda _: None, portion: int = PORTION,
) -> Done:  # fmt: skip
    """The same for rows from anywhere."""
    done, waiting, caller = Done(), iter(rows), Caller(f"import:{source}", Role.service)
    while some := list(islice(waiting, portion)):
        done.add(await runtime.execute(take_answers, TakeAnswers(source, some, dry), caller=caller))
        tell(done)
    return done


def write_faults(faults: Iterable[Fault], to: Any) -> None:
    """What was wrong, as CSV by line."""
    from shared.web.tables import cell

    sheet = csv.writer(to, lineterminator="\n")
    sheet.writerow(("line", "id", "column", "reason"))
    sheet.writerows((one.line, cell(one.id), cell(one.column), cell(one.reason)) for one in faults)
