"""A seeded year goes the way of everything else: what was imported is heard in the other rooms."""

from collections import Counter

from services.applications.exchange.importing import import_year
from services.applications.policy.year import Year
from services.applications.tools import Kind
from shared.testing.flows import Flows
from tests.applications.files import rows


async def test_the_read_side_knows_what_was_imported(flows: Flows) -> None:
    flow = await flows("applications", "journeys")
    applications, journeys = flow["applications"], flow["journeys"]
    for kind in Kind:
        assert (await import_year(applications.runtime, Year(40, 2), kind)).refused == 0
    await flow.settle()
    own = "SELECT status FROM application"
    statuses = Counter(row.status for row in await rows(applications, own))
    assert Counter(row.status for row in await rows(journeys, own)) == statuses
    assert await rows(journeys, "SELECT count(*) FROM inbox_gap") == [(0,)]
