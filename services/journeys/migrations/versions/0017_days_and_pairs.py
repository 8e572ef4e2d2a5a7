"""What is due on a day, and what both customers of an experience said, are counted in indexes alone.

A count reads the table too where its pages changed since the last vacuum: so that comes after so many changes and not
after a share of a table that grows for years.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    due, told = ["due_at", "touchpoint_id"], ["task", "state", "done_at"]
    op.drop_index("occasion_by_due", "occasion")
    op.create_index("occasion_by_due", "occasion", due)
    op.create_index("occasion_tasks", "occasion", ["due_at"], postgresql_where=sa.text("task IS NOT NULL"))
    open_ = sa.text("done_at IS NULL")
    op.create_index("occasion_open", "occasion", ["due_at"], postgresql_include=told[:2], postgresql_where=open_)
    for side, other in (("sending", "hosting"), ("hosting", "sending")):
        include = [f"{other}_entity_id", *told]
        op.create_index(f"occasion_{side}", "occasion", [f"{side}_entity_id", *due], postgresql_include=include)
    op.create_index(
        "occasion_of_enabler", "occasion", ["enabler_id"], postgresql_where=sa.text("enabler_id IS NOT NULL")
    )
    op.execute("""
        ALTER TABLE occasion SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
            autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000)
    """)
    judged, sides = ["ep_nps", "enabler_nps", "ep_ces", "enabler_ces"], ["sending_entity_id", "hosting_entity_id"]
    answered = sa.text("ep_at IS NOT NULL AND enabler_at IS NOT NULL")
    op.drop_index("both_sides_by_time", "both_sides")
    op.create_index("both_sides_judged", "both_sides", judged, postgresql_where=answered)
    for name, key, include in (
        ("both_sides_hosted", sides[::-1], judged),
        ("both_sides_by_time", ["ep_at", "application_id"], [*sides, *judged]),
    ):
        op.create_index(name, "both_sides", key, postgresql_include=include, postgresql_where=answered)
