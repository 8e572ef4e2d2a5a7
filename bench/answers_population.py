"""Five years of answers made by the database itself, the same at every run: a skewed tree, three scores an answer.

One global entity, 30 national and 600 local ones; sizes fall as 1/rank; most answers come in late summer. An EP is
asked in the first weeks (CES 2.0) and after completion (NPS of the experience and of the organisation, CES 2.0), an
enabler after a stay (NPS, CSAT). 45 of 100 answer.
"""

import asyncpg

LOCALS, NATIONS, YEARS = 600, 30, 5
TREE = """
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT (kind || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.chance(n bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(n, salt) & 2147483647) / 2147483648.0 $$;
INSERT INTO entity_path
SELECT pg_temp.id('00000001', n), CASE WHEN n = 0 THEN ARRAY[pg_temp.id('00000001', 0)]
    WHEN n <= 30 THEN ARRAY[pg_temp.id('00000001', 0), pg_temp.id('00000001', n)]
    ELSE ARRAY[pg_temp.id('00000001', 0), pg_temp.id('00000001', 1 + (n - 31) % 30), pg_temp.id('00000001', n)] END
FROM generate_series(0, 630) n;
CREATE TEMP TABLE place AS SELECT n, entity_id, 1 + (n - 31) % 30 AS nation,
    sum(weight) OVER (ORDER BY n) / sum(weight) OVER () AS upto
FROM (SELECT n, 1.0 / (1 + (n - 31) % 30 + (n - 31) / 30) AS weight FROM generate_series(31, 630) n) x
JOIN entity_path ON entity_id = pg_temp.id('00000001', n);
CREATE TEMP TABLE pick AS SELECT k, (SELECT n FROM place WHERE upto >= (k + 0.5) / 20000 ORDER BY upto LIMIT 1) AS n
FROM generate_series(0, 19999) k;
CREATE TEMP TABLE occasion AS SELECT * FROM (VALUES
    ('after-completion', 'ep', 0.5::float8), ('first-weeks', 'ep', 0.8), ('after-stay', 'enabler', 1.0)
) AS v(programme, party, upto);
"""
ASKED = """
CREATE TEMP TABLE asked AS
SELECT x.n, pg_temp.id('00000002', x.n) AS id, o.programme, o.party, s.entity_id AS sending, h.entity_id AS hosting,
    (ARRAY['volunteer', 'talent', 'teacher'])[1 + (3 * power(pg_temp.chance(x.n, 4), 1.5))::int % 3] AS product,
    'C' || chr(64 + h.nation) AS country,
    CASE WHEN pg_temp.chance(x.n, 5) < 0.3 THEN 'en' ELSE
        (ARRAY['ar', 'es', 'fr', 'hi', 'pt', 'ro', 'sv', 'tr'])[1 + s.nation % 8] END AS language,
    timestamptz '2021-01-01' + (((x.n * 5) / {count}) * 365 + 365 * (0.5 + 0.5 * sign(pg_temp.chance(x.n, 6) - 0.4)
        * power(abs(2 * pg_temp.chance(x.n, 7) - 1), 1.3)) * 0.999) * interval '1 day' AS invited_at,
    pg_temp.chance(x.n, 8) < {share} AS answers
FROM generate_series(0, {count} - 1) AS x(n)
JOIN pick ps ON ps.k = (20000 * pg_temp.chance(x.n, 1))::int % 20000
JOIN pick ph ON ph.k = (20000 * pg_temp.chance(x.n, 2))::int % 20000
JOIN place s ON s.n = ps.n JOIN place h ON h.n = ph.n
JOIN LATERAL (
    SELECT programme, party FROM occasion WHERE upto > pg_temp.chance(x.n, 3) ORDER BY upto LIMIT 1
) o ON true;
"""
COMMON = """a.party, a.id, a.programme, a.id::text, a.programme, 1, a.id, a.id, a.id, a.sending, a.hosting, a.product,
    a.country, a.language, false"""
NAMES = """party, recipient_id, programme, occasion, questionnaire, questionnaire_version, person_id, enabler_id,
    application_id, sending_entity_id, hosting_entity_id, product, country, language, imported"""
ROWS = f"""
INSERT INTO invitation ({NAMES}, id, state, token_digest, invited_at, expires_at, delivered_at, answered_at, version,
    changed_at, reminders)
SELECT {COMMON}, a.id, CASE WHEN answers THEN 'answered' ELSE 'delivered' END, '', invited_at,
    invited_at + interval '60 days', invited_at + interval '1 hour',
    CASE WHEN answers THEN invited_at + interval '3 days' END, 1, now(), 0
FROM asked a;
INSERT INTO answer ({NAMES}, id, invitation_id, answered_at)
SELECT {COMMON}, a.id, a.id, invited_at + interval '3 days' FROM asked a WHERE answers;
INSERT INTO score (answer_id, metric, about, score)
SELECT a.id, v.metric, v.about,
    v.low + floor((v.high - v.low + 0.999) * power(pg_temp.chance(a.n, 20 + v.salt), 0.4))::int
FROM asked a JOIN (VALUES ('after-completion', 'nps', 'experience', 0, 10, 1),
    ('after-completion', 'nps', 'organisation', 0, 10, 2), ('after-completion', 'ces2', 'experience', 1, 7, 3),
    ('first-weeks', 'ces2', 'experience', 1, 7, 4), ('after-stay', 'nps', 'experience', 0, 10, 5),
    ('after-stay', 'csat', 'experience', 1, 5, 6)) AS v(programme, metric, about, low, high, salt)
    USING (programme) WHERE answers;
"""


async def populate(url: str, answers: int, share: float = 0.45) -> None:
    """Fill an empty, migrated database; its roll-ups are empty until they are rebuilt."""
    database = await asyncpg.connect(url, server_settings={"timezone": "UTC", "work_mem": "128MB"})
    try:
        await database.execute("SET session_replication_role = replica")  # without triggers: a rebuild makes the cells
        for part in (TREE, ASKED.format(count=int(answers / share), share=share), "ANALYZE", ROWS, "VACUUM ANALYZE"):
            await database.execute(part)
    finally:
        await database.close()
