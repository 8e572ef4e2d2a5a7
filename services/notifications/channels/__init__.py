"""Channels: how a message leaves the room. One port; SMTP, a signed HTTP call and a file stand behind it."""

from services.notifications.channels.port import Closed, Parcel, Provider, Session, Settled
from services.notifications.channels.setup import providers, terms_of

__all__ = ["Closed", "Parcel", "Provider", "Session", "Settled", "providers", "terms_of"]
