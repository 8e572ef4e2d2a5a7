"""Webhooks leave the room: the loop of the worker, and the connections that it makes."""

from services.applications.sender.loop import Sender, send_webhooks
from shared.outward.post import Post, look_up, url_refusals

__all__ = ["Post", "Sender", "look_up", "send_webhooks", "url_refusals"]
