"""The notifications room on one page: what it owns, hears and says."""

from services.notifications.api import ROUTERS
from services.notifications.consumer import HEARS
from services.notifications.model import Table
from services.notifications.plan.table import touchpoints_page
from services.notifications.postman import read_post, send_answers
from services.notifications.sender import send_mail
from services.notifications.settings import NotificationsSettings
from services.notifications.simulating import run_simulations
from services.notifications.timers import TIMERS
from shared.contracts import notifications as said
from shared.contracts import papers, questions, seminars, tasks
from shared.service import Service

COPIES = (
    "entity_path", "entity", "person", "enabler", "opportunity", "experience",
    "dossier", "invitation", "saying", "posting", "member",
)  # fmt: skip
service = Service(
    name="notifications",
    title="Touchpoints and documents",
    summary="The internship calendar: what is sent to whom and when, with which document, and what it proves.",
    tables=Table.metadata,
    settings=NotificationsSettings,
    routers=ROUTERS,
    says=(
        said.TouchpointScheduled,
        said.TouchpointMoved,
        said.TouchpointSent,
        said.MailSent,
        said.TouchpointSkipped,
        said.EnablerTouchpointScheduled,
        said.EnablerTouchpointMoved,
        said.EnablerTouchpointSent,
        said.EnablerTouchpointSkipped,
        said.InvitationSent,
        said.SuggestionHandled,
        said.MessageEvidenced,
        said.StandardEvidenced,
        *seminars.SAID,
        *papers.SAID,
        said.ContactSuppressed,
        said.ContactRestored,
        said.StandardMissed,
        said.StandardWaived,
        said.StandardDemanded,
        said.StandardConflicted,
        said.StandardSettled,
        said.StandardsClosed,
        *tasks.SAID,
        *questions.SAID,
    ),
    hears=HEARS,
    timers=TIMERS,
    loops=(send_mail, run_simulations, read_post, send_answers),
    documents={"touchpoints.md": touchpoints_page},
    read_models=COPIES,
)
