"""Settings of the applications room (`SOJOURN_APPLICATIONS_…`)."""

from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from shared.settings import Kernel, RoomSettings, room_settings


class Limits(BaseSettings):
    """What handlers ask for: they see a unit of work and no process settings."""

    model_config = room_settings("applications")
    withdraw_others_at_approval: bool = Field(
        True, description="at the approval of an EP's application the other live ones are withdrawn"
    )
    needed_before_approval: list[str] = Field(
        ["fee_paid", "contract_signed"], description="requirements without which nothing is approved"
    )
    answer_days: int = Field(7, ge=0, le=365, description="days in which an application is to be answered")
    sign_days: int = Field(7, ge=0, le=365, description="days in which an acceptance note is to be signed")
    approve_days: int = Field(7, ge=0, le=365, description="days in which a side is to approve")


class ApplicationsSettings(Limits, RoomSettings):
    """As every room, the limits, and how webhooks leave it; all times are machine time."""

    model_config = room_settings("applications")
    port: int = 8101
    webhooks_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="secrets of webhooks are made of it (32 characters or more); else of the link key",
    )
    webhooks_per_owner: int = Field(10, ge=1, description="endpoints that one owner may have")
    webhooks_timeout: float = Field(15, gt=0, description="seconds that one delivery may take, the look-up included")
    webhooks_lease: float = Field(60, gt=0, description="seconds after which a sender that says nothing counts as dead")
    webhooks_poll: float = Field(1.0, gt=0, description="seconds between two looks for deliveries")
    webhooks_lanes: int = Field(4, ge=1, description="deliveries to one endpoint at a time, over all workers")
    webhooks_in_flight: int = Field(200, ge=1, description="deliveries of one worker at a time")
    webhooks_grace_hours: float = Field(24, gt=0, description="hours that the old secret signs after a rotation")
    webhooks_failing_days: float = Field(5, gt=0, description="days of nothing but failures that disable an endpoint")
    webhooks_keep_days: float = Field(30, gt=0, description="days that deliveries and their tries are kept")
    webhooks_ca_file: Path | None = Field(None, description="further certificate authorities that endpoints may use")
    webhooks_loopback: bool = Field(False, description="development only: endpoints on this machine are allowed")

    @model_validator(mode="after")
    def _a_lease_outlasts_its_try(self) -> Self:
        if self.webhooks_lease < self.webhooks_timeout + 5:
            raise ValueError("SOJOURN_APPLICATIONS_WEBHOOKS_LEASE must be 5 s longer than …_WEBHOOKS_TIMEOUT")
        return self


def webhook_key(kernel: Kernel, settings: RoomSettings) -> bytes:
    """What the secrets of webhooks are made of."""
    assert isinstance(settings, ApplicationsSettings)
    return (settings.webhooks_key or kernel.link_key).get_secret_value().encode()


@cache
def limits() -> Limits:
    """The limits of this process."""
    return Limits()
