"""Sheets: templates that managers publish, sheets with columns and answers, decisions, outcomes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0003"

# A decision is what it was: only the reason in words may be blanked.
UNCHANGED = """
CREATE FUNCTION sheet_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.reason IS NOT NULL OR
        to_jsonb(NEW) - '{reason,changed_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{reason,changed_at}'::text[]
    THEN RAISE EXCEPTION 'decisions on sheets are never changed';
    END IF;
    RETURN NEW;
END $$
"""
GUARD = """
CREATE TRIGGER sheet_decision_stays BEFORE UPDATE OR DELETE ON sheet_decision
    FOR EACH ROW EXECUTE FUNCTION sheet_decision_stays()
"""


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "sheet_template",
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("published_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("template", "version"),
    )
    op.create_index("ix_sheet_template_entity_id", "sheet_template", ["entity_id"])
    op.create_table(
        "sheet_enabler",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hosting_entity_id", sa.Uuid(), nullable=True),
        sa.Column("erased_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("enabler_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("erased_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sheet_entity_id", "sheet", ["entity_id"])
    op.create_index("ix_sheet_enabler_id", "sheet", ["enabler_id"])
    op.create_index("ix_sheet_changed_at", "sheet", ["changed_at"])
    op.create_index("sheet_in_order", "sheet", ["created_at", "id"])
    op.create_table(
        "sheet_column",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("added_at", moment, nullable=False),
        sa.Column("removed_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"]),
        sa.PrimaryKeyConstraint("sheet_id", "number"),
    )
    op.create_table(
        "sheet_answer",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("column_number", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sheet_id", "column_number", "criterion", "version", name="sheet_answer_once"),
    )
    op.create_index("ix_sheet_answer_changed_at", "sheet_answer", ["changed_at"])
    op.create_table(
        "sheet_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("record", postgresql.JSONB(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sheet_id", "number", name="sheet_decision_once"),
    )
    op.create_index("ix_sheet_decision_entity_id", "sheet_decision", ["entity_id"])
    op.create_index("ix_sheet_decision_changed_at", "sheet_decision", ["changed_at"])
    op.execute(UNCHANGED)
    op.execute(GUARD)
    op.create_table(
        "sheet_outcome",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.id"]),
        sa.PrimaryKeyConstraint("sheet_id", "version"),
    )
    op.create_index("ix_sheet_outcome_changed_at", "sheet_outcome", ["changed_at"])
