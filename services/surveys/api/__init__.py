"""The HTTP door of the surveys room: the answer page and its JSON twin, invitations, scores, cases, the team pulse."""

from services.surveys.api import (
    answers,
    case_pages,
    case_talk,
    cases,
    exchange,
    improvements,
    invitations,
    page,
    pulse,
    pulse_page,
    questionnaires,
    scores,
    showcase_pages,
    showcasing,
    tournaments,
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
    pulse.router,
    pulse_page.router,
    tournaments.router,
)
