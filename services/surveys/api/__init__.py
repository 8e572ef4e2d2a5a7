"""The HTTP door of the surveys room: the answer page and its JSON twin, invitations, scores, quality cases."""

from services.surveys.api import (
    answers,
    case_pages,
    case_talk,
    cases,
    exchange,
    improvements,
    invitations,
    page,
    questionnaires,
    scores,
    showcase_pages,
    showcasing,
    verbatims,
)

ROUTERS = (
    page.router,
    answers.router,
    invitations.router,
    questionnaires.router,
    scores.router,
    cases.router,
    case_talk.router,
    verbatims.router,
    exchange.router,
    case_pages.router,
    improvements.router,
    showcasing.router,
    showcase_pages.router,
)
