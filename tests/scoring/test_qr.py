"""QR codes are those of the standard: the same as another program's, and read back whatever their length."""

import hashlib

import pytest

from services.scoring import commands, handlers
from services.scoring.policy import qr
from services.scoring.policy.sources import SourceKind
from shared.testing import callers
from tests.scoring.world import ELSEWHERE, SENDING, World


def read(grid: qr.Grid) -> str:
    """What a reader makes of the modules: the mask by the format bits, then the words of all blocks in their order."""
    size = len(grid)
    version, bits = (size - 17) // 4, [grid[8][x] for x in (0, 1, 2, 3, 4)]
    level_and_mask = int("".join("01"[bit] for bit in bits), 2) ^ 0b10101
    assert level_and_mask >> 3 == 0  # level M
    free = _free(size, version)
    mask = qr._MASKS[level_and_mask & 7]
    stream = "".join("01"[grid[y][x] ^ mask(x, y)] for x, y in free)
    blocks, words = qr._BLOCKS[version - 1], [int(stream[at : at + 8], 2) for at in range(0, len(stream) - 7, 8)]
    data = words[: qr._DATA[version - 1]]
    plain = [word for block in range(blocks) for word in data[block::blocks]]
    text = "".join(f"{word:08b}" for word in plain)
    assert text[:4] == "0100"  # bytes
    count = int(text[4:12], 2)
    return bytes(int(text[at : at + 8], 2) for at in range(12, 12 + 8 * count, 8)).decode()


def _free(size: int, version: int) -> list[tuple[int, int]]:
    """Modules that carry words: outside of finders with format, timing, and the alignment pattern."""

    def fixed(x: int, y: int) -> bool:
        corner = (x < 9 and y < 9) or (x >= size - 8 and y < 9) or (x < 9 and y >= size - 8)
        align = version > 1 and abs(x - (size - 7)) <= 2 and abs(y - (size - 7)) <= 2
        return corner or align or 6 in (x, y)

    found, up = [], True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        rows = range(size - 1, -1, -1) if up else range(size)
        found += [(x, y) for y in rows for x in (right, right - 1) if not fixed(x, y)]
        up = not up
    return found


@pytest.mark.parametrize("length", [1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106])
def test_a_code_is_read_back(length: int) -> None:
    text = ("https://sojourn.example/ș" + "x" * 106).encode()[:length].decode(errors="ignore")
    assert read(qr.modules(text)) == text


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("x" * 14, "759a539d1bf7615205e1a93849e632b7366078220758ac8415423242de5f454d"),
        (
            "https://sojourn.example/?code=7KQ2MXabcdef",
            "02a098c3980ba7a4077e5413c485b170ff207c5063fdf6afb74b1d6057abadca",
        ),
    ],
)
def test_modules_are_those_of_another_program(text: str, digest: str) -> None:
    """Made once beside segno 1.6, which gave the same modules under each of the eight masks."""
    grid = qr.modules(text)
    assert hashlib.sha256("".join("01"[dark] for row in grid for dark in row).encode()).hexdigest() == digest


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="106 is the most"):
        qr.modules("x" * 107)


async def test_a_managers_code_is_drawn_to_be_printed(world: World) -> None:
    given = {"kind": SourceKind.flyer, "entity_id": SENDING, "place": "Cluj", "zone": "UTC"}
    command = commands.MakeSource(starts_on=world.room.clock.now().date(), **given)
    source = await world.room.do(handlers.make_source, command, world.se)
    path = f"/v1/sources/{source.id}/qr.svg"
    drawn = await (await world.room.client(world.se)).get(path)
    assert (drawn.status_code, drawn.headers["Content-Type"]) == (200, "image/svg+xml")
    assert drawn.text == qr.svg(f"https://sojourn.example/?code={source.code}")
    foreign = await world.room.client(callers.sending_manager(ELSEWHERE))
    assert (await foreign.get(path)).status_code == 404
