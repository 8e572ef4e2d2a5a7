"""An enabler is asked after the stay by a real e-mail with a link, and each side sees what is its to see."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.journeys import views as journeys
from services.journeys.views import Order
from services.notifications.sender import Sender
from services.surveys import views
from shared.contracts import applications as facts
from shared.contracts.surveys import Party, SurveyInvited
from shared.embedded.mail import MailServer
from shared.errors import NotFound
from shared.links import survey_link
from shared.storage.paging import Paging
from shared.testing import callers
from shared.testing.flows import Flows
from tests.flows.test_pairs import begun


async def test_an_enabler_is_asked_by_mail_and_the_intern_sees_nothing_of_it(flows: Flows, tmp_path: Path) -> None:
    flow = await flows("surveys", "notifications", "journeys")
    stay = await begun(flow)
    flow.clock.set(datetime(2026, 5, 25, 1, tzinfo=UTC))
    await flow.say(facts.ExperienceCompleted(**stay))
    flow.clock.set(datetime(2026, 5, 26, 12, tzinfo=UTC))
    await flow.due()
    wanted = views.Asked(party=Party.enabler, programme="enabler-feedback")
    (invited,) = (await flow["surveys"].read(views.list_invitations, wanted, Paging())).items
    assert (invited.state, invited.recipient_id) == ("invited", stay["enabler_id"])

    runtime = flow["notifications"].runtime
    async with MailServer(tmp_path) as mail:
        runtime.kernel = runtime.kernel.model_copy(update={"smtp_port": mail.smtp_port})
        sender = Sender(runtime)
        while await flow["notifications"].due() + await sender.step():
            pass
        sender.close()
        letters = [mail.mailbox.open(summary.id) for summary in mail.mailbox.listed()]
    await flow.settle()
    (letter,) = [one for one in letters if one and survey_link(invited.id) in (one.text or "")]
    assert letter.summary.to == ("maja@norrsken.example",)
    assert letter.summary.subject == "Hur gick praktiken?"  # in the enabler's own language

    enabler, intern = callers.enabler(stay["enabler_id"]), callers.participant(stay["person_id"])
    read = flow["surveys"].read
    assert (await read(views.get_invitation, invited.id, caller=enabler)).state == "delivered"
    with pytest.raises(NotFound):
        await read(views.get_invitation, invited.id, caller=intern)
    page = await flow["journeys"].read(
        journeys.get_timeline,
        journeys.Whose(stay["person_id"]),
        journeys.Wanted(),
        Order.oldest,
        Paging(limit=200),
        caller=intern,
    )
    told = [one.facts.get("questionnaire") for one in page.items if one.type == SurveyInvited.TYPE]
    assert "enabler-feedback" not in told
    found = await read(views.list_enabler_decisions, stay["enabler_id"], caller=enabler)
    assert ("enabler-feedback", "asked") in [(one.programme, one.decision) for one in found.items]
