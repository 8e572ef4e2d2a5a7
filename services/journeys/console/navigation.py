"""What pages there are, who may open them, and where they stand in the navigation.

A page is one line in PAGES: its address (parts in braces are ids), its title, and for whom it is. With a section it
stands in the navigation of those roles, in the order of this file. Tests and benches walk this list.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.journeys.console.texts import N_
from services.journeys.console.work import families
from shared.access import MANAGERS, Role

P, E = Role.participant, Role.enabler
SE, HE, MC, AI = Role.sending_manager, Role.hosting_manager, Role.national_manager, Role.global_manager
STAFF = (*sorted(MANAGERS), Role.auditor)
EVERYBODY = (P, E, *STAFF)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the navigation."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `here` is what its template's `here` says, by which the navigation marks it; the address without it.

    With `filters` its narrowings can be saved, and it opens with the one that somebody chose.
    """

    address: str
    title: str
    roles: tuple[Role, ...]
    section: str | None = None
    icon: str = "journeys"
    filters: bool = False

    @property
    def here(self) -> str:
        return self.address.removeprefix("/console").strip("/").replace("/", "-") or "home"


SECTIONS = (
    Section("work", N_("Work")),
    Section("people", N_("People")),
    Section("insight", N_("Insight")),
    Section("design", N_("Design")),
    Section("system", N_("System")),
)
PAGES = (
    # frame
    Page("/console", N_("Home"), EVERYBODY, "work", "home"),
    Page("/console/people", N_("People"), (E, *STAFF), "people", "people", filters=True),
    Page("/console/people/{person_id}", N_("Person"), EVERYBODY),
    Page("/console/filters", N_("Saved filters"), EVERYBODY, None, "bookmark"),
    Page("/console/events", N_("Events"), STAFF, "system", "events"),
    # own
    Page("/console/mine", N_("My journey"), (P,), "work", "journeys"),
    Page("/console/messages", N_("Messages"), (P, E), "work", "notifications"),
    Page("/console/choices", N_("My choices and data"), (P, E), "work", "settings"),
    # work
    *(Page(one.address, one.title, one.roles, one.section, one.icon, one.filters) for one in families.lines()),
    # benchmarks
    Page("/console/sheets/{sheet_id}/columns/ours", N_("Answers"), tuple(sorted(MANAGERS))),
    Page("/console/sheets/{sheet_id}/cells/ours/budget", N_("Answer"), STAFF),
    Page("/console/sheets/record", N_("How well decisions foretold"), STAFF),
    Page("/console/sheets/markets", N_("Markets over time"), STAFF),
    Page("/console/sheet-templates", N_("Templates of benchmarks"), STAFF),
    Page("/console/sheet-templates/go-no-go", N_("Template of a benchmark"), STAFF),
    Page("/console/tournaments", N_("Champions and challengers"), (SE, MC, AI, Role.auditor)),
    Page("/console/questionnaires/{questionnaire}/versions/1", N_("Version of a questionnaire"), STAFF),
    Page("/console/questionnaires/{questionnaire}/versions/1/next", N_("The next version"), (MC, AI)),
    # conversation
    Page("/console/enablers", N_("Enablers"), (E, *STAFF), "people", "people", filters=True),
    Page("/console/enablers/{enabler_id}", N_("Enabler"), (E, *STAFF)),
    Page("/console/attribution", N_("Attribution"), STAFF, "insight", "search", filters=True),
    Page("/console/people/{person_id}/merge", N_("People who are one"), (SE, MC, AI)),
    # figures
    Page("/console/funnel", N_("Funnel"), STAFF, "insight", "scoring", filters=True),
    Page("/console/funnel/why", N_("Why people are lost"), STAFF, filters=True),
    Page("/console/funnel/outlook", N_("Who will convert"), STAFF, filters=True),
    Page("/console/funnel/next", N_("What to do next"), STAFF, filters=True),
    Page("/console/funnel/cohorts", N_("By month of entry"), STAFF, filters=True),
    Page("/console/funnel/periods", N_("By month"), STAFF, filters=True),
    Page("/console/funnel/channels", N_("Channels"), STAFF, "insight", "notifications", filters=True),
    Page("/console/funnel/dropped", N_("Who dropped out"), STAFF, "insight", "leave", filters=True),
    Page("/console/funnel/loyalty", N_("Satisfied, not loyal"), STAFF, "insight", "surveys", filters=True),
    Page("/console/segments", N_("Segments"), STAFF, "insight", "people"),
    # blueprint
    Page("/console/blueprint", N_("Service blueprint"), STAFF, "insight", "blueprint", filters=True),
    Page("/console/improvements", N_("Improvements"), STAFF, "insight", "board", filters=True),
    Page("/console/improvements/new", N_("New improvement"), (SE, HE, MC, AI)),
    Page("/console/blueprint/designs", N_("Versions of blueprints"), STAFF),
    Page("/console/blueprint/designs/{design_id}", N_("Version of a blueprint"), STAFF),
    Page("/console/blueprint/designs/{design_id}/edit", N_("Edit the blueprint"), (SE, HE, MC, AI)),
    Page("/console/blueprint/{design_id}/prepare/pickup-information", N_("Cell of a blueprint"), STAFF),
    # maps
    Page("/console/member-journeys", N_("Member journey"), STAFF, "insight", "journeys", filters=True),
    Page("/console/member-journeys/{member_id}", N_("Member"), (SE, MC, AI, Role.auditor)),
    Page("/console/returnees", N_("Returnees"), (SE, MC, AI, Role.auditor), "people", "heart", filters=True),
    Page("/console/maps", N_("Persona maps"), STAFF, "design", "map"),
    Page("/console/maps/{map_id}", N_("Persona map"), STAFF),
    Page("/console/maps/{map_id}/items/recommends", N_("Evidence"), STAFF),
    Page("/console/join", N_("Join the committee"), (P,), "people", "heart"),
    # boards
    Page("/console/inbox", N_("What waits"), EVERYBODY, "work", "tasks", filters=True),
    Page("/console/calendar", N_("Calendar"), EVERYBODY, "work", "calendar", filters=True),
    Page("/console/cases", N_("Quality cases"), EVERYBODY, "work", "alert", filters=True),
    Page("/console/cases/new", N_("Report a case"), (P, E, *sorted(MANAGERS))),
    Page("/console/cases/{case_id}", N_("Quality case"), EVERYBODY),
    Page("/console/standards", N_("Standards"), STAFF, "work", "board", filters=True),
    Page("/console/standards/{application_id}", N_("Standards of an experience"), EVERYBODY),
    Page("/console/dual-sided", N_("Both sides"), STAFF, "insight", "heart", filters=True),
    Page("/console/chain", N_("Teams and their customers"), STAFF, "insight", "people", filters=True),
    Page("/console/scorecards", N_("Scorecards"), STAFF, "insight", "star"),
    Page("/console/scorecards/{scorecard_id}", N_("Scorecard"), (SE, MC, AI, Role.auditor)),
    Page("/console/scorecards/new", N_("New scorecard"), tuple(sorted(MANAGERS))),
    Page("/console/simulation", N_("What if"), STAFF, "insight", "chart", filters=True),
    Page("/console/plans/{version_id}/changes", N_("Changes of a plan"), STAFF),
    Page("/console/letters/{id}/preview", N_("As people read it"), tuple(sorted(MANAGERS))),
    Page("/console/simulation/plan", N_("Simulate a plan"), tuple(sorted(MANAGERS))),
    Page("/console/simulation/plan/{run_id}", N_("A run"), tuple(sorted(MANAGERS))),
)


@dataclass(frozen=True, slots=True)
class Group:
    """A section with its pages, for one role."""

    code: str
    title: str
    pages: tuple[Page, ...]


def sections_of(role: Role) -> list[Group]:
    """The navigation of a role: sections that hold something for it."""
    groups = [Group(one.code, one.title, tuple(_of(role, one.code))) for one in SECTIONS]
    return [group for group in groups if group.pages]


def _of(role: Role, section: str) -> Iterable[Page]:
    return (page for page in PAGES if page.section == section and role in page.roles)


def filtered(path: str) -> bool:
    """Whether what the page at this path is narrowed to can be saved."""
    return any(page.filters and page.address == path for page in PAGES)


def known(address: str) -> bool:
    """Whether there is a page at this address."""
    path = address.partition("?")[0].partition("#")[0]
    return any(page.address == path for page in PAGES)
