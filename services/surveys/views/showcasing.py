"""Testimonials: one's own by link, those of the entities one manages, and the public gallery."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import desc, select

from services.surveys.model import Arrival, Consent, Showcase, Testimonial, showcases_of, testimonials_of
from services.surveys.pages.showcase import FOLDER
from services.surveys.policy.showcasing import TestimonialState, Use
from services.surveys.schemas import ReferralsOut, ShownOut, TestimonialOut
from shared import links
from shared.contracts.fields import Product
from shared.errors import NotFound
from shared.links import LinkRefused
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow
from shared.strict_yaml import shipped

TOLD = tuple(name for name in TestimonialOut.model_fields if name != "uses")
SHOWN = ("id", "words", "shown_name", "video", "product", "country", "language")
VIDEO_HOSTS = frozenset(shipped(FOLDER / "video_hosts.yaml"))


@dataclass(frozen=True, slots=True)
class OwnPage:
    """What a promoter's own page shows: what they told so far, and whom their link brought."""

    language: str
    referral: str
    told: TestimonialOut | None
    picture_kilobytes: int
    brought: ReferralsOut
    token: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    digest: str
    content: bytes = field(repr=False)


async def showcase_by_token(uow: Uow, token: str, *, lock: bool = False) -> Showcase:
    """The showcase that a link token opens; LinkRefused (404) for one that isn't ours, or of somebody erased."""
    link = links.links().open(links.SHOWCASE, token)
    row = await uow.find(Showcase, id=link.subject, lock=lock)
    if row is None or row.referral is None or not links.same(row.token_digest, token):
        raise LinkRefused
    return row


async def own_page(uow: Uow, token: str) -> OwnPage:
    """The page behind a promoter's link. Reading it leaves no trace."""
    showcase = await showcase_by_token(uow, token)
    assert showcase.referral is not None
    row = await uow.find(Testimonial, id=showcase.id)
    told = await testimonial_out(uow, row) if row else None
    size = len(row.picture) if row and row.picture else 0
    brought = await _brought(uow, Showcase.id == showcase.id)  # type: ignore[arg-type]
    return OwnPage(showcase.language, showcase.referral, told, -(-size // 1000), brought, token)


async def own_picture(uow: Uow, token: str) -> Picture:
    showcase = await showcase_by_token(uow, token)
    return _picture(await uow.find(Testimonial, id=showcase.id))


def _picture(row: Testimonial | None) -> Picture:
    if row is None or row.picture is None or row.picture_type is None or row.picture_digest is None:
        raise NotFound("There is no picture.")
    return Picture(row.picture_type, row.picture_digest, row.picture)


async def testimonial_out(uow: Uow, row: Testimonial) -> TestimonialOut:
    return _out(row, (await _uses(uow, [row.id])).get(row.id, []))


def _out(row: Any, uses: Sequence[Use]) -> TestimonialOut:
    return TestimonialOut.model_validate({name: getattr(row, name) for name in TOLD} | {"uses": uses})


async def _uses(uow: Uow, ids: list[UUID]) -> dict[UUID, list[Use]]:
    query = select(Consent).where(Consent.showcase_id.in_(ids), Consent.withdrawn_at.is_(None))  # type: ignore[attr-defined,union-attr]
    found: dict[UUID, list[Use]] = {}
    for consent in await uow.rows(query.order_by(Consent.use)):
        found.setdefault(consent.showcase_id, []).append(consent.use)
    return found


def _agreed(use: Use) -> ColumnElement[bool]:
    held = (Consent.showcase_id == Testimonial.id, Consent.use == use, Consent.withdrawn_at.is_(None))  # type: ignore[union-attr]
    return exists(select(Consent.id).where(*held))


async def list_testimonials(uow: Uow, state: TestimonialState | None, use: Use | None, paging: Paging) -> Page:
    columns: Any = [getattr(Testimonial, name) for name in (*TOLD, "changed_at")]  # a page of pictures would be heavy
    query = select(*columns).where(testimonials_of(uow.caller))
    if state is not None:
        query = query.where(Testimonial.state == state)
    if use is not None:
        query = query.where(_agreed(use))
    order, changed = (Testimonial.changed_at, Testimonial.id), Testimonial.changed_at
    page = await listing(uow, query, order=order, paging=paging, changed=changed)
    uses = await _uses(uow, [row.id for row in page.items])
    return Page([_out(row, uses.get(row.id, [])) for row in page.items], page.next, page.about)


async def get_testimonial(uow: Uow, testimonial_id: UUID) -> TestimonialOut:
    return await testimonial_out(uow, await uow.get(Testimonial, testimonial_id, testimonials_of(uow.caller)))


async def get_picture(uow: Uow, testimonial_id: UUID) -> Picture:
    return _picture(await uow.get(Testimonial, testimonial_id, testimonials_of(uow.caller)))


# --- the gallery, for everybody


def _shown() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Testimonial.state == TestimonialState.approved, _agreed(Use.gallery)  # type: ignore[return-value]


async def list_gallery(
    uow: Uow, product: Product | None, country: str | None, language: str | None, paging: Paging
) -> Page:
    """What managers approved and whose people agreed to this very use, newest first."""
    columns: Any = [getattr(Testimonial, name) for name in (*SHOWN, "picture_type", "approved_at")]
    query = select(*columns).where(*_shown())
    for column, value in (
        (Testimonial.product, product), (Testimonial.country, country), (Testimonial.language, language)
    ):  # fmt: skip
        query = query if value is None else query.where(column == value)
    order = (desc(Testimonial.approved_at), desc(Testimonial.id))
    return await listing(uow, query, order=order, paging=paging, shape=_shown_out)


def _shown_out(row: Any) -> ShownOut:
    picture = f"/v1/gallery/{row.id}/picture" if row.picture_type else None
    assert row.approved_at is not None
    values = {name: getattr(row, name) for name in SHOWN}
    return ShownOut(**values, picture=picture, since=row.approved_at.date())


async def gallery_picture(uow: Uow, testimonial_id: UUID) -> Picture:
    return _picture(await uow.find(Testimonial, Testimonial.id == testimonial_id, *_shown()))


# --- referrals


async def is_referral(uow: Uow, referral: str) -> bool:
    return await uow.find(Showcase, referral=referral) is not None


async def count_referrals(uow: Uow) -> ReferralsOut:
    """What promoters of the caller's entities brought."""
    return await _brought(uow, showcases_of(uow.caller))


async def _brought(uow: Uow, which: ColumnElement[bool]) -> ReferralsOut:
    counts = (func.count(), func.count(Showcase.asked_at))
    promoters, asked = (await uow.execute(select(*counts).where(which))).one()
    given = select(func.count()).select_from(Testimonial).join(Showcase, Showcase.id == Testimonial.id)  # type: ignore[arg-type]
    testimonials = await uow.scalar(given.where(which, Testimonial.state != TestimonialState.withdrawn))
    steps = (func.count(), func.count(Arrival.applied_at), func.count(Arrival.approved_at))
    came = select(*steps).select_from(Arrival).join(Showcase, Showcase.id == Arrival.showcase_id)  # type: ignore[arg-type]
    signed_up, applied, approved = (await uow.execute(came.where(which))).one()
    return ReferralsOut(
        promoters=promoters, asked=asked, testimonials=testimonials,
        signed_up=signed_up, applied=applied, approved=approved,
    )  # fmt: skip
