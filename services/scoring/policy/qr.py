"""QR codes (ISO/IEC 18004) of short addresses: byte mode, level M (15 % may be lost), versions 1 to 6; as SVG.

Built after Project Nayuki's "QR Code generator library" (the order of steps and the mask's penalties).
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

MOST_BYTES = 106
QUIET = 4  # modules of white around, as the standard asks
_DATA = (16, 28, 44, 64, 86, 108)  # code words of data by version, level M
_CHECK = (10, 16, 26, 18, 24, 16)  # of correction, for each block
_BLOCKS = (1, 1, 1, 2, 2, 4)
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda x, y: (x + y) % 2 == 0,
    lambda _, y: y % 2 == 0,
    lambda x, _: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)
Grid = list[list[bool]]


def svg(text: str) -> str:
    """The code as a picture of black squares on white, one unit a module; ValueError for what is too long."""
    grid = modules(text)
    size = len(grid) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(grid) for x, dark in enumerate(row) if dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>\n'
    )


def modules(text: str) -> Grid:
    """Rows of modules, dark ones true; of the eight masks the one that disturbs readers least."""
    data = text.encode()
    version = next((n for n, room in enumerate(_DATA, 1) if len(data) + 2 <= room), None)
    if version is None:
        raise ValueError(f"it has {len(data)} bytes, and {MOST_BYTES} is the most")
    words = _words(data, version)
    drawn = [_drawn(words, version, mask) for mask in range(len(_MASKS))]
    return min(drawn, key=_penalty)


# --- words


def _words(data: bytes, version: int) -> list[int]:
    """Data and correction of all blocks, interleaved. The number of data words divides evenly in these versions."""
    bits = f"0100{len(data):08b}" + "".join(f"{byte:08b}" for byte in data) + "0000"
    found = [int(bits[at : at + 8], 2) for at in range(0, len(bits) - len(bits) % 8, 8)][: _DATA[version - 1]]
    found += [(0xEC, 0x11)[n % 2] for n in range(_DATA[version - 1] - len(found))]
    size = len(found) // _BLOCKS[version - 1]
    blocks = [found[at : at + size] for at in range(0, len(found), size)]
    checks = [_check(block, _CHECK[version - 1]) for block in blocks]
    return [word for words in (blocks, checks) for column in zip(*words, strict=True) for word in column]


def _times(one: int, other: int) -> int:
    """A product in GF(2⁸), modulo x⁸ + x⁴ + x³ + x² + 1."""
    found = 0
    for bit in range(7, -1, -1):
        found = (found << 1) ^ ((found >> 7) * 0x11D)
        found ^= ((other >> bit) & 1) * one
    return found


def _check(block: Sequence[int], degree: int) -> list[int]:
    """The remainder of the block's polynomial by (x − 1)(x − 2)(x − 4) … (Reed and Solomon)."""
    divisor, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        for n in range(degree):
            divisor[n] = _times(divisor[n], root) ^ (divisor[n + 1] if n + 1 < degree else 0)
        root = _times(root, 2)
    found = [0] * degree
    for word in block:
        factor = word ^ found.pop(0)
        found.append(0)
        found = [one ^ _times(part, factor) for one, part in zip(found, divisor, strict=True)]
    return found


# --- drawing


def _drawn(words: Sequence[int], version: int, mask: int) -> Grid:
    size = 17 + 4 * version
    grid, fixed = [[False] * size for _ in range(size)], [[False] * size for _ in range(size)]

    def put(x: int, y: int, dark: bool) -> None:
        grid[y][x], fixed[y][x] = dark, True

    for n in range(size):  # timing
        put(6, n, n % 2 == 0)
        put(n, 6, n % 2 == 0)
    for middle_x, middle_y in ((3, 3), (size - 4, 3), (3, size - 4)):
        _square(put, middle_x, middle_y, 4, size)
    if version > 1:
        _square(put, size - 7, size - 7, 2, size)
    _format(put, mask, size)
    bits = [bool(word >> bit & 1) for word in words for bit in range(7, -1, -1)]
    for n, (x, y) in enumerate(_way(fixed, size)):
        grid[y][x] = (n < len(bits) and bits[n]) ^ _MASKS[mask](x, y)
    return grid


def _square(put: Callable[[int, int, bool], None], x: int, y: int, reach: int, size: int) -> None:
    """A finder (reach 4, its white border included) or an alignment pattern (reach 2)."""
    white = {2, 4} if reach == 4 else {1}
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if 0 <= x + dx < size and 0 <= y + dy < size:
                put(x + dx, y + dy, max(abs(dx), abs(dy)) not in white)


def _format(put: Callable[[int, int, bool], None], mask: int, size: int) -> None:
    """Level M and the mask, with ten bits of correction, twice; and the module that is always dark."""
    rest = mask
    for _ in range(10):
        rest = (rest << 1) ^ ((rest >> 9) * 0x537)
    bits = [bool(((mask << 10 | rest) ^ 0x5412) >> n & 1) for n in range(15)]
    down = [(8, n) for n in (0, 1, 2, 3, 4, 5, 7, 8)] + [(n, 8) for n in (7, 5, 4, 3, 2, 1, 0)]
    along = [(size - 1 - n, 8) for n in range(8)] + [(8, size - 15 + n) for n in range(8, 15)]
    for places in (down, along):
        for (x, y), dark in zip(places, bits, strict=True):
            put(x, y, dark)
    put(8, size - 8, True)


def _way(fixed: Grid, size: int) -> list[tuple[int, int]]:
    """Free modules in the order of the bits: pairs of columns from the right, up and down in turn, without column 6."""
    found = []
    columns = [right if right > 6 else right - 1 for right in range(size - 1, 0, -2)]
    for number, right in enumerate(columns):
        rows = range(size - 1, -1, -1) if number % 2 == 0 else range(size)
        found += [(x, y) for y in rows for x in (right, right - 1) if not fixed[y][x]]
    return found


def _penalty(grid: Grid) -> int:
    """Runs of five or more of one colour, and blocks of four: the first two of the standard's rules, which decide
    nearly always. Any mask is valid; readers only like some better."""
    found = 0
    for line in [*grid, *map(list, zip(*grid, strict=True))]:
        run = 1
        for one, other in zip(line, [*line[1:], None], strict=True):
            if one == other:
                run += 1
            else:
                found += run - 2 if run >= 5 else 0
                run = 1
    for upper, lower in pairwise(grid):
        for n in range(len(upper) - 1):
            found += 3 if upper[n] == upper[n + 1] == lower[n] == lower[n + 1] else 0
    return found
