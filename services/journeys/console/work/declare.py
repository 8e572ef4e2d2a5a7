"""The words in which a family of pages is declared: columns, filters, sections, actions."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.journeys.console.texts import N_
from shared.access import Role

Json = dict[str, Any]
P, E, S, H = Role.participant, Role.enabler, Role.sending_manager, Role.hosting_manager
N, G, A = Role.national_manager, Role.global_manager, Role.auditor
STAFF = frozenset({S, H, N, G})
READERS = STAFF | {A}
EVERYBODY = READERS | {P, E}
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a loader of options may use: the rooms as the caller, who that is, the item that the page is about."""

    rooms: Any
    caller: Any
    item: Json


Options = tuple[Pair, ...] | Callable[[Asked], Awaitable[list[Pair]]]


@dataclass(frozen=True, slots=True)
class Box:
    """A field of a form. `name` is the field of the request's body, and the JSON pointer that a problem names.

    kind: text, long, email, tel, number, date, time, moment, choice, several, lines, yes, hidden. `value` gives what
    stands in it first (the item's own field of that name, when it is None); `when` looks at the item and says whether
    the box is for it.
    """

    name: str
    label: str
    kind: str = "text"
    options: Options = ()
    required: bool = False
    hint: str = ""
    value: Callable[[Json], Any] | None = None
    when: Callable[[Json], bool] = field(default=lambda item: True)


@dataclass(frozen=True, slots=True)
class Action:
    """A change that a room offers. `path` takes its parts from the item, `{sub}` from the row of a section.

    `when` looks at the item (or the row) and says whether the room would have it now. `sure` is asked before it is
    done. `matched`: the room wants the version that was read (If-Match), and `version` finds it in the item. `fresh`:
    it makes something new and is about no item. `after` is where the way goes on, `tell` what the reply adds to `done`,
    `leads_to` an address outside of the console that the reply names. `shows` names sections that are read above its
    form, `undo` the action that takes it back by a single press.
    """

    code: str
    label: str
    method: str
    path: str
    roles: frozenset[Role]
    boxes: tuple[Box, ...] = ()
    when: Callable[[Json], bool] = field(default=lambda item: True)
    done: str = N_("Done.")
    sure: str = ""
    weight: str = "plain"
    matched: bool = True
    version: Callable[[Json], Any] = field(default=lambda item: item.get("version"))
    fresh: bool = False
    room: str | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)
    body: Callable[[Json, Json], Any] | None = None
    after: Callable[[Json, Json], str] | None = None
    tell: Callable[[Json], str] | None = None
    shows: tuple[str, ...] = ()
    undo: str | None = None
    leads_to: Callable[[Json], str] | None = None

    @property
    def asks(self) -> bool:
        """Whether there is something to fill in or to confirm first."""
        return bool(self.sure) or any(box.kind != "hidden" for box in self.boxes)


def in_state(*wanted: str) -> Callable[[Json], bool]:
    """For the `when` of an action: the item is in one of these states."""
    return lambda item: item.get("state") in wanted


@dataclass(frozen=True, slots=True)
class Column:
    """A value of an item. `show` says what kind of value it is; a name with dots takes it out of an inner part.

    Kinds: text, long, lines, told (a text of the room, or several), code, codes, pill, yes, day, moment, number, score
    (one digit), grade (two), percent, rate (with low, high and n of the item), portion (the same within the value),
    language, country, link, road (`words` that lead to the address that is the value); names: person, enabler, party
    (either), opportunity, application, entity, member, segment (of customers), group (a committee or a code), named
    (whoever it is, without a way there).
    """

    name: str
    label: str
    show: str = "text"
    roles: frozenset[Role] = EVERYBODY
    value: Callable[[Json], Any] | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A question that the room's list answers: the name of its parameter and what may be chosen."""

    name: str
    label: str
    kind: str = "choice"
    options: Options = ()
    roles: frozenset[Role] = EVERYBODY


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several rows."""

    id: str
    done: bool
    words: str


@dataclass(frozen=True, slots=True)
class Bulk:
    """A change to several ticked rows at once. `outcomes` reads the room's answer, row by row."""

    code: str
    label: str
    path: str
    roles: frozenset[Role]
    body: Callable[[list[Json], Json], Any]
    outcomes: Callable[[Any], list[Outcome]]
    boxes: tuple[Box, ...] = ()
    weight: str = "plain"


@dataclass(frozen=True, slots=True)
class View:
    """A list: its address, where it comes from, what is shown, what can be asked and done.

    `rows` names actions of the family that stand in each row, `new` those that need no row, `one` is where a row
    leads (made of the row's own fields), `items` takes the rows out of the reply. `own`: the rows are committees,
    and a
    manager sees the own one and those right below it. `whose` names, for a role,
    the parameter that narrows the list to
    the caller's own committee or party, unless something else is asked. `links` lead on from the head of the list.
    """

    code: str
    title: str
    lead: str
    roles: frozenset[Role]
    path: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    bulk: tuple[Bulk, ...] = ()
    items: Callable[[Any], list[Json]] = field(default=lambda reply: list(reply["items"]))
    empty: Pair = (N_("Nothing here"), N_("Nothing waits for you here."))
    one: str | None = None
    room: str | None = None
    own: bool = False
    whose: Mapping[Role, str] = field(default_factory=dict)
    section: str | None = None
    icon: str = "applications"
    links: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an item's page: rows of a list, or facts of one thing; drawn by `template` where that is not enough,
    of the `picture` that a function makes of the item and of what was found."""

    code: str
    title: str
    room: str
    path: str
    columns: tuple[Column, ...] = ()
    facts: tuple[Column, ...] = ()
    roles: frozenset[Role] = EVERYBODY
    items: Callable[[Any], list[Json]] | None = None
    rows: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    template: str | None = None
    picture: Callable[[Json, Any], Any] | None = None
    empty: str = N_("Nothing yet.")
    key: str = "id"
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """Pages about one kind of thing: a list, a page for each, and what can be done.

    `inner` names more that is asked for with an item, by room and address, because its actions look at it.
    """

    code: str
    room: str
    title: str
    roles: frozenset[Role]
    views: tuple[View, ...] = ()
    path: str = ""
    headline: Callable[[Json, Mapping[str, str]], str] = field(default=lambda item, names: str(item.get("title") or ""))
    facts: tuple[Column, ...] = ()
    sections: tuple[Section, ...] = ()
    actions: tuple[Action, ...] = ()
    inner: Mapping[str, Pair] = field(default_factory=dict)

    def action(self, code: str) -> Action | None:
        return next((one for one in self.actions if one.code == code), None)
