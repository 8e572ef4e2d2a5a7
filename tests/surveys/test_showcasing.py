"""Showcasing: promoters are asked, tell others for the uses they agree to, take it back; their links bring people."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from services.surveys.pages import showcase as pages
from services.surveys.policy.showcasing import Told, Use, ask_at, faults_of, is_video, referral_code
from services.surveys.views.showcasing import VIDEO_HOSTS
from shared import links
from shared.contracts import applications as facts
from shared.contracts import showcasing as told_of
from shared.contracts.fields import date
from shared.contracts.showcasing import PromoterFound, ReferralAttributed
from shared.ids import derived_id, new_id
from shared.testing import builders, callers
from tests.elements import Elements
from tests.surveys.world import World

GOOD = {"words": "Uppsala was <b>great</b>.", "name": "Ioana Ș.", "video": "", "uses": ["gallery", "print"]}
OWNER = b"GPS 46.77, 23.59 by Ioana"


def picture(kind: str = "JPEG") -> bytes:
    """A picture that tells where and by whom it was taken."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = OWNER.decode()
    Image.new("RGB", (60, 40), "teal").save(out, kind, exif=exif)
    return out.getvalue()


async def promoter(world: World, nps: int = 10, stay: dict[str, Any] | None = None) -> str:
    """The path of the page of an EP who answered so; the moment of asking has come."""
    stay = stay or world.stay
    await world.answer(await world.complete(stay), nps=nps)
    world.room.clock.set(datetime(2026, 6, 20, tzinfo=UTC))
    await world.room.due()
    return f"/t/{links.showcase_token(derived_id('showcase', stay['application_id']))}"


async def told(world: World, path: str, **values: Any) -> httpx.Response:
    """What the page's form sends; a picture as a file."""
    fields = {**GOOD, **values}
    photo = fields.pop("picture", None)
    files = {"picture": photo or ("", b"", "application/octet-stream")}
    return await (await world.room.client()).post(path, data=fields, files=files)


async def gallery(world: World, **query: str) -> list[Any]:
    return (await (await world.room.client()).get("/v1/gallery", params=query)).json()["items"]


async def approved(world: World, path: str, **values: Any) -> str:
    """The id of a testimonial that was told and approved."""
    assert (await told(world, path, **values)).status_code == 303
    client = await world.room.client(world.he)
    (one,) = (await client.get("/v1/testimonials", params={"state": "waiting"})).json()["items"]
    reply = await client.post(f"/v1/testimonials/{one['id']}/approval", headers={"If-Match": "*"})
    assert reply.status_code == 200
    return str(one["id"])


async def test_a_promoter_is_asked_a_week_after_the_end_and_only_once(world: World) -> None:
    invited = await world.complete()
    await world.answer(invited, nps=9)
    assert await world.room.said(PromoterFound) == []
    world.room.clock.set(datetime(2026, 6, 20, tzinfo=UTC))
    await world.room.due()
    (found,) = await world.room.said(PromoterFound)
    assert (found.person_id, found.score) == (world.stay["person_id"], 9)
    assert await world.room.due() == 0


@pytest.mark.parametrize("nps", [0, 8])
async def test_nobody_else_is_asked(world: World, nps: int) -> None:
    path = await promoter(world, nps)
    assert await world.room.said(PromoterFound) == []
    assert (await (await world.room.client()).get(path)).status_code == 404


async def test_who_complains_is_not_asked_to_praise(world: World) -> None:
    await promoter(world, 10, stay := world.another_stay())
    await world.answer(await world.complete(), nps=10, ces2=1)  # high effort: a case is open
    world.room.clock.set(datetime(2026, 7, 20, tzinfo=UTC))
    await world.room.due()
    assert [found.person_id for found in await world.room.said(PromoterFound)] == [stay["person_id"]]


async def test_a_testimonial_is_shown_once_it_is_approved_and_only_for_its_uses(world: World) -> None:
    path = await promoter(world)
    assert (await told(world, path)).headers["location"] == "./" + path.removeprefix("/t/")
    (given,) = await world.room.said(told_of.TestimonialGiven)
    assert (given.uses, given.picture, given.video) == (["gallery", "print"], False, False)
    assert await gallery(world) == []
    await approved(world, path, uses=["gallery"], picture=("me.jpg", picture(), "image/jpeg"))
    (shown,) = await gallery(world, product="talent")
    assert (shown["words"], shown["shown_name"]) == ("Uppsala was <b>great</b>.", "Ioana Ș.")
    assert "person_id" not in shown
    (ended,) = await world.room.said(told_of.TestimonialWithdrawn)
    assert ended.uses == ["print"]
    photo = await (await world.room.client()).get(shown["picture"])
    assert photo.headers["content-type"] == "image/jpeg"
    assert OWNER not in photo.content
    assert OWNER in picture()
    await told(world, path, uses=["print"])  # the gallery is no use of it any more, although it stays approved
    assert await gallery(world) == []


async def test_a_change_waits_for_approval_again(world: World) -> None:
    path = await promoter(world)
    await approved(world, path)
    await told(world, path, words="Something that nobody has looked at.")
    assert await gallery(world) == []


async def test_taken_back_in_one_click_it_is_gone_at_once_also_from_caches(world: World) -> None:
    path, client = await promoter(world), await world.room.client()
    await approved(world, path, picture=("me.png", picture("PNG"), "image/png"))
    first = await client.get("/v1/gallery")
    assert first.headers["cache-control"] == "public, no-cache"
    kept = {"If-None-Match": first.headers["etag"]}
    assert (await client.get("/v1/gallery", headers=kept)).status_code == 304
    address = first.json()["items"][0]["picture"]
    tag = (await client.get(address)).headers["etag"]
    assert (await client.get(address, headers={"If-None-Match": tag})).status_code == 304
    assert (await client.get(f"{path}/withdrawal")).status_code == 405
    for _ in range(2):
        reply = await client.post(f"{path}/withdrawal")
        assert str(reply.url.join(reply.headers["location"])).endswith(path)
    assert (await client.get("/v1/gallery", headers=kept)).json()["items"] == []
    assert (await client.get(address, headers={"If-None-Match": tag})).status_code == 404
    assert (await client.get(f"{path}/picture")).status_code == 404
    (ended,) = await world.room.said(told_of.TestimonialWithdrawn)
    assert ended.uses == ["gallery", "print"]
    page = Elements((await client.get(path)).text)
    assert "Totul a fost retras" in page.text
    assert "Uppsala was" not in page.text


async def test_who_looks_after_testimonials(world: World) -> None:
    path = await promoter(world)
    await told(world, path)
    client = await world.room.client(world.he)
    (one,) = (await client.get("/v1/testimonials", params={"use": "print"})).json()["items"]
    assert (await client.get("/v1/testimonials", params={"use": "social"})).json()["items"] == []
    at = f"/v1/testimonials/{one['id']}"
    assert (await client.post(f"{at}/approval")).status_code == 428
    stale = await client.post(f"{at}/approval", headers={"If-Match": '"99"'})
    assert stale.status_code == 412
    refused = await client.post(f"{at}/refusal", headers={"If-Match": f'"{one["version"]}"'})
    assert refused.json()["state"] == "refused"
    stranger = await world.room.client(callers.hosting_manager(world.sending))
    assert (await stranger.get(at)).status_code == 404
    assert (await stranger.post(f"{at}/approval", headers={"If-Match": "*"})).status_code == 404
    own = await world.room.client(world.ep)
    assert (await own.get(at)).json()["words"] == GOOD["words"]
    assert (await own.post(f"{at}/approval", headers={"If-Match": "*"})).status_code == 403
    assert (await client.post(f"{at}/withdrawal", headers={"If-Match": "*"})).status_code == 403
    other = await world.room.client(callers.participant())
    assert (await other.post(f"{at}/withdrawal", headers={"If-Match": "*"})).status_code == 404
    assert (await own.post(f"{at}/withdrawal", headers={"If-Match": '"99"'})).status_code == 412
    gone = (await own.post(f"{at}/withdrawal", headers={"If-Match": "*"})).json()
    assert (gone["state"], gone["words"], gone["uses"]) == ("withdrawn", None, [])
    (ended,) = await world.room.said(told_of.TestimonialWithdrawn)
    assert ended.uses == ["gallery", "print"]
    late = await client.post(f"{at}/approval", headers={"If-Match": "*"})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/withdrawn")


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"words": " "}, "words", "Te rugăm să scrii"),
        ({"words": "x" * 4001}, "words", "prea lung"),
        ({"uses": []}, "uses-gallery", "cel puțin una"),
        ({"video": "http://youtu.be/abc"}, "video", "https://"),
        ({"video": "https://evil.example/x"}, "video", "https://"),
        ({"name": "x" * 81}, "name", "prea lung"),
        ({"picture": ("cv.pdf", b"%PDF-1.7\n", "image/jpeg")}, "picture", "JPEG"),
        ({"picture": ("x.jpg", b"\xff\xd8\xff broken", "image/jpeg")}, "picture", "nu poate fi citită"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    world: World, sent: dict[str, Any], field: str, words: str
) -> None:
    path = await promoter(world)
    reply = await told(world, path, **sent)
    page = Elements(reply.text)
    assert (reply.status_code, page.text.strip()[:7]) == (422, "Eroare:")
    assert page.all("a", href=f"#{field}")
    assert words in page.text
    assert "<b>great" not in reply.text
    if "uses" not in sent:
        assert [at["value"] for at in page.all("input") if "checked" in at] == ["gallery", "print"]
    assert await world.room.said(told_of.TestimonialGiven) == []


async def test_what_is_no_form_of_the_page_is_answered_with_a_page(world: World) -> None:
    path, client = await promoter(world), await world.room.client()
    for body, kind in ((b"{}", "application/json"), (b"x", "multipart/form-data"), (b"a=1", "text/plain")):
        assert (await client.post(path, content=body, headers={"Content-Type": kind})).status_code == 400
    for token in ("x", "x" * 72, links.survey_token(new_id()), links.showcase_token(new_id())):
        for reply in (await client.get(f"/t/{token}"), await client.post(f"/t/{token}/withdrawal")):
            assert reply.status_code == 404


async def test_opening_the_page_or_a_referral_link_changes_nothing(world: World) -> None:
    path, client = await promoter(world), await world.room.client()
    before = await world.room.said()
    code = referral_code(derived_id("showcase", world.stay["application_id"]))
    for _ in range(2):
        assert (await client.get(path)).status_code == 200
        assert (await client.head(path)).status_code == 200
        there = await client.get(f"/r/{code.upper()}")
        assert (there.status_code, there.headers["cache-control"]) == (307, "no-store")
        assert there.headers["location"].endswith(f"?referral={code}&campaign=referral-{code}")
        assert (await client.head(f"/r/{code}")).status_code == 307
    assert "referral" not in (await client.get("/r/nobody")).headers["location"]
    assert await world.room.said() == before


async def test_sign_ups_are_attributed_to_the_first_link_and_never_to_oneself(world: World) -> None:
    other = world.another_stay()
    path, _ = await promoter(world), await promoter(world, 9, other)
    mine, theirs = (referral_code(derived_id("showcase", stay["application_id"])) for stay in (world.stay, other))
    friend, third = new_id(), new_id()
    await world.room.hear(builders.person(friend, referral=mine))
    await world.room.hear(builders.person(friend, referral=theirs))  # heard again with another code: the first counts
    await world.room.hear(builders.person(world.stay["person_id"], referral=mine))
    await world.room.hear(builders.person(third, referral="nobody"))
    (attributed,) = await world.room.said(ReferralAttributed)
    assert (attributed.person_id, attributed.referrer_id) == (friend, world.stay["person_id"])
    stay = world.another_stay(person_id=friend)
    names = facts.ApplicationFact.model_fields
    await world.room.hear(facts.ApplicationSubmitted(product="talent", **{name: stay[name] for name in names}))
    await world.room.hear(builders.approved(stay))
    counts = (await (await world.room.client(world.se)).get("/v1/referrals")).json()
    # The second one answered today and is asked tomorrow; the link works already.
    assert {name: counts[name] for name in ("promoters", "asked", "signed_up", "applied", "approved")} == {
        "promoters": 2, "asked": 1, "signed_up": 1, "applied": 1, "approved": 1,
    }  # fmt: skip
    stranger = await world.room.client(callers.sending_manager(world.hosting))
    assert (await stranger.get("/v1/referrals")).json()["promoters"] == 0
    page = Elements((await (await world.room.client()).get(path)).text)
    assert str(friend) not in page.text
    assert page.text.count("s-au înscris") == 1


async def test_an_application_that_is_heard_before_the_sign_up_counts_too(world: World) -> None:
    await promoter(world)
    friend = new_id()
    await world.room.hear(builders.approved(world.another_stay(person_id=friend)))
    code = referral_code(derived_id("showcase", world.stay["application_id"]))
    await world.room.hear(builders.person(friend, referral=code))
    counts = (await (await world.room.client(world.se)).get("/v1/referrals")).json()
    assert (counts["signed_up"], counts["approved"]) == (1, 1)


async def test_somebody_who_is_erased_shows_nothing_and_attributes_nobody(world: World) -> None:
    path = await promoter(world)
    await approved(world, path, picture=("me.jpg", picture(), "image/jpeg"))
    await world.room.hear_erased(facts.PersonDetails, world.stay["person_id"])
    assert await gallery(world) == []
    assert (await (await world.room.client()).get(path)).status_code == 404
    (one,) = (await (await world.room.client(world.he)).get("/v1/testimonials")).json()["items"]
    kept = [one[name] for name in ("state", "words", "shown_name", "video", "picture_type", "uses")]
    assert kept == ["withdrawn", None, None, None, None, []]
    code = referral_code(derived_id("showcase", world.stay["application_id"]))
    await world.room.hear(builders.person(new_id(), referral=code))
    assert await world.room.said(ReferralAttributed) == []


async def test_somebody_who_is_erased_before_the_moment_is_not_asked(world: World) -> None:
    await world.answer(await world.complete(), nps=10)
    await world.room.hear_erased(facts.PersonDetails, world.stay["person_id"])
    world.room.clock.advance(timedelta(days=60))
    await world.room.due()
    assert await world.room.said(PromoterFound) == []


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://youtu.be/dQw4w9WgXcQ", True),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", True),
        ("https://www.youtube.com", False),
        ("http://youtu.be/x", False),
        ("https://youtu.be:8443/x", False),
        ("https://youtu.be@evil.example/x", False),
        ("https://user@youtu.be/x", False),
        ("https://youtu.be.evil.example/x", False),
        ("https://youtu.be\\@evil.example/x", False),
        ("javascript:alert(1)", False),
        ("https://youtu.be/x y", False),
        ("https://[::1/x", False),
        ("https://youtu.be/" + "x" * 300, False),
    ],
)
def test_videos_are_at_sites_that_we_know(address: str, taken: bool) -> None:
    assert is_video(address, VIDEO_HOSTS) is taken


def test_the_moment_of_asking() -> None:
    assert ask_at(date(2026, 5, 20), date(2026, 5, 22)) == datetime(2026, 5, 27, 10)
    assert ask_at(date(2026, 5, 20), date(2026, 6, 10)) == datetime(2026, 6, 11, 10)


def test_one_picture_alone_is_a_testimonial() -> None:
    assert faults_of(Told("", "", "", frozenset({Use.social}), picture=True), VIDEO_HOSTS) == {}


def test_every_language_has_the_same_words() -> None:
    def shape(value: Any) -> Any:
        return {name: shape(one) for name, one in value.items()} if isinstance(value, dict) else None

    assert set(pages.WORDS) == {"en", "ro", "sv", "ar"}
    assert all(shape(words) == shape(pages.WORDS["en"]) for words in pages.WORDS.values())
    assert set(pages.WORDS["en"]["uses"]) == set(Use)
