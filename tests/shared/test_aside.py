"""Work in a process of its own: what it says, how it ends badly, and that nothing of it is left."""

from contextlib import aclosing

import psutil
import pytest

from shared.aside import answer, words

SLOW = "tests.shared.slow_words"


async def test_the_one_word_of_a_process_is_its_answer() -> None:
    assert await answer("json.tool", 5, 20) == 5


async def test_who_stops_listening_ends_the_process() -> None:
    async with aclosing(words(SLOW, b"60")) as said:
        pid = await anext(said)
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)


async def test_a_process_that_takes_too_long_or_ends_badly_has_no_answer() -> None:
    with pytest.raises(TimeoutError):
        await answer(SLOW, 60, 1)
    with pytest.raises(ValueError, match="ended with 1"):
        async with aclosing(words("json.tool", b"{")) as said:
            assert [word async for word in said] == []
    with pytest.raises(ValueError, match="Expecting"):
        await answer("this", None, 20)
