"""Messages leave the room: the loop of the worker, and how each one is written."""

from services.notifications.sender.loop import Sender, send_mail

__all__ = ["Sender", "send_mail"]
