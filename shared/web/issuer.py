"""The development issuer: tokens of any role for anyone on this machine. It refuses to exist in production mode."""

import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from shared.access import Role
from shared.settings import Kernel, Mode

ALGORITHM = "ES256"


class Issuer:
    """Signs tokens with a key of its own."""

    def __init__(self, key: ECKey, issuer: str, audience: str) -> None:
        self.key, self.issuer, self.audience = key, issuer, audience

    def issue_token(
        self,
        role: Role,
        subject: str,
        *,
        party: UUID | None = None,
        entity: UUID | None = None,
        lifetime: float = 3600,
        **claims: Any,
    ) -> str:
        """A token; `lifetime` is seconds of machine time. Other claims by name."""
        now = int(time.time())
        usual: dict[str, Any] = {"iss": self.issuer, "aud": self.audience, "sub": subject, "role": str(role)}
        usual |= {"iat": now, "exp": int(now + lifetime), "jti": str(uuid4())}
        usual |= {name: str(value) for name, value in (("party", party), ("entity", entity)) if value is not None}
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, {**usual, **claims}, self.key)

    def jwks(self) -> dict[str, Any]:
        """The public half of its key, as a JWKS document."""
        return {"keys": [{**self.key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}]}


def development_issuer(kernel: Kernel) -> Issuer:
    """The issuer of this installation; its key is made at the first use and kept in the data folder."""
    if kernel.mode is not Mode.development:
        raise RuntimeError("the development issuer works in development mode only")
    path = kernel.development_key_file or kernel.data_dir / "development-key.json"
    return Issuer(_key(path), kernel.oidc_issuer, kernel.oidc_audience)


def _key(path: Path) -> ECKey:
    """The key in the file. Several processes may start at once: whoever links its file first has made the key."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f".{path.name}.{os.getpid()}.{uuid4().hex}")
        key = ECKey.generate_key("P-256", private=True, auto_kid=True)
        with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(key.as_dict(private=True), file)
        with contextlib.suppress(FileExistsError):
            os.link(mine, path)
        mine.unlink()
    key = ECKey.import_key(json.loads(path.read_text(encoding="utf-8")))
    key.ensure_kid()
    return key
