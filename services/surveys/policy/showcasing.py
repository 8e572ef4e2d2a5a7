"""Showcasing: who is asked when, what a testimonial must be and is for, what a manager may do with it."""

import base64
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from services.surveys.policy.metrics import Bucket, bucket
from shared.contracts.surveys import GivenScore, Metric, Party
from shared.errors import Conflict

AFTER_THE_END, AFTER_THE_ANSWER = timedelta(days=7), timedelta(days=1)
AT = time(10, 0)
LONGEST_WORDS, LONGEST_NAME, LONGEST_ADDRESS = 4000, 80, 300


class Use(StrEnum):
    """What a testimonial may be used for; each is agreed to apart."""

    gallery = "gallery"
    social = "social"
    print = "print"
    universities = "universities"


class TestimonialState(StrEnum):
    """How far a testimonial is; only an approved one is shown, and only where its person agreed."""

    waiting = "waiting"
    approved = "approved"
    refused = "refused"
    withdrawn = "withdrawn"


class Fault(StrEnum):
    """What is wrong with a testimonial that was sent."""

    empty = "empty"
    too_long = "too_long"
    name_too_long = "name_too_long"
    bad_video = "bad_video"
    no_use = "no_use"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody wants to show, tidied: `video` is an address, or what they typed in its place."""

    words: str
    name: str
    video: str
    uses: frozenset[Use]
    picture: bool


def is_promoter(party: Party, scores: Iterable[GivenScore]) -> int | None:
    """The NPS of an EP who would recommend us, whatever it is about; None for others."""
    given = [score.score for score in scores if score.metric is Metric.nps]
    if party is not Party.ep or not given or any(bucket(score) is not Bucket.promoter for score in given):
        return None
    return max(given)


def ask_at(end_on: date, answered_on: date) -> datetime:
    """The local time of asking: a week after the end, and not before the day after the answer."""
    return datetime.combine(max(end_on + AFTER_THE_END, answered_on + AFTER_THE_ANSWER), AT)


def referral_code(showcase_id: UUID) -> str:
    """Ten small letters and digits (50 bits) that are always the same for one promoter's experience."""
    digest = hashlib.sha256(b"referral\0" + showcase_id.bytes).digest()
    return base64.b32encode(digest).decode("ascii")[:10].lower()


def faults_of(told: Told, hosts: Collection[str]) -> dict[str, Fault]:
    """Field → what is wrong there."""
    found: dict[str, Fault] = {}
    if not (told.words or told.picture or told.video):
        found["words"] = Fault.empty
    if len(told.words) > LONGEST_WORDS:
        found["words"] = Fault.too_long
    if len(told.name) > LONGEST_NAME:
        found["name"] = Fault.name_too_long
    if told.video and not is_video(told.video, hosts):
        found["video"] = Fault.bad_video
    if not told.uses:
        found["uses"] = Fault.no_use
    return found


def is_video(address: str, hosts: Collection[str]) -> bool:
    """Whether this is an https address at one of the hosts, at its usual port, with something behind the host."""
    if len(address) > LONGEST_ADDRESS or any(not "!" <= letter <= "~" for letter in address) or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "https" and parts.username is None and parts.password is None and parts.port is None
        return plain and parts.hostname in hosts and parts.netloc == parts.hostname and len(parts.path) > 1
    except ValueError:
        return False


def check_judge(state: TestimonialState) -> None:
    """A manager judges what waits, and may take an approval back; what was withdrawn is nobody's any more."""
    if state is TestimonialState.withdrawn:
        raise Conflict("Its person took it back.", code="withdrawn")
