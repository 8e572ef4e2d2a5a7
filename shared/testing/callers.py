"""Callers of every role, and their development tokens."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from shared.access import Caller, Role
from shared.ids import new_id
from shared.settings import Kernel
from shared.testing.folders import folder
from shared.web.issuer import development_issuer


@cache
def test_kernel() -> Kernel:
    """Kernel settings of the tests: development mode, keys in a folder of this process, the clock may be moved."""
    place = Path(_keys().name)
    key, jwks = place / "development-key.json", place / "jwks.json"
    settings = Kernel(data_dir=place, development_key_file=key, oidc_jwks_file=jwks, clock_control=True, _env_file=None)
    jwks.write_text(json.dumps(development_issuer(settings).jwks()))
    return settings


@cache
def _keys() -> TemporaryDirectory[str]:
    return folder("keys")


def forget_keys() -> None:
    """At the end of the process."""
    if _keys.cache_info().currsize:
        _keys().cleanup()


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
