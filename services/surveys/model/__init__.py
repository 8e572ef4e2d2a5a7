"""The rows of the surveys room, and the predicates that say whose they are."""

from services.surveys.model.answers import Answer, Given, Score, answers_of
from services.surveys.model.asks import Ask, Course, ProgrammeSwitch, QuotaUse, Suppression, asks_of
from services.surveys.model.cases import (
    Case,
    CaseFile,
    CaseMessage,
    CaseRefund,
    CaseStandard,
    CaseStep,
    Office,
    cases_of,
    offices_of,
)
from services.surveys.model.claims import Claim
from services.surveys.model.copies import Enabler, Experience, Person, experiences_of
from services.surveys.model.drafts import Draft
from services.surveys.model.invitations import Asked, Invitation, invitations_of
from services.surveys.model.pulse import Member, PulseResult, PulseRound, PulseTally, PulseTicket
from services.surveys.model.questionnaires import Published
from services.surveys.model.rollups import Roll, RollDelta, RollSeries
from services.surveys.model.showcasing import Arrival, Consent, Showcase, Testimonial, showcases_of, testimonials_of
from services.surveys.model.table import Table
from services.surveys.model.tournaments import Done, Tournament
from services.surveys.model.verbatims import Verbatim, verbatims_of

__all__ = [
    "Answer",
    "Arrival",
    "Ask",
    "Asked",
    "Case",
    "CaseFile",
    "CaseMessage",
    "CaseRefund",
    "CaseStandard",
    "CaseStep",
    "Claim",
    "Consent",
    "Course",
    "Done",
    "Draft",
    "Enabler",
    "Experience",
    "Given",
    "Invitation",
    "Member",
    "Office",
    "Person",
    "ProgrammeSwitch",
    "Published",
    "PulseResult",
    "PulseRound",
    "PulseTally",
    "PulseTicket",
    "QuotaUse",
    "Roll",
    "RollDelta",
    "RollSeries",
    "Score",
    "Showcase",
    "Suppression",
    "Table",
    "Testimonial",
    "Tournament",
    "Verbatim",
    "answers_of",
    "asks_of",
    "cases_of",
    "experiences_of",
    "invitations_of",
    "offices_of",
    "showcases_of",
    "testimonials_of",
    "verbatims_of",
]
