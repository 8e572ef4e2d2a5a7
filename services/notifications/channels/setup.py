"""Which provider serves which channel, as the settings say; production refuses what is for development."""

import base64
import hmac

from services.notifications.channels.files import FileProvider
from services.notifications.channels.http import HttpProvider
from services.notifications.channels.port import Provider
from services.notifications.channels.smtp import Smtp
from services.notifications.commands import Terms
from services.notifications.policy import Budget, Medium, Quiet
from services.notifications.settings import NotificationsSettings
from shared.outward.addresses import url_errors
from shared.outward.post import Post
from shared.outward.signatures import SECRET
from shared.runtime import Runtime
from shared.settings import Kernel, Mode

NIGHT = "22:00-07:00"


def providers(runtime: Runtime) -> dict[Medium, Provider]:
    """The providers by channel; a channel without one is not set up. ValueError for a setting that can't be."""
    settings = runtime.settings
    assert isinstance(settings, NotificationsSettings)
    found = {medium: _provider(runtime, settings, medium, given) for medium, given in settings.provider_of().items()}
    return {medium: provider for medium, provider in found.items() if provider is not None}


def terms_of(runtime: Runtime, set_up: frozenset[Medium]) -> Terms:
    """The terms on which this system sends."""
    settings = runtime.settings
    assert isinstance(settings, NotificationsSettings)
    budgets = {Budget.care: settings.budget_care, Budget.promotion: settings.budget_promotion}
    night = NIGHT if runtime.kernel.mode is Mode.production else ""
    quiet = Quiet.read(night if settings.quiet_hours is None else settings.quiet_hours)
    return Terms(set_up | {Medium.feed}, quiet, budgets, address_key(runtime.kernel))


def address_key(kernel: Kernel) -> bytes:
    """The key under which addresses are hashed."""
    return hmac.digest(kernel.link_key.get_secret_value().encode(), b"sojourn-address-1", "sha256")


def provider_secret(kernel: Kernel, settings: NotificationsSettings, medium: Medium) -> str:
    """The secret that signs calls of a channel: the one that is set, else one made of the link key."""
    if settings.provider_secret is not None:
        return settings.provider_secret.get_secret_value()
    key = hmac.digest(kernel.link_key.get_secret_value().encode(), b"sojourn-provider-1\0" + medium.encode(), "sha256")
    return SECRET + base64.b64encode(key).decode()


def _provider(runtime: Runtime, settings: NotificationsSettings, medium: Medium, given: str) -> Provider | None:
    kernel = runtime.kernel
    development = kernel.mode is Mode.development
    if not given:
        return None
    if given == "smtp":
        if medium is not Medium.email:
            raise ValueError(f"SMTP sends e-mail: {medium} needs a URL")
        return Smtp(runtime, settings.mail_timeout, settings.mail_sessions)
    if given == "file":
        if not development:
            raise ValueError(f"production mode refuses a file as the provider of {medium}")
        return FileProvider(kernel.data_dir / "messages")
    if errors := url_errors(given, plain=development):
        raise ValueError(f"the provider of {medium} can't be called: {errors[0].detail}")
    loopback = development and settings.provider_loopback
    post = Post(plain=development, loopback=loopback, ca_file=settings.provider_ca_file)
    secret = provider_secret(kernel, settings, medium)
    return HttpProvider(given, secret, post, settings.mail_timeout, runtime.clock.machine)
