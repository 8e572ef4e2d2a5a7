"""Callers of every role, and their development tokens."""

import tempfile
from functools import cache
from pathlib import Path
from uuid import UUID

from shared.access import Caller, Role
from shared.ids import new_id
from shared.settings import Kernel
from shared.web.issuer import Issuer, development_issuer


@cache
def test_kernel() -> Kernel:
    """Kernel settings of the tests: development mode, keys in a folder of this run, the clock may be moved."""
    folder = Path(tempfile.mkdtemp(prefix="sojourn-keys-"))
    key = folder / "development-key.json"
    jwks = folder / "jwks.json"
    settings = Kernel(
        data_dir=folder, development_key_file=key, oidc_jwks_file=jwks, clock_control=True, _env_file=None
    )
    _publish(development_issuer(settings), jwks)
    return settings


def _publish(issuer: Issuer, file: Path) -> None:
    import json

    file.write_text(json.dumps(issuer.jwks()))


def token(caller: Caller, **claims: object) -> str:
    """An access token of this caller, good for an hour."""
    issuer = development_issuer(test_kernel())
    return issuer.issue_token(caller.role, caller.subject, party=caller.party, entity=caller.entity, **claims)


def participant(party: UUID | None = None) -> Caller:
    party = party or new_id()
    return Caller(f"ep-{party}", Role.participant, party=party)


def enabler(party: UUID | None = None) -> Caller:
    party = party or new_id()
    return Caller(f"enabler-{party}", Role.enabler, party=party)


def sending_manager(entity: UUID) -> Caller:
    return Caller(f"se-{entity}", Role.sending_manager, entity=entity)


def hosting_manager(entity: UUID) -> Caller:
    return Caller(f"he-{entity}", Role.hosting_manager, entity=entity)


def national_manager(entity: UUID) -> Caller:
    return Caller(f"mc-{entity}", Role.national_manager, entity=entity)


def global_manager() -> Caller:
    return Caller("global", Role.global_manager)


def auditor() -> Caller:
    return Caller("auditor", Role.auditor)


def service() -> Caller:
    return Caller("some-service", Role.service)
