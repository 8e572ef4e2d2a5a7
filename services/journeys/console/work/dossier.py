"""The dossier of a stay on its page: whose each fact is, and who may write it."""

from services.journeys.console.texts import N_, _
from services.journeys.console.work.declare import READERS, Action, Box, Column, E, H, Json, P, S, Section
from shared.access import Role

EP = (
    Box("flight_number", N_("Flight")), Box("arrival_airport", N_("Airport or station of arrival")),
    Box("arrival_on", N_("Day of arrival"), "date"), Box("arrival_time", N_("Time of arrival"), "time"),
    Box("home_contact", N_("Contact at home"), "long"),
)  # fmt: skip
SENDING = (Box("sending_emergency_contact", N_("Emergency contact of the sending entity"), "long"),)
HOSTING = (
    Box("pickup_place", N_("Pick-up: where"), "long"), Box("pickup_on", N_("Pick-up: day"), "date"),
    Box("pickup_time", N_("Pick-up: time"), "time"), Box("pickup_person", N_("Pick-up: who comes")),
    Box("pickup_phone", N_("Pick-up: phone"), "tel"), Box("buddy", N_("Buddy")),
    Box("buddy_phone", N_("Buddy: phone"), "tel"), Box("host_family", N_("Host family"), "long"),
    Box("host_family_phone", N_("Host family: phone"), "tel"), Box("accommodation", N_("Accommodation"), "long"),
    Box("emergency_contact", N_("Emergency contact at the host"), "long"),
    Box("departure_route", N_("The way back"), "long"),
)  # fmt: skip
ENABLER = (
    Box("workplace", N_("Workplace"), "long"), Box("supervisor", N_("Supervisor")),
    Box("supervisor_phone", N_("Supervisor: phone"), "tel"),
)  # fmt: skip
SHOWS = {"date": "day", "long": "long"}
FACTS = tuple(
    Column(f"facts.{box.name}", box.label, SHOWS.get(box.kind, "text")) for box in (*EP, *SENDING, *HOSTING, *ENABLER)
)  # fmt: skip
LABELS = {box.name: box.label for box in (*EP, *SENDING, *HOSTING, *ENABLER)}


def _label(row: Json) -> str:
    label = LABELS.get(row["name"], row["name"])
    return _(label)


PAST = Section(
    "dossier_past", N_("Who wrote these facts, and when"), "applications", "/v1/applications/{id}/dossier/history",
    (Column("name", N_("Fact"), value=_label), Column("value", N_("Value")), Column("role", N_("Who"), "code"),
     Column("at", N_("When"), "moment")),
    roles=READERS, empty=N_("Nothing is written yet."),
)  # fmt: skip


def _known(box: Box) -> Box:
    def value(item: Json) -> object:
        return (item.get("facts") or {}).get(box.name)

    return Box(box.name, box.label, box.kind, value=value)


def _write(code: str, label: str, roles: frozenset[Role], *boxes: Box) -> Action:
    return Action(
        code, label, "PATCH", "/v1/applications/{application_id}/dossier", roles, tuple(map(_known, boxes)),
        done=N_("Written down."),
    )  # fmt: skip


ACTIONS = (
    _write("dossier_host", N_("Pick-up, housing, workplace"), frozenset({H}), *HOSTING, *ENABLER),
    _write("dossier_send", N_("Arrival and contacts"), frozenset({S}), *EP, *SENDING),
    _write("dossier_own", N_("My arrival"), frozenset({P}), *EP),
    _write("dossier_work", N_("Workplace and supervisor"), frozenset({E}), *ENABLER),
)
ACTIONS_OF_THE_SECTION = tuple(action.code for action in ACTIONS)
