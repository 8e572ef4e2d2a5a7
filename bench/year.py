"""A year of applications made by the database itself, the same at every run: season and funnel as published for 2019.

Of 438,490 applications 51,250 were accepted, 30,048 signed, 26,579 approved, 25,613 realized and 25,189 finished
(April to September 2019); most apply in April and May, most start in June and July.
"""

import asyncpg

WORLD = """
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT (kind || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.chance(n bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(n, salt) & 2147483647) / 2147483648.0 $$;

INSERT INTO entity (id, parent_id, kind, name, zone, email, phone, version, changed_at)
SELECT pg_temp.id('00000001', n), CASE WHEN n > 100 THEN pg_temp.id('00000001', 1 + (n - 101) % 100)
    WHEN n > 0 THEN pg_temp.id('00000001', 0) END, CASE WHEN n > 100 THEN 'local' WHEN n > 0 THEN 'national'
    ELSE 'world' END, 'Entity ' || n, 'UTC', 'lc@sojourn.example', '+1', 1, now()
FROM generate_series(0, 600) n;
INSERT INTO entity_path SELECT id, CASE kind WHEN 'world' THEN ARRAY[id]
    WHEN 'national' THEN ARRAY[parent_id, id] ELSE ARRAY[pg_temp.id('00000001', 0), parent_id, id] END FROM entity;
INSERT INTO enabler (id, hosting_entity_id, kind, name, contact_name, email, language, version, changed_at)
SELECT pg_temp.id('00000002', n), pg_temp.id('00000001', 101 + n % 500), 'company', 'Enabler', 'Maja', 'm@e.example',
    'en', 1, now() FROM generate_series(0, 1999) n;
"""
PARTIES = """
INSERT INTO person (id, sending_entity_id, given_name, family_name, email, country, language, zone, registered_at,
    version, changed_at)
SELECT pg_temp.id('00000003', n), pg_temp.id('00000001', 101 + n % 500), 'Ioana', 'Serban', n || '@ep.example', 'RO',
    'ro', 'Europe/Bucharest', now(), 1, now() FROM generate_series(0, {people} - 1) n;
INSERT INTO opportunity (id, enabler_id, hosting_entity_id, product, title, description, city, country, zone,
    weekly_hours, pay, accommodation, arrival, openings, start_on, end_on, version, changed_at)
SELECT pg_temp.id('00000004', n), pg_temp.id('00000002', n % 2000), pg_temp.id('00000001', 101 + n % 500),
    (ARRAY['volunteer', 'talent', 'teacher'])[1 + n % 3], 'Intern', 'Work.', 'Uppsala',
    (ARRAY['SE', 'IN', 'BR', 'EG', 'TR', 'MX'])[1 + n % 6], 'Europe/Stockholm', 38, 'pay', 'room', 'station', 9,
    '2019-06-01', '2019-08-01', 1, now() FROM generate_series(0, {offers} - 1) n;
INSERT INTO slot (id, opportunity_id, start_on, end_on, close_on, capacity, openings, version, changed_at)
SELECT id, id, start_on, end_on, start_on, openings, openings, 1, now() FROM opportunity;
"""
LIVES = """
CREATE TEMP TABLE life AS
WITH share AS (
    SELECT month, weight / sum(weight) OVER () AS part, sum(weight) OVER (ORDER BY month) / sum(weight) OVER () AS upto
    FROM unnest(ARRAY[6, 7, 9, 15, 14, 9, 7, 6, 7, 8, 7, 5]::float8[]) WITH ORDINALITY AS w(weight, month)
), applied AS (
    SELECT n, date '2019-01-01' + make_interval(months => month::int - 1)
        + (1 - (upto - (n + 0.5) / {count}) / part) * interval '28 days' AS submitted_at,
        pg_temp.chance(n, 1) AS luck
    FROM generate_series(0, {count} - 1) n
    JOIN share ON (n + 0.5) / {count} > upto - part AND (n + 0.5) / {count} <= upto
), answered AS (
    SELECT *, luck < 51250 / 438490.0 AS accepted, luck < 30048 / 438490.0 AS signed,
        luck < 26579 / 438490.0 AS approved, luck < 25613 / 438490.0 AS realized, luck < 25189 / 438490.0 AS completed,
        submitted_at + (1 + 18 * pg_temp.chance(n, 2)) * interval '1 day' AS accepted_at,
        submitted_at + (21 + 6 * pg_temp.chance(n, 3)) * interval '1 day' AS signed_at,
        submitted_at + (29 + 8 * pg_temp.chance(n, 4)) * interval '1 day' AS approved_at,
        (submitted_at + (36 + 40 * pg_temp.chance(n, 5)) * interval '1 day')::date AS start_on,
        42 + (42 * pg_temp.chance(n, 6))::int AS days, pg_temp.chance(n, 7) AS exit_chance,
        pg_temp.chance(n, 8) AS bend
    FROM applied
)
SELECT pg_temp.id('00000005', n) AS application_id, a.*, a.start_on + days AS end_on,
    pg_temp.id('00000003', n % {people}) AS person_id, o.id AS opportunity_id, o.enabler_id, o.hosting_entity_id,
    p.sending_entity_id, o.product, o.country
FROM answered a
JOIN opportunity o ON o.id = pg_temp.id('00000004', (n::bigint * 7919 + n / {people}) % {offers})
JOIN person p ON p.id = pg_temp.id('00000003', n % {people});
"""
# A twentieth of those rejected is taken up again and withdrawn, a fifth of the stays postponed, all clicked late.
STATES = """
CREATE TEMP TABLE step AS
SELECT application_id, at, at::date AS on_day, status, reason FROM life CROSS JOIN LATERAL (VALUES
    (true, submitted_at, 'open', NULL),
    (accepted, accepted_at, 'accepted', NULL),
    (signed, signed_at, 'in_progress', NULL),
    (approved, approved_at, 'approved', NULL),
    (approved AND bend < 0.2, approved_at + interval '3 days', 'approved', NULL),
    (NOT accepted AND exit_chance < 0.7, accepted_at + interval '9 days', 'rejected',
        (ARRAY['skills', 'background', 'language', 'position_filled', 'timeline', 'organisation_unresponsive'])
        [1 + (exit_chance * 60)::int % 6]),
    (NOT accepted AND exit_chance < 0.7 AND bend < 0.05, accepted_at + interval '12 days', 'open', NULL),
    (NOT accepted AND exit_chance < 0.7 AND bend < 0.05, accepted_at + interval '30 days', 'withdrawn', 'own_wish'),
    (NOT accepted AND exit_chance BETWEEN 0.7 AND 0.9, accepted_at + interval '20 days', 'withdrawn', 'own_wish'),
    (accepted AND NOT signed, signed_at + interval '2 days', 'declined', 'own_wish'),
    (signed AND NOT approved, approved_at + interval '5 days', 'withdrawn', 'own_wish'),
    (approved AND NOT realized, start_on::timestamptz, 'approval_broken', 'serious_illness'),
    (realized AND NOT completed, start_on::timestamptz + interval '20 days', 'realization_broken', 'own_wish')
) AS v(happened, at, status, reason) WHERE happened
UNION ALL
SELECT application_id, start_on::timestamptz + bend * interval '9 days', start_on, 'realized', NULL
FROM life WHERE realized
UNION ALL
SELECT application_id, end_on + interval '25 hours', end_on + 1, 'completed', NULL FROM life WHERE completed;
"""
ROWS = """
INSERT INTO application (id, person_id, opportunity_id, slot_id, enabler_id, sending_entity_id, hosting_entity_id,
    product, status, start_on, end_on, zone, country, terms, submitted_at, open_cases, dossier, version, changed_at)
SELECT application_id, person_id, opportunity_id, opportunity_id, enabler_id, sending_entity_id, hosting_entity_id,
    product, coalesce(last.status, 'open'), start_on, end_on, 'UTC', country, 'terms', submitted_at, 0, '{{}}', 1, now()
FROM life LEFT JOIN (
    SELECT DISTINCT ON (application_id) application_id, status FROM step ORDER BY application_id, at DESC
) last USING (application_id);
INSERT INTO application_state (application_id, recorded_at, effective_on, status, reason, person_id, opportunity_id,
    enabler_id, sending_entity_id, hosting_entity_id, product, country, start_on, end_on)
SELECT application_id, s.at, s.on_day, s.status, s.reason, person_id, opportunity_id, enabler_id, sending_entity_id,
    hosting_entity_id, product, country, start_on, end_on
FROM step s JOIN life USING (application_id) ORDER BY s.at, application_id;
"""
PEOPLE_SHARE, OFFERS_SHARE = 3, 20


async def make(url: str, count: int) -> int:
    """Fill an empty, migrated database with `count` applications and all that they have been; how many states."""
    people, offers = max(1, count // PEOPLE_SHARE), max(2003, count // OFFERS_SHARE)
    database = await asyncpg.connect(url, server_settings={"timezone": "UTC", "work_mem": "256MB"})
    try:
        for part in (WORLD, PARTIES, LIVES, STATES, ROWS):
            await database.execute(part.format(count=count, people=people, offers=offers) if part != WORLD else part)
        await database.execute("VACUUM ANALYZE")
        return int(await database.fetchval("SELECT count(*) FROM application_state"))
    finally:
        await database.close()
