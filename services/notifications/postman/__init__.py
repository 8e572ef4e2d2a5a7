"""The worker's loops round what comes in: one reads mailboxes, the other one sends answers."""

from services.notifications.postman.answering import Answerer, send_answers
from services.notifications.postman.reading import Reader, read_post

__all__ = ["Answerer", "Reader", "read_post", "send_answers"]
