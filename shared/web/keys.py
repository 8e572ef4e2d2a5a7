"""Where the issuer's public keys come from: a URL, a file, or given ones."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from shared import telemetry
from shared.errors import Unauthenticated, Unavailable

REFRESH_SECONDS = 600.0
LOOK_AGAIN_SECONDS = 10.0
WAIT_SECONDS = 2.0
LARGEST_SET = 256 * 1024


class Keys:
    """A set of public keys by their id. What loads it may fail: then the keys that are there stay."""

    def __init__(self) -> None:
        self._keys: dict[str | None, Key] = {}
        self._looked = -LOOK_AGAIN_SECONDS
        self._loading: asyncio.Task[None] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.on_change: Callable[[], None] = lambda: None

    async def load(self) -> Any:
        """The key set as a JSON value."""
        raise NotImplementedError

    async def start(self) -> None:
        """Load once, then again every ten minutes, so that a withdrawn key goes."""
        await self._refresh()
        self._keeper = asyncio.create_task(self._keep(), name="jwks")

    async def stop(self) -> None:
        for task in (self._keeper, self._loading):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def find(self, kid: str | None) -> Key:
        """The key with this id. An unknown id makes us look again, at most every ten seconds, together with others."""
        if (key := self._known(kid)) is not None:
            return key
        await self._look_again()
        if (key := self._known(kid)) is not None:
            return key
        if not self._keys:
            raise Unavailable("The keys that tokens are checked with cannot be read right now.")
        raise Unauthenticated("The token is signed with an unknown key.")

    def _known(self, kid: str | None) -> Key | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid) if isinstance(kid, str) else None

    async def _look_again(self) -> None:
        if self._loading is None or self._loading.done():
            if time.monotonic() - self._looked < LOOK_AGAIN_SECONDS:
                return
            self._loading = asyncio.create_task(self._refresh(), name="jwks refresh")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                await asyncio.shield(self._loading)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS if self._keys else LOOK_AGAIN_SECONDS)
            await self._refresh()

    async def _refresh(self) -> None:
        self._looked = time.monotonic()
        try:
            found = _usable(await self.load())
        except Exception as error:  # whatever an issuer may send: the keys that are there stay
            telemetry.logger().warning("jwks-not-read", error=repr(error))
            return
        if found and found.keys() != self._keys.keys():
            self.on_change()
        self._keys = found or self._keys


class UrlKeys(Keys):
    """Keys from the issuer's JWKS address."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    async def load(self) -> Any:
        async with httpx.AsyncClient(timeout=3, follow_redirects=False) as client:
            reply = await client.get(self.url, headers={"Accept": "application/json"})
            reply.raise_for_status()
            if len(reply.content) > LARGEST_SET:
                raise ValueError("the key set is too large")
            return orjson.loads(reply.content)


class FileKeys(Keys):
    """Keys from a file, read again when a token names a key that is not in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    async def load(self) -> Any:
        return orjson.loads(self.path.read_bytes())


class FixedKeys(Keys):
    """Keys that never change while the process runs."""

    def __init__(self, key_set: Any) -> None:
        super().__init__()
        self.key_set = key_set

    async def load(self) -> Any:
        return self.key_set


def _usable(key_set: Any) -> dict[str | None, Key]:
    """The signature keys of a set by id; kinds we don't accept are left out, shared secrets above all."""
    found: dict[str | None, Key] = {}
    for entry in key_set["keys"] if isinstance(key_set, dict) else []:
        if entry.get("kty") in ("EC", "OKP", "RSA") and entry.get("use", "sig") == "sig":
            with contextlib.suppress(JoseError, ValueError):
                key = KeySet.import_key_set({"keys": [_public(entry)]}).keys[0]
                if isinstance(key, ECKey | OKPKey | RSAKey):
                    found[key.kid] = key
    return found


def _public(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in ("d", "p", "q", "dp", "dq", "qi", "oth")}
