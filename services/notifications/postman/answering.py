"""The loop that sends answers and reminders: claimed under a lease, handed over by the channel's provider, recorded."""

from contextlib import AsyncExitStack
from datetime import timedelta

from services.notifications import commands, handlers, post
from services.notifications.channels import Parcel, Session, providers
from services.notifications.commands import Outcome, OutgoingAnswer
from services.notifications.mail import Mail
from services.notifications.policy import Medium
from services.notifications.settings import NotificationsSettings, addresses
from shared.access import Caller
from shared.loops import forever
from shared.runtime import Runtime
from shared.storage.tx import Cause

Settled = tuple[str, str | None]
BATCH = 10


async def send_answers(runtime: Runtime) -> None:
    """For ever: send what managers wrote. One of the room's loops."""
    answerer = Answerer(runtime)
    await forever(runtime, "answers", answerer.step, answerer.settings.answer_poll, after_failure=1)


class Answerer:
    """One sender of answers; several workers may run, each answer is claimed by one."""

    def __init__(self, runtime: Runtime) -> None:
        assert isinstance(runtime.settings, NotificationsSettings)
        self.runtime, self.settings = runtime, runtime.settings
        self.caller = Caller.system(runtime.service.name)
        self.addresses = addresses(runtime.kernel, self.settings)
        self.providers = providers(runtime)

    async def step(self) -> int:
        """One round; how many it took."""
        await self.runtime.execute(handlers.release_answers, commands.ReleaseAnswers(), caller=self.caller)
        lease = timedelta(seconds=max(self.settings.mail_lease, BATCH * self.settings.mail_timeout * 2))
        claim = commands.ClaimAnswers(BATCH, lease)
        work = await self.runtime.execute(handlers.claim_answers, claim, caller=self.caller)
        sessions: dict[Medium, Session] = {}
        async with AsyncExitStack() as stack:
            for channel in {one.channel for one in work} & self.providers.keys():
                sessions[channel] = await stack.enter_async_context(self.providers[channel].session())
            for one in work:
                await self._record(one, await self._send(sessions.get(one.channel), one))
        return len(work)

    async def _send(self, session: Session | None, one: OutgoingAnswer) -> Settled:
        if session is None:
            return "refused", "channel_not_set_up"
        try:
            parcel = self._parcel(one)
        except post.Unwritable:
            return "refused", "address_unusable"
        outcome, reason = await session.send(parcel)
        return ("refused" if outcome is Outcome.bounced else outcome), reason

    def _parcel(self, one: OutgoingAnswer) -> Parcel:
        mail = self._mail(one) if one.channel is Medium.email else None
        return Parcel(
            one.message_id, one.channel, one.kind, one.language, one.address, one.name, one.subject, one.text,
            mail=mail, back=self.addresses.of(post.Purpose.bounces, one.message_row),
        )  # fmt: skip

    def _mail(self, one: OutgoingAnswer) -> Mail:
        sender = self.runtime.kernel.mail_sender
        message = post.compose_answer(one, sender, self.addresses, self.runtime.clock.now())
        own = message["From"].addresses[0].addr_spec
        return Mail(own, one.address, message.as_bytes(), bool(message.policy.utf8))

    async def _record(self, one: OutgoingAnswer, settled: Settled) -> None:
        command = commands.SettleAnswer(one.message_row, *settled)
        cause = Cause(one.correlation_id)
        await self.runtime.execute(handlers.settle_answer, command, caller=self.caller, cause=cause)
