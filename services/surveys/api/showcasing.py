"""Testimonials for those who look after them, the public gallery, and referral links."""

import hashlib
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from services.surveys import commands, handlers, views
from services.surveys.api.doors import CaseOwner, Concerned, Everybody, Staff, Teller
from services.surveys.files import PICTURES
from services.surveys.policy.showcasing import TestimonialState, Use
from services.surveys.schemas import ReferralsOut, ShownOut, TestimonialOut
from services.surveys.settings import limits
from shared.contracts.fields import Product
from shared.web import etag
from shared.web.paging import PageOf, Paging
from shared.web.schemas import CountryCode, LanguageCode

router = APIRouter(tags=["showcasing"])
BINARY = {"schema": {"type": "string", "format": "binary"}}
PICTURE = {200: {"content": dict.fromkeys(sorted(PICTURES), BINARY), "description": "The picture"}}
SEEN = {304: {"description": "You have this page already"}}
# Anybody may keep it, but asks each time whether it is still shown: what was taken back is gone at once.
ASK_AGAIN = "public, no-cache"


@router.get("/v1/testimonials", response_model=PageOf[TestimonialOut], operation_id="list_testimonials")
async def list_testimonials(
    door: Concerned,
    paging: Paging,
    state: Annotated[TestimonialState | None, Query(description="Only in this state")] = None,
    use: Annotated[Use | None, Query(description="Only those whose person agreed to this use")] = None,
) -> Response:
    """Testimonials of the caller's entities, or one's own, with the uses that hold now."""
    return await door.page(views.list_testimonials, state, use, paging=paging)


@router.get("/v1/testimonials/{testimonial_id}", response_model=TestimonialOut, operation_id="get_testimonial")
async def get_testimonial(testimonial_id: UUID, door: Concerned) -> Response:
    """One testimonial."""
    return await door.read(views.get_testimonial, testimonial_id)


@router.get(
    "/v1/testimonials/{testimonial_id}/picture", response_class=Response, responses=PICTURE,
    operation_id="get_testimonial_picture",
)  # fmt: skip
async def get_testimonial_picture(testimonial_id: UUID, door: Concerned) -> Response:
    """Its picture, as it was drawn anew when it came."""
    return shown(await door.runtime.read(views.get_picture, testimonial_id, caller=door.caller), "no-store")


@router.post(
    "/v1/testimonials/{testimonial_id}/approval", response_model=TestimonialOut, operation_id="approve_testimonial"
)
async def approve_testimonial(testimonial_id: UUID, door: CaseOwner) -> Response:
    """Let it be shown, for the uses that its person agreed to. A change by the person waits for approval again."""
    command = commands.JudgeTestimonial(testimonial_id, TestimonialState.approved)
    return await door.execute(handlers.judge_testimonial, command)


@router.post(
    "/v1/testimonials/{testimonial_id}/refusal", response_model=TestimonialOut, operation_id="refuse_testimonial"
)
async def refuse_testimonial(testimonial_id: UUID, door: CaseOwner) -> Response:
    """Don't show it, or not any more."""
    command = commands.JudgeTestimonial(testimonial_id, TestimonialState.refused)
    return await door.execute(handlers.judge_testimonial, command)


@router.post("/v1/testimonials/{testimonial_id}/withdrawal", response_model=TestimonialOut, operation_id="withdraw_own")
async def withdraw_own(testimonial_id: UUID, door: Teller) -> Response:
    """Take back what one told, from every use, at once: words, picture and video are gone. It can't be undone."""
    return await door.execute(handlers.withdraw_own, commands.WithdrawOwn(testimonial_id))


@router.get("/v1/referrals", response_model=ReferralsOut, operation_id="count_referrals")
async def count_referrals(door: Staff) -> Response:
    """What the promoters of the caller's entities brought: sign-ups, applications, approvals."""
    return await door.read(views.count_referrals)


@router.get("/v1/gallery", response_model=PageOf[ShownOut], operation_id="list_gallery", responses=SEEN)
async def list_gallery(
    door: Everybody,
    paging: Paging,
    product: Annotated[Product | None, Query(description="Only of this exchange programme")] = None,
    country: Annotated[CountryCode | None, Query(description="Only of experiences in this country")] = None,
    language: Annotated[LanguageCode | None, Query(description="Only of people who speak this language")] = None,
) -> Response:
    """What promoters tell the world, newest first. A cache may keep it and asks each time whether it still holds."""
    reply = await door.page(views.list_gallery, product, country, language, paging=paging)
    body = orjson.loads(reply.body)  # without `as_of`, which is another one each time
    tag = f'"{hashlib.sha256(orjson.dumps((body["items"], body["next"] is None))).hexdigest()[:32]}"'
    reply.headers.update({"Cache-Control": ASK_AGAIN, "ETag": tag})
    if etag.unchanged(door.request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": ASK_AGAIN})
    return reply


@router.get(
    "/v1/gallery/{testimonial_id}/picture", response_class=Response, responses=PICTURE,
    operation_id="get_gallery_picture",
)  # fmt: skip
async def get_gallery_picture(testimonial_id: UUID, door: Everybody) -> Response:
    """The picture of a testimonial that is shown."""
    picture = await door.runtime.read(views.gallery_picture, testimonial_id, caller=door.caller)
    reply = shown(picture, ASK_AGAIN)
    if etag.unchanged(door.request.headers.get("if-none-match"), reply.headers["etag"]):
        headers = {"ETag": reply.headers["etag"], "Cache-Control": ASK_AGAIN}
        return Response(status_code=304, headers=headers)
    reply.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return reply


def shown(picture: views.Picture, cache: str) -> Response:
    """A picture, to be drawn and nothing else."""
    headers = {
        "Cache-Control": cache,
        "ETag": f'"{picture.digest[:32]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(picture.content, headers=headers, media_type=picture.media_type)


@router.get("/r/{code}", status_code=307, response_class=Response, operation_id="follow_referral")
@router.head("/r/{code}", operation_id="probe_referral", include_in_schema=False)
async def follow_referral(
    code: Annotated[str, Path(max_length=80, description="The code of a promoter's link")], door: Everybody
) -> Response:
    """On to the sign-up with the code. Nothing is counted: whoever opens links, people or machines, leaves no trace.

    The page there tells the visit to the scoring room itself (`campaign`), and signs up with `referral`.
    """
    known = await door.runtime.read(views.is_referral, code.lower(), caller=door.caller)
    address = limits().signup_url
    if known:
        mark = "&" if "?" in address else "?"
        address += f"{mark}referral={code.lower()}&campaign=referral-{code.lower()}"
    return Response(status_code=307, headers={"Location": address, "Cache-Control": "no-store"})
