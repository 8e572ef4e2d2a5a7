"""Pages of the scoring room: the picture of a corridor."""

from services.scoring.pages.corridor import corridor_page, note_page

__all__ = ["corridor_page", "note_page"]
