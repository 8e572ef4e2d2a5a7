"""A room's "no" in a form: RFC 9457 problems, with what each says of a field beside that field."""

from dataclasses import dataclass
from typing import Any

from services.journeys.console.heard import heard
from services.journeys.console.texts import N_, _

# What is said of kinds of refusal that every room has; of all others the room's own words are said.
SAID = {
    "stale": N_("Somebody changed it since you looked. Look at it again, then decide."),
    "precondition-missing": N_("Somebody changed it since you looked. Look at it again, then decide."),
    "forbidden": N_("Your role may not do this."),
    "not-found": N_("It isn't there any more, or it is not yours to see."),
    "in-flight": N_("This is being done already. Look again in a moment."),
    "idempotency-key-reused": N_("This form was sent before with other values. Look at what is there now."),
    "invalid": N_("Some values can't be taken: see below."),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one value; `field` is its name in the form: `/contact/email` is `contact.email`."""

    field: str
    detail: str


@dataclass(eq=False)
class Refused(Exception):
    """A room refused what it was told, and why."""

    status: int
    code: str
    title: str
    detail: str | None
    errors: tuple[Wrong, ...]
    extra: dict[str, Any]

    def fields(self) -> dict[str, str]:
        """What is wrong, by the name of the field; of several things the first."""
        found: dict[str, str] = {}
        for one in self.errors:
            found.setdefault(one.field, one.detail)
        return found

    def words(self) -> str:
        """The refusal in a sentence."""
        if self.code in SAID and not (self.code == "invalid" and self.detail):
            return _(SAID[self.code])
        return heard(self.detail or self.title)


def refusal(status: int, problem: Any) -> Refused:
    """The problem document of a reply; whatever else a room may have said is a refusal without words."""
    said = problem if isinstance(problem, dict) else {}
    code = str(said.get("type", "")).rpartition("/")[2]
    listed = said.get("errors")
    errors = tuple(
        Wrong(field_of(str(one.get("pointer", ""))), heard(str(one.get("detail", ""))))
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, dict)
    )
    known = {"type", "title", "status", "detail", "errors", "instance"}
    extra = {name: value for name, value in said.items() if name not in known}
    title = str(said.get("title") or _("The room said no (%(status)s).", status=status))
    return Refused(status, code, title, said.get("detail"), errors, extra)


def field_of(pointer: str) -> str:
    """The form's name for a JSON pointer (RFC 6901, as a URI fragment): `#/slots/0/start_on` → `slots.0.start_on`."""
    parts = pointer.lstrip("#").strip("/").split("/")
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in parts)
