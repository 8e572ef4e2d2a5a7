"""What the surveys room says of promoters: whom to ask for a testimonial, what they agreed to, whom they brought."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, Product


class ShowcaseFact(Event):
    """Whose experience it is; the base of what is said of showing it."""

    showcase_id: UUID
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID
    product: Product | None


@event("surveys.promoter-found.v1", key="showcase_id")
class PromoterFound(ShowcaseFact):
    """A promoter (NPS 9–10) may be asked now to tell others; listen to deliver the personal link, which is signed by
    whoever delivers it."""

    score: int


@event("surveys.testimonial-given.v1", key="showcase_id")
class TestimonialGiven(ShowcaseFact):
    """A testimonial was written or changed, for these `uses` (all that hold now); a manager has to look at it. Its
    words, picture and name stay in the room."""

    uses: list[Code]
    picture: bool
    video: bool


@event("surveys.testimonial-withdrawn.v1", key="showcase_id")
class TestimonialWithdrawn(ShowcaseFact):
    """The person took it back, or was erased: whoever shows it for one of these uses takes it down at once."""

    uses: list[Code]


@event("surveys.referral-attributed.v1", key="person_id")
class ReferralAttributed(Event):
    """Somebody signed up by a promoter's link; the first one counts. Listen to thank them."""

    person_id: UUID
    referrer_id: UUID
    showcase_id: UUID
    code: Code
