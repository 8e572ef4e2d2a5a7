"""The hook of mail and message providers: signed, each call once, bounded."""

import base64
import binascii
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import ValidationError

from services.notifications import commands, handlers, post
from services.notifications.policy import verified
from services.notifications.schemas import TakenOut
from services.notifications.settings import NotificationsSettings, addresses
from shared.errors import FieldError, Invalid, NotFound, Transient, Unauthenticated, Unavailable
from shared.storage.tx import Uow
from shared.web.door import Door, public
from shared.web.strict import parse

router = APIRouter(prefix="/v1", tags=["inbound"])
Signed = Annotated[Door, public("the signature is the proof: only the provider and this room know the secret")]
EXAMPLE = {"events": [{"kind": "bounced", "message_id": "0b9c…@sojourn.example", "code": "5.1.1"}]}
BODY = {"requestBody": {"required": True, "content": {"application/json": {
    "schema": {"type": "object", "required": ["events"], "properties": {
        "events": {"type": "array", "items": commands.ProviderReport.model_json_schema()}}},
    "example": EXAMPLE,
}}}}  # fmt: skip


@router.post(
    "/inbound/{provider}", response_model=TakenOut, operation_id="hear_provider",
    responses={401: {"description": "The signature is not right, or too old"}}, openapi_extra=BODY,
)  # fmt: skip
async def hear_provider(
    provider: Annotated[str, Path(pattern="^[a-z0-9-]{1,40}$", description="Its name in the settings")], door: Signed
) -> Response:
    """Bounces, complaints, short messages and whole e-mails, signed as a Standard Webhook (`webhook-id`,
    `webhook-timestamp`, `webhook-signature`). The same id again changes nothing."""
    settings = door.runtime.settings
    assert isinstance(settings, NotificationsSettings)
    secret = settings.inbound_secrets.get(provider)
    if secret is None:
        raise NotFound("There is no such provider.")
    body = await door.request.body()
    headers = {name: door.request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")}
    now = door.runtime.clock.machine()
    if not verified(secret.get_secret_value(), headers["id"], headers["timestamp"], headers["signature"], body, now):
        raise Unauthenticated("The signature is not right, or the call is older than five minutes.")
    commands_ = [_command(door, provider, f"{headers['id']}:{n}", one) for n, one in enumerate(_call(body).events)]
    return await door.execute(_take_all, commands_)


async def _take_all(uow: Uow, todo: list[Any]) -> TakenOut:
    outcomes = []
    for command in todo:
        handler = handlers.take_letter if isinstance(command, commands.TakeLetter) else handlers.take_report
        try:
            outcomes.append(await handler(uow, command))
        except Transient as why:
            raise Unavailable(f"Send it again in a minute: {why}.") from None
    return TakenOut(outcomes=outcomes)


def _call(body: bytes) -> commands.ProviderCall:
    try:
        return commands.ProviderCall.model_validate(parse(body))
    except ValidationError as error:
        found = [FieldError("#/" + "/".join(map(str, e["loc"])), e["msg"]) for e in error.errors()[:20]]
        raise Invalid(errors=found) from None


def _command(door: Door, provider: str, uid: str, one: commands.ProviderReport) -> Any:
    settings = door.runtime.settings
    assert isinstance(settings, NotificationsSettings)
    ours, rules = addresses(door.runtime.kernel, settings), settings.answer_rules()
    if one.mail:
        return commands.TakeLetter(f"hook:{provider}", uid, post.read(_decoded(one.mail)), ours, rules)
    return commands.TakeReport(
        provider=provider, uid=uid, kind=one.kind, channel=one.channel, addresses=ours, rules=rules, code=one.code,
        recipient=one.recipient, message_id=one.message_id, sender=post.plain(one.sender), text=post.plain(one.text),
    )  # fmt: skip


def _decoded(mail: str) -> bytes:
    try:
        return base64.b64decode(mail, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(errors=[FieldError("#/events", "`mail` is not base64.")]) from None
