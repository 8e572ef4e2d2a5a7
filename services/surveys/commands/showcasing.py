"""What can be told about testimonials."""

from dataclasses import dataclass, field
from uuid import UUID

from services.surveys.files import Guarded
from services.surveys.policy.showcasing import TestimonialState, Told


@dataclass(frozen=True, slots=True)
class GiveTestimonial:
    """What a promoter tells, whole. `picture` None keeps the one that is there, unless it is to be dropped."""

    token: str = field(repr=False)
    told: Told
    picture: Guarded | None = field(default=None, repr=False)
    drop_picture: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawTestimonial:
    """Take it back from every use, at once."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WithdrawOwn:
    """The same by whoever told it, with an account."""

    testimonial_id: UUID


@dataclass(frozen=True, slots=True)
class JudgeTestimonial:
    """A manager lets it be shown, or doesn't."""

    testimonial_id: UUID
    state: TestimonialState
