"""What came in by mail, read: letters, reports, kinds, tokens. Nothing here touches the database."""

from services.notifications.post.bodies import plain, shown
from services.notifications.post.boxes import Batch, Box, Item, NoBox, open_box
from services.notifications.post.kinds import Kind, is_stop, kind_of
from services.notifications.post.letters import BEGINNING, LARGEST, File, Letter, read, refused, safe_name
from services.notifications.post.reports import Report
from services.notifications.post.tokens import Addresses, Purpose
from services.notifications.post.writing import Unwritable, compose_answer

__all__ = ["BEGINNING", "LARGEST", "Addresses", "Batch", "Box", "File", "Kind", "Letter", "Purpose", "Report"]
__all__ += [
    "Item",
    "NoBox",
    "Unwritable",
    "compose_answer",
    "is_stop",
    "kind_of",
    "open_box",
    "plain",
    "read",
    "refused",
    "safe_name",
    "shown",
]
