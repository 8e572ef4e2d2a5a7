"""The catalogue of standards: what is shipped, and what is wrong with one that can't be used."""

from datetime import date

import pytest

from services.notifications import plan
from services.notifications.plan.standards import DEFAULT, CatalogueError, catalogue, read
from services.notifications.policy.standards import Days, part_dues

TEXT = DEFAULT.read_text("utf-8")
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
