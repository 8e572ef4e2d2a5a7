"""The worker and the import put waiting people into the search in statements of their own; the function has no caller.

`exchange/searching.py` takes them by the index: the function read rows that lay dead at the head of the table again and
again.
"""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("DROP FUNCTION search_catch_up(int)")
