"""Reads of the notifications room; every query carries the caller's scope."""

from services.notifications.views.boards import list_boards, summarise
from services.notifications.views.calendar import get_touchpoint, list_touchpoints
from services.notifications.views.calendars import get_calendar_address, read_calendar, session_file
from services.notifications.views.choices import open_choices, open_stop, own_choices
from services.notifications.views.deliveries import document_content, get_document, list_deliveries
from services.notifications.views.dues import DuesFilter, get_dues, list_dues
from services.notifications.views.fact_sheets import (
    get_fact_sheet,
    get_fact_sheet_draft,
    get_fact_sheet_version,
    list_fact_changes,
    list_fact_sheet_versions,
    list_reviews,
)
from services.notifications.views.feed import feed_after, get_feed
from services.notifications.views.papers import (
    document_page,
    document_pass,
    get_goals,
    get_receipt,
    list_documents,
    list_receipts,
    passed_document,
)
from services.notifications.views.plans import get_plan
from services.notifications.views.questions import (
    get_question,
    list_arrivals,
    list_questions,
    question_file,
)
from services.notifications.views.seat_page import SeatPage, seat_page
from services.notifications.views.sessions import get_session, list_seats, list_sessions
from services.notifications.views.standards import get_board, get_catalogue, get_standard, list_evidence
from services.notifications.views.suppressions import get_suppression, list_suppressions
from services.notifications.views.tasks import get_task, list_tasks

__all__ = [
    "DuesFilter",
    "SeatPage",
    "document_content",
    "document_page",
    "document_pass",
    "feed_after",
    "get_board",
    "get_calendar_address",
    "get_catalogue",
    "get_document",
    "get_dues",
    "get_fact_sheet",
    "get_fact_sheet_draft",
    "get_fact_sheet_version",
    "get_feed",
    "get_goals",
    "get_plan",
    "get_question",
    "get_receipt",
    "get_session",
    "get_standard",
    "get_suppression",
    "get_task",
    "get_touchpoint",
    "list_arrivals",
    "list_boards",
    "list_deliveries",
    "list_documents",
    "list_dues",
    "list_evidence",
    "list_fact_changes",
    "list_fact_sheet_versions",
    "list_questions",
    "list_receipts",
    "list_reviews",
    "list_seats",
    "list_sessions",
    "list_suppressions",
    "list_tasks",
    "list_touchpoints",
    "open_choices",
    "open_stop",
    "own_choices",
    "passed_document",
    "question_file",
    "read_calendar",
    "seat_page",
    "session_file",
    "summarise",
]
