"""The personal address of a document."""

from uuid import UUID

from shared.links import LASTING, links
from shared.settings import kernel

DOCUMENT = "document"


def document_token(delivery_id: UUID) -> str:
    """The token of a delivery's document: the same one whenever it is made. The room's row says when it ends."""
    return links().sign(DOCUMENT, delivery_id, LASTING)


def document_address(delivery_id: UUID) -> str:
    """The personal page of the document of a delivery."""
    return f"{kernel().notifications_url.rstrip('/')}/d/{document_token(delivery_id)}"
