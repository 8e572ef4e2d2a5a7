"""The worker's loop that has the files of quality cases looked into; until then nobody gets them."""

import asyncio
from functools import partial
from uuid import UUID

import structlog

from services.surveys import commands, handlers, views
from services.surveys.files import Scanner, ScannerFault, scanner_of
from services.surveys.settings import SurveysSettings
from shared.access import Caller
from shared.loops import forever
from shared.runtime import Runtime

log = structlog.get_logger()
AT_ONCE = 4
PAUSE, AWAY = 1.0, 10.0  # seconds


async def scan_files(runtime: Runtime) -> None:
    """For ever, when a scanner is set up. Several workers may look into the same file; one verdict is kept."""
    assert isinstance(runtime.settings, SurveysSettings)
    scanner = scanner_of(runtime.settings.scanner)
    if not scanner.looks:
        await asyncio.Event().wait()
    await forever(runtime, "files", partial(scan_waiting, runtime, scanner), PAUSE, after_failure=AWAY)


async def scan_waiting(runtime: Runtime, scanner: Scanner) -> int:
    """One round; how many files got a verdict. ScannerAway when there was none for the first of them."""
    caller = Caller.system(runtime.service.name)
    waiting = await runtime.read(views.waiting_files, AT_ONCE, caller=caller)
    for file_id, content in waiting:
        threat = await _looked_into(scanner, file_id, content)
        await runtime.execute(handlers.judge_file, commands.JudgeFile(file_id, threat), caller=caller)
    return len(waiting)


async def _looked_into(scanner: Scanner, file_id: UUID, content: bytes) -> str | None:
    """What was found; a file that the scanner refuses for good is put aside like one with a threat."""
    try:
        return (await scanner.scan(content)).threat
    except ScannerFault as error:
        log.error("scanner refuses a file", file=str(file_id), error=str(error))
        return "not-scannable"
