"""Roll-ups of scores and of who was asked: per place in the tree and month, kept by triggers and a fold."""

import sqlalchemy as sa
from alembic import op

from shared.storage.ddl import statements

revision = "0005"
down_revision = "0020"

# A wave is an occasion that several people are asked on; one that names a person's own thing is none.
NAMES = r"""
CREATE FUNCTION roll_wave(occasion text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN occasion ~ '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,39}$' AND occasion !~ '[0-9a-f]{8}-[0-9a-f]{4}-'
    THEN occasion ELSE '' END $$;

CREATE FUNCTION roll_far(delivered_at timestamptz, answered_at timestamptz) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (CASE WHEN answered_at IS NULL THEN CASE WHEN delivered_at IS NULL THEN 0 ELSE 1 END
    WHEN delivered_at IS NULL THEN 3 ELSE 2 END)::smallint $$;

CREATE FUNCTION roll_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (at AT TIME ZONE 'UTC')::date $$;
"""
# Where a fact counts, by the paths of its two sides (null: none, or not heard of). Exactly one row of level 1: the tops
# of both. Level 2 and 4, right below the top and deeper: one side in `p`, whatever the other one; or both in it, so
# that "either side" can be worked out without counting twice. Level 3: a corridor between two right below the top.
PLACES = """
CREATE FUNCTION roll_places(sending uuid[], hosting uuid[])
RETURNS TABLE (s uuid, h uuid, level smallint) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT coalesce(sending[1], '00000000-0000-0000-0000-000000000000'),
    coalesce(hosting[1], '00000000-0000-0000-0000-000000000000'), 1::smallint
UNION ALL SELECT p, 'ffffffff-ffff-ffff-ffff-ffffffffffff', CASE n WHEN 1 THEN 2 ELSE 4 END::smallint
    FROM unnest(sending[2:]) WITH ORDINALITY AS u(p, n)
UNION ALL SELECT 'ffffffff-ffff-ffff-ffff-ffffffffffff', p, CASE n WHEN 1 THEN 2 ELSE 4 END::smallint
    FROM unnest(hosting[2:]) WITH ORDINALITY AS u(p, n)
UNION ALL SELECT p, p, CASE n WHEN 2 THEN 2 ELSE 4 END::smallint FROM unnest(sending) WITH ORDINALITY AS u(p, n)
    WHERE p = ANY(hosting) AND NOT (p = sending[1] AND p = hosting[1])
UNION ALL SELECT sending[2], hosting[2], 3::smallint WHERE sending[2] <> hosting[2] $$;
"""
FACTS = """
CREATE VIEW roll_fact AS
SELECT s.metric AS kind, s.about, a.party, a.programme, roll_wave(a.occasion) AS wave,
    a.sending_entity_id AS sending, a.hosting_entity_id AS hosting, roll_day(a.answered_at) AS day,
    coalesce(a.product, '') AS product, coalesce(a.country, '') AS country, a.language, s.score AS value
FROM score s JOIN answer a ON a.id = s.answer_id
UNION ALL
SELECT 'asked', i.questionnaire, i.party, i.programme, roll_wave(i.occasion), i.sending_entity_id,
    i.hosting_entity_id, roll_day(i.invited_at), coalesce(i.product, ''), coalesce(i.country, ''), i.language,
    roll_far(i.delivered_at, i.answered_at)
FROM invitation i WHERE NOT i.imported;
"""
FILL = """
INSERT INTO roll_delta (kind, about, party, programme, wave, sending, hosting, day, product, country, language,
    value, n)
SELECT kind, about, party, programme, wave, sending, hosting, day, product, country, language, value, 1 FROM roll_fact;
"""
TRIGGERS = """
CREATE FUNCTION roll_scores() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO roll_delta (kind, about, party, programme, wave, sending, hosting, day, product, country, language,
        value, n)
    SELECT s.metric, s.about, a.party, a.programme, roll_wave(a.occasion), a.sending_entity_id, a.hosting_entity_id,
        roll_day(a.answered_at), coalesce(a.product, ''), coalesce(a.country, ''), a.language, s.score,
        CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END
    FROM touched s JOIN answer a ON a.id = s.answer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER new_scores_are_rolled AFTER INSERT ON score REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION roll_scores();
CREATE TRIGGER lost_scores_are_rolled AFTER DELETE ON score REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION roll_scores();

CREATE FUNCTION roll_invited() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO roll_delta (kind, about, party, programme, wave, sending, hosting, day, product, country, language,
        value, n)
    SELECT 'asked', i.questionnaire, i.party, i.programme, roll_wave(i.occasion), i.sending_entity_id,
        i.hosting_entity_id, roll_day(i.invited_at), coalesce(i.product, ''), coalesce(i.country, ''), i.language,
        roll_far(i.delivered_at, i.answered_at), CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END
    FROM touched i WHERE NOT i.imported;
    RETURN NULL;
END $$;
CREATE TRIGGER new_invitations_are_rolled AFTER INSERT ON invitation REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION roll_invited();
CREATE TRIGGER lost_invitations_are_rolled AFTER DELETE ON invitation REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION roll_invited();

CREATE FUNCTION roll_invited_again() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO roll_delta (kind, about, party, programme, wave, sending, hosting, day, product, country, language,
        value, n)
    SELECT 'asked', i.questionnaire, i.party, i.programme, roll_wave(i.occasion), i.sending_entity_id,
        i.hosting_entity_id, roll_day(i.invited_at), coalesce(i.product, ''), coalesce(i.country, ''), i.language,
        roll_far(i.delivered_at, i.answered_at), sum(i.sign)
    FROM (SELECT (OLD).*, -1 AS sign UNION ALL SELECT (NEW).*, 1) AS i WHERE NOT i.imported
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 HAVING sum(i.sign) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER changed_invitations_are_rolled AFTER UPDATE OF questionnaire, party, programme, occasion,
    sending_entity_id, hosting_entity_id, product, country, language, invited_at, imported, delivered_at, answered_at
    ON invitation FOR EACH ROW EXECUTE FUNCTION roll_invited_again();
"""


def upgrade() -> None:
    for table in ("invitation", "answer"):
        op.add_column(table, sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.alter_column(table, "imported", server_default=None)
    _tables()
    for script in (NAMES, PLACES, FACTS, FILL, TRIGGERS):
        for statement in statements(script):
            op.execute(statement)
    for side in ("sending", "hosting"):
        op.drop_index(f"ix_answer_{side}_entity_id", "answer")
        op.create_index(f"answer_of_{side}_side", "answer", [f"{side}_entity_id", "answered_at"])
        op.drop_index(f"ix_invitation_{side}_entity_id", "invitation")
        op.create_index(f"invitation_of_{side}_side", "invitation", [f"{side}_entity_id", "invited_at"])


def _tables() -> None:
    keys = [sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "about", "party", "programme", "wave")]
    op.create_table(
        "roll_series",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        *keys,
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "about", "party", "programme", "wave", name="roll_series_once"),
    )
    keys = [sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "about", "party", "programme", "wave")]
    cuts = [sa.Column(name, sa.Text(), nullable=False) for name in ("product", "country", "language")]
    op.create_table(
        "roll_delta",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        *keys,
        sa.Column("sending", sa.Uuid(), nullable=True),
        sa.Column("hosting", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        *cuts,
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    cuts = [sa.Column(name, sa.Text(), nullable=False) for name in ("country", "language")]
    op.create_table(
        "roll",
        sa.Column("grain", sa.SmallInteger(), nullable=False),
        sa.Column("series", sa.Integer(), nullable=False),
        sa.Column("s", sa.Uuid(), nullable=False),
        sa.Column("h", sa.Uuid(), nullable=False),
        *cuts,
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        *(sa.Column(f"n{value}", sa.Integer(), nullable=False) for value in range(11)),
        sa.PrimaryKeyConstraint("grain", "series", "s", "h", "country", "language", "start", "product"),
        postgresql_with={"fillfactor": "80"},
    )
