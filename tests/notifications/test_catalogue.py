"""The catalogue of standards: what is shipped, and what is wrong with one that can't be used."""

from datetime import date

import pytest

from services.applications.policy.requirements import KINDS
from services.notifications import plan
from services.notifications.plan.standards import DEFAULT, CatalogueError, catalogue, read
from services.notifications.policy import Kind
from services.notifications.policy.sessions import SessionKind
from services.notifications.policy.standards import Days, part_dues
from shared.contracts.applications import ExperienceDossier

TEXT = DEFAULT.read_text("utf-8")
LISTS = (*catalogue().standards, *catalogue().enabler)
SENDING = {
    "visa_work_permit", "insurance", "purpose_explained", "policies_in_writing", "outgoing_preparation", "reintegration"
}  # fmt: skip


def test_codes_are_stable_and_numbers_are_labels() -> None:
    found = catalogue().standards
    assert [one.number for one in found] == [str(number) for number in range(1, 17)]
    assert {one.code for one in found} == plan.STANDARDS
    renumbered = read(TEXT.replace('number: "3"', 'number: "7b"'))
    assert renumbered.codes == catalogue().codes


def test_each_standard_is_delivered_by_the_side_that_owes_it() -> None:
    delivered = {one.code: set(map(str, one.delivered_by)) for one in catalogue().standards}
    assert {code for code, sides in delivered.items() if "sending" in sides} == SENDING
    assert delivered["visa_work_permit"] == {"sending", "hosting"}


def test_only_2_3_6_and_7_may_lack() -> None:
    assert {one.number for one in catalogue().standards if one.may_be_missed} == {"2", "3", "6", "7"}


def test_the_enablers_list_is_its_own() -> None:
    assert not {one.code for one in catalogue().enabler} & catalogue().codes
    assert all(one.code.startswith("enabler_") for one in catalogue().enabler)


def test_due_dates_of_a_chain_count_from_what_was_done_else_from_what_is_due() -> None:
    visa = catalogue().find("visa_work_permit")
    assert visa is not None
    days = Days(date(2026, 2, 2), date(2026, 3, 2), date(2026, 5, 24))
    assert [day.isoformat() for day in part_dues(visa, days, {}).values()] == [
        "2026-02-09", "2026-02-09", "2026-02-23", "2026-03-09"
    ]  # fmt: skip
    assert part_dues(visa, days, {"papers": date(2026, 2, 10)})["filing"] == date(2026, 2, 24)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("code: insurance", "code: departure_info", "departure_info appears twice"),
        ("least: 14", "least: 17", "least is more than there are standards"),
        ("{days: 14, after: papers}", "{days: 14, after: stamps}", "stamps is no earlier part"),
        ("{days: 14, after: papers}", "{days: 14}", "either a base or another part"),
        ('["requirement:insurance"]', '["rumour:insurance"]', "rumour:insurance is of no known kind"),
        ("phase: completed", "phase: dreamt", "phase"),
        ("delivered_by: [sending, hosting]", "delivered_by: []", "visa_work_permit: delivered_by: nobody"),
        ("number: E1", "number: E1\n    colour: red", "colour"),
        ('version: "2026-1"', "version: [", "no catalogue"),
    ],
)
def test_a_fault_of_the_catalogue_is_named_where_it_is(right: str, wrong: str, told: str) -> None:
    assert right in TEXT
    with pytest.raises(CatalogueError, match=told.replace("[", r"\[")):
        read(TEXT.replace(right, wrong, 1))


def test_what_proves_a_standard_is_there_to_be_done() -> None:
    """Each piece of evidence that the catalogue names is a touchpoint of the shipped plan, or is recorded somewhere."""
    shipped = plan.parse(plan.DEFAULT.read_text("utf-8"))
    kinds = {kind: {entry.code for entry in shipped.touchpoints if entry.kind is kind} for kind in Kind}
    there = {
        "message": kinds[Kind.message],
        "task": kinds[Kind.task],
        "opened": {entry.code for entry in shipped.touchpoints if entry.document},
        "acknowledged": {entry.code for entry in shipped.touchpoints if entry.document},
        "requirement": set(KINDS),
        "attended": set(map(str, SessionKind)),
        "dossier": set(ExperienceDossier.model_fields),
    }
    named = [key.partition(":") for one in LISTS for part in one.parts for key in part.evidence if ":" in key]
    assert [f"{kind}:{name}" for kind, _, name in named if name not in there[kind]] == []


def test_every_standard_that_a_message_can_prove_has_one_in_the_shipped_plan() -> None:
    shipped = plan.parse(plan.DEFAULT.read_text("utf-8"))
    proved = {entry.proves.standard for entry in shipped.touchpoints if entry.proves}
    wanted = {one.code for one in catalogue().standards for part in one.parts if part.evidence[0] == "proves"}
    checked = {
        "job_description",
        "working_hours",
        "accommodation",
        "living_basics",
    }  # by one follow-up
    assert wanted - proved == checked
