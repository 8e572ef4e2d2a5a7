"""Who owns which attribute of a party: one owner each, and who may write it down for the owner (A11).

This is for changes: at sign-up, whoever registers the party writes down all of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.access import Role
from shared.errors import FieldError


@dataclass(frozen=True, slots=True)
class Owned:
    """The owner in words, and the roles whose word counts: the owner's own, and those who write for it."""

    owner: str
    roles: frozenset[Role]


EP_ALONE = Owned("the EP", frozenset({Role.participant}))
EP = Owned("the EP", frozenset({Role.participant, Role.sending_manager}))  # many EPs have no account yet
SENDING = Owned("the sending entity", frozenset({Role.sending_manager}))
ENABLER = Owned("the enabler", frozenset({Role.enabler, Role.hosting_manager}))
HOSTING = Owned("the hosting entity", frozenset({Role.hosting_manager}))

PERSON: dict[str, Owned] = {
    "given_name": EP,
    "family_name": EP,
    "email": EP,
    "phone": EP,
    "language": EP,
    "zone": EP,
    "country": SENDING,  # seen in the passport
    "study_field": EP,
    "study_level": EP,
    "university": EP,
    "languages": EP,
    "levels": EP,
    "skills": EP,
    "about": EP_ALONE,  # the EP's own words
    "available_from": EP,
    "available_to": EP,
    "wanted_products": EP,
    "wanted_fields": EP,
    "wanted_countries": EP,
    "looking": EP_ALONE,  # whether others may find the profile is for nobody else to say
}
PARTNER: dict[str, Owned] = {"name": ENABLER, "kind": HOSTING}


def not_owned(owners: dict[str, Owned], names: Iterable[str], role: Role) -> list[FieldError]:
    """Why this role may not change these attributes: whose each is; empty when it may."""
    return [
        FieldError(f"#/{name}", f"belongs to {owners[name].owner}, who alone may change it")
        for name in names
        if role not in owners[name].roles
    ]
