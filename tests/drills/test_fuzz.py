"""That the fuzz drill reads a finding as one, and knows what it may ask for; its short form is in test_lived.py."""

from datetime import timedelta

from schemathesis.core.failures import ServerError

from drills.fuzz import DRILL, SERVER_ERROR, Report
from drills.kit.asking import moved
from drills.kit.things import Links, Things


def test_a_server_error_is_told_with_its_operations() -> None:
    assert ServerError.code == SERVER_ERROR
    finding = {"code": ServerError.code, "operations": ["GET /v1/people", "POST /v1/people"]}
    told = Report("journeys", "auditor", {"failures": [finding]}).failures()
    assert told == [f"ST101: {name} /v1/people of journeys as auditor" for name in ("GET", "POST")]
    calm = {"skipped": 0, "broken_off": 0, "operations": 4, "operations_accepted": 4}
    assert DRILL.falls_short(calm | {"found": told}, False) == told
    assert DRILL.falls_short(calm | {"found": [], "operations_accepted": 1}, False) != []


def test_things_are_rows_that_have_all_names_the_storys_own_first() -> None:
    contacts = [{"contact_id": number, "enabler_id": f"host {number}"} for number in (1, 2)]
    tables = {"note": [{"contact_id": 3}], "contact": contacts}
    things = Things(tables, own={"host 2"}, about={"host 1": {"hosting_entity_id": "Uppsala"}})
    assert things.of(["enabler_id", "contact_id"]) == [contacts[1], contacts[0] | {"hosting_entity_id": "Uppsala"}]
    assert things.values("contact_id") == [2, 1, 3]
    assert things.of(["enabler_id", "sheet_id"]) == []


def test_links_are_known_by_the_path_that_they_stand_in() -> None:
    links = Links(["/c/{token}", "/c/{token}/files/{file_id}", "/s/{token}", "/v1/people/{person_id}"])
    links.look(f"Open <http://127.0.0.1:8102/c/{'a' * 72}> and /v1/people/{'b' * 72}.")
    assert links.of("/c/{token}/files/{file_id}") == ["a" * 72]
    assert links.of("/s/{token}") == links.of("/v1/people/{person_id}") == []


def test_all_days_of_an_example_move_together() -> None:
    example = {"start_on": "2026-03-01", "text": "2026-13-01", "slots": [{"at": "2026-03-31T09:00:00Z", "n": 1}]}
    slots = [{"at": "2026-04-01T09:00:00Z", "n": 1}]
    assert moved(example, timedelta(days=1)) == example | {"start_on": "2026-03-02", "slots": slots}
