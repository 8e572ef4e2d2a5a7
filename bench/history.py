"""A large history of the journeys room, made by its database itself: the same rows as events would have left.

Of `applications` applications: as many EPs as four fifths of them (those of the first half applied twice), an enabler
for every fifty, 630 committees whose sizes fall as 1/rank, five years up to now; who comes to a stage, and when, is
chance, and what would lie ahead hasn't happened. Five events an application stand in the conversation. Every step is
committed with a mark, so that a run that was stopped goes on where it was.
"""

import time
from collections.abc import Callable

import asyncpg

from bench.answers_population import TREE

FUNCTIONS, TREE_ROWS = TREE.split("INSERT INTO entity_path", 1)
START = """
CREATE TABLE IF NOT EXISTS bench_step (name text PRIMARY KEY);
CREATE OR REPLACE FUNCTION bench_id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT (kind || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
CREATE OR REPLACE FUNCTION bench_chance(n bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT ((hashint8extended(n, salt) & 2147483647) + 0.5) / 2147483648.0 $$;
CREATE OR REPLACE FUNCTION bench_wait(n bigint, salt bigint, days float8) RETURNS interval LANGUAGE sql IMMUTABLE
    PARALLEL SAFE AS $$ SELECT -ln(bench_chance(n, salt)) * days * interval '1 day' $$;
"""
PLACES = (
    FUNCTIONS
    + "INSERT INTO entity_path"
    + TREE_ROWS
    + """
CREATE UNLOGGED TABLE bench_pick AS SELECT pick.k, place.entity_id, place.nation FROM pick JOIN place USING (n);
CREATE INDEX ON bench_pick (k);
INSERT INTO entity SELECT entity_id, CASE cardinality(path) WHEN 1 THEN 'world' WHEN 2 THEN 'national' ELSE 'local' END,
    NULL FROM entity_path ON CONFLICT DO NOTHING;
DROP TABLE pg_temp.occasion, pg_temp.pick, pg_temp.place;
INSERT INTO label SELECT entity_id, 'entity', 'Committee ' || right(entity_id::text, 4) FROM entity_path
ON CONFLICT DO NOTHING;
"""
)
STORY = """
CREATE UNLOGGED TABLE bench_person AS
SELECT n, bench_id('00000003', n) AS id, p.entity_id AS sending, 'C' || chr(65 + p.nation %% 26) AS country,
    (ARRAY['ar', 'en', 'es', 'fr', 'hi', 'pt', 'ro', 'sv', 'tr'])[1 + p.nation %% 9] AS language,
    (ARRAY['web', 'web', 'in_person', 'social', 'email', 'phone'])[1 + (6 * bench_chance(n, 2))::int %% 6] AS channel,
    now() - interval '60 days' - bench_chance(n, 3) * interval '1766 days' AS signed_up_at,
    bench_chance(n, 4) < 0.7 AS visited, round((0.02 + 0.5 * power(bench_chance(n, 5), 3))::numeric, 3)::float8 AS score
FROM generate_series(0, {people} - 1) AS n
JOIN bench_pick p ON p.k = (20000 * bench_chance(n, 1))::int %% 20000;
CREATE UNIQUE INDEX ON bench_person (n);
CREATE UNLOGGED TABLE bench_story AS
SELECT a.n, bench_id('00000004', a.n) AS id, e.id AS person_id, bench_id('00000005', a.n %% {enablers}) AS enabler_id,
    bench_id('00000006', a.n %% ({enablers} * 4)) AS opportunity_id, e.sending, e.channel, h.entity_id AS hosting,
    (ARRAY['volunteer', 'talent', 'teacher'])[1 + (3 * bench_chance(a.n %% ({enablers} * 4), 6))::int %% 3] AS product,
    e.score, s.*
FROM generate_series(0, {applications} - 1) AS a(n)
JOIN bench_person e ON e.n = a.n %% greatest(1, {applications} / 2)
JOIN bench_pick h ON h.k = (20000 * bench_chance(a.n %% {enablers}, 7))::int %% 20000
CROSS JOIN LATERAL (
    SELECT e.signed_up_at + bench_wait(a.n, 8, 12) + (a.n / greatest(1, {applications} / 2)) * interval '9 days'
) AS s0(submitted_at)
CROSS JOIN LATERAL (SELECT CASE WHEN bench_chance(a.n, 10) < 0.15 + 0.6 * e.score
    THEN s0.submitted_at + bench_wait(a.n, 11, 14) END) AS s1(accepted_at)
CROSS JOIN LATERAL (SELECT CASE WHEN bench_chance(a.n, 12) < 0.75
    THEN s1.accepted_at + bench_wait(a.n, 13, 6) END) AS s2(signed_at)
CROSS JOIN LATERAL (SELECT CASE WHEN bench_chance(a.n, 14) < 0.8
    THEN s2.signed_at + bench_wait(a.n, 15, 10) END) AS s3(approved_at)
CROSS JOIN LATERAL (SELECT CASE WHEN bench_chance(a.n, 16) < 0.9
    THEN s3.approved_at + interval '30 days' + bench_wait(a.n, 17, 40) END) AS s4(realized_at)
CROSS JOIN LATERAL (SELECT CASE WHEN bench_chance(a.n, 18) < 0.95
    THEN s4.realized_at + interval '42 days' + bench_wait(a.n, 19, 30) END) AS s5(completed_at)
CROSS JOIN LATERAL (SELECT CASE WHEN bench_chance(a.n, 20) < 0.8 AND s5.completed_at IS NULL
    THEN coalesce(s4.realized_at, s3.approved_at, s2.signed_at, s1.accepted_at, s0.submitted_at)
        + bench_wait(a.n, 21, 25) END) AS s6(ended_at)
CROSS JOIN LATERAL (SELECT s0.submitted_at, CASE WHEN s1.accepted_at < now() THEN s1.accepted_at END,
    CASE WHEN s2.signed_at < now() THEN s2.signed_at END, CASE WHEN s3.approved_at < now() THEN s3.approved_at END,
    CASE WHEN s4.realized_at < now() THEN s4.realized_at END,
    CASE WHEN s5.completed_at < now() THEN s5.completed_at END,
    CASE WHEN s6.ended_at < now() THEN s6.ended_at END,
    CASE WHEN s4.realized_at IS NOT NULL THEN 'realization_broken'
        WHEN s3.approved_at IS NOT NULL THEN 'approval_broken'
        WHEN s1.accepted_at IS NOT NULL THEN 'withdrawn' WHEN bench_chance(a.n, 22) < 0.7 THEN 'rejected'
        ELSE 'withdrawn' END
) AS s(submitted_at, accepted_at, signed_at, approved_at, realized_at, completed_at, ended_at, ended_as)
WHERE s0.submitted_at < now();
CREATE INDEX ON bench_story (person_id);
CREATE INDEX ON bench_story (enabler_id);
ANALYZE bench_story;
ANALYZE bench_person;
"""
APPLICATIONS = """
INSERT INTO application (id, person_id, opportunity_id, enabler_id, sending_entity_id, hosting_entity_id, status,
    status_at, reason, product, start_on, end_on, zone, country, submitted_at, accepted_at, signed_at, approved_at,
    realized_at, completed_at)
SELECT id, person_id, opportunity_id, enabler_id, sending, hosting,
    CASE WHEN ended_at IS NOT NULL THEN ended_as WHEN completed_at IS NOT NULL THEN 'completed'
        WHEN realized_at IS NOT NULL THEN 'realized' WHEN approved_at IS NOT NULL THEN 'approved'
        WHEN signed_at IS NOT NULL THEN 'in_progress' WHEN accepted_at IS NOT NULL THEN 'accepted' ELSE 'open' END,
    coalesce(ended_at, completed_at, realized_at, approved_at, signed_at, accepted_at, submitted_at),
    CASE WHEN ended_at IS NOT NULL THEN (ARRAY['profile', 'timeline', 'skills', 'language'])[1 + n % 4] END, product,
    (approved_at + interval '40 days')::date, (approved_at + interval '90 days')::date,
    CASE WHEN approved_at IS NOT NULL THEN 'Europe/Stockholm' END, CASE WHEN approved_at IS NOT NULL THEN 'SE' END,
    submitted_at, accepted_at, signed_at, approved_at, realized_at, completed_at
FROM bench_story;
"""
MILESTONES = """
INSERT INTO milestone (id, application_id, sequence, status, at, effective_on, person_id, enabler_id, opportunity_id,
    sending_entity_id, hosting_entity_id, product, reason, side)
SELECT bench_id('1000000' || v.place, s.n), s.id, v.place, v.status, v.at, v.at::date, s.person_id, s.enabler_id,
    s.opportunity_id, s.sending, s.hosting, s.product,
    CASE WHEN v.place = 7 THEN (ARRAY['profile', 'timeline', 'skills', 'language'])[1 + s.n % 4] END, NULL
FROM bench_story s CROSS JOIN LATERAL (VALUES (1, 'open', submitted_at), (2, 'accepted', accepted_at),
    (3, 'in_progress', signed_at), (4, 'approved', approved_at), (5, 'realized', realized_at),
    (6, 'completed', completed_at), (7, ended_as, ended_at)) AS v(place, status, at) WHERE v.at IS NOT NULL;
"""
PEOPLE = """
CREATE UNLOGGED TABLE bench_answer AS
SELECT s.n, s.id, s.person_id, s.enabler_id, s.sending, s.hosting, v.party, v.measure, v.at,
    v.low + floor((v.high - v.low + 0.999) * power(bench_chance(s.n, v.salt), 0.4))::int AS score
FROM bench_story s CROSS JOIN LATERAL (VALUES ('ep', 'nps', 0, 10, 30, s.completed_at + interval '3 days'),
    ('ep', 'csat', 1, 5, 31, s.completed_at + interval '3 days'),
    ('ep', 'ces2', 1, 7, 32, s.realized_at + interval '20 days'),
    ('enabler', 'nps', 0, 10, 33, s.completed_at + interval '5 days')
) AS v(party, measure, low, high, salt, at)
WHERE v.at < now() AND bench_chance(s.n, 34) < 0.45;
INSERT INTO answer (invitation_id, measure, about, score, at, party, person_id, enabler_id, application_id,
    sending_entity_id, hosting_entity_id, questionnaire, programme, touchpoint)
SELECT bench_id(CASE WHEN party = 'ep' THEN '00000007' ELSE '00000008' END, n), measure, 'experience', score, at, party,
    person_id, enabler_id, id, sending, hosting, 'after-completion', 'after-completion', NULL FROM bench_answer;
INSERT INTO course (person_id, sending_entity_id, country, language, study_field, product, first_contact_at,
    first_contact_id, channel, visited_at, signed_up_at, applied_at, accepted_at, signed_at, approved_at, realized_at,
    completed_at, promoted_at, again_at, lapsed_at, first_score, first_scored_at, nps, nps_at, csat, csat_at)
SELECT p.id, p.sending, p.country, p.language, (ARRAY['engineering', 'business', 'education'])[1 + p.n % 3], a.product,
    p.signed_up_at - CASE WHEN p.channel = 'web' THEN interval '0' ELSE bench_wait(p.n, 40, 15) END,
    bench_id('20000001', p.n), p.channel, CASE WHEN p.visited THEN p.signed_up_at END, p.signed_up_at, a.applied_at,
    a.accepted_at, a.signed_at, a.approved_at, a.realized_at, a.completed_at, q.promoted_at,
    CASE WHEN a.last_at > a.completed_at THEN a.last_at END,
    CASE WHEN a.accepted_at IS NULL AND bench_chance(p.n, 41) < 0.5 THEN p.signed_up_at + interval '55 days' END,
    p.score, p.signed_up_at, q.nps, q.nps_at, q.csat, q.csat_at
FROM bench_person p
LEFT JOIN (
    SELECT person_id, min(product) AS product, min(submitted_at) AS applied_at, max(submitted_at) AS last_at,
        min(accepted_at) AS accepted_at, min(signed_at) AS signed_at, min(approved_at) AS approved_at,
        min(realized_at) AS realized_at, min(completed_at) AS completed_at
    FROM bench_story GROUP BY person_id
) a ON a.person_id = p.id
LEFT JOIN (
    SELECT person_id, min(at) FILTER (WHERE measure = 'nps' AND score >= 9) AS promoted_at,
        max(score) FILTER (WHERE measure = 'nps') AS nps, max(at) FILTER (WHERE measure = 'nps') AS nps_at,
        max(score) FILTER (WHERE measure = 'csat') AS csat, max(at) FILTER (WHERE measure = 'csat') AS csat_at
    FROM bench_answer WHERE party = 'ep' GROUP BY person_id
) q ON q.person_id = p.id;
INSERT INTO lapse SELECT bench_id('20000002', p.n), p.id, 'ep', c.lapsed_at, false
FROM bench_person p JOIN course c ON c.person_id = p.id WHERE c.lapsed_at IS NOT NULL;
INSERT INTO subject (person_id, sending_entity_id, country, language, zone, registered_at, visited, status, phase,
    profile, score, open_cases, last_at)
SELECT p.id, p.sending, p.country, p.language, 'Europe/Bucharest', p.signed_up_at, p.visited,
    CASE WHEN c.completed_at IS NOT NULL THEN 'completed' WHEN c.realized_at IS NOT NULL THEN 'realized'
        WHEN c.approved_at IS NOT NULL THEN 'approved' WHEN c.signed_at IS NOT NULL THEN 'in_progress'
        WHEN c.accepted_at IS NOT NULL THEN 'accepted' ELSE 'open' END,
    CASE WHEN c.completed_at IS NOT NULL THEN 'brand_advocacy' WHEN c.approved_at IS NOT NULL THEN 'value_delivery'
        WHEN c.applied_at IS NOT NULL THEN 'consideration' ELSE 'attraction' END,
    CASE WHEN c.completed_at IS NOT NULL THEN 'promoter' WHEN c.approved_at IS NOT NULL THEN 'customer' ELSE 'lead' END,
    p.score, 0, coalesce(c.completed_at, c.approved_at, c.accepted_at, c.applied_at, p.signed_up_at)
FROM bench_person p JOIN course c ON c.person_id = p.id;
INSERT INTO person_name SELECT id, g, f, lower(g || ' ' || f) FROM bench_person p
CROSS JOIN LATERAL (SELECT (ARRAY['Ioana', 'Maja', 'Samir', 'Lucia', 'Tariq', 'Elif'])[1 + p.n % 6],
    (ARRAY['Popa', 'Lind', 'Haddad', 'Silva', 'Khan', 'Yilmaz'])[1 + (p.n / 6) % 6] || ' ' || p.n) AS x(g, f);
INSERT INTO touched SELECT id, clock_timestamp() FROM bench_person WHERE n < 1000;
"""
ENABLERS = """
INSERT INTO offer (opportunity_id, enabler_id, hosting_entity_id, product, country, zone, field, posted_at)
SELECT opportunity_id, min(enabler_id::text)::uuid, min(hosting::text)::uuid, min(product), 'SE', 'Europe/Stockholm',
    (ARRAY['data', 'teaching', 'marketing'])[1 + (min(n) % 3)::int], min(submitted_at) - interval '20 days'
FROM bench_story GROUP BY opportunity_id;
INSERT INTO label SELECT opportunity_id, 'opportunity', 'Internship ' || right(opportunity_id::text, 5) FROM offer;
INSERT INTO enabler_course (enabler_id, hosting_entity_id, kind, country, product, field, first_contact_at,
    first_contact_id, channel, registered_at, raised_at, applied_at, accepted_at, signed_at, approved_at, realized_at,
    completed_at, promoted_at, reraised_at)
SELECT s.enabler_id, min(hosting::text)::uuid, 'company', 'SE', min(product), 'data',
    min(submitted_at) - interval '40 days', s.enabler_id, 'phone', min(submitted_at) - interval '30 days',
    min(submitted_at) - interval '20 days', min(submitted_at), min(accepted_at), min(signed_at), min(approved_at),
    min(realized_at), min(completed_at), min(completed_at) + interval '5 days',
    CASE WHEN min(n) % 3 = 0 THEN min(completed_at) + interval '60 days' END
FROM bench_story s GROUP BY s.enabler_id;
INSERT INTO enabler_subject (enabler_id, hosting_entity_id, registered_at, raised_at, reraised_at, last_at)
SELECT enabler_id, hosting_entity_id, registered_at, raised_at, reraised_at, coalesce(reraised_at, applied_at)
FROM enabler_course;
INSERT INTO label SELECT enabler_id, 'enabler', 'Enabler ' || right(enabler_id::text, 5) FROM enabler_course;
"""
MEETINGS = """
INSERT INTO occasion (touchpoint_id, touchpoint, audience, person_id, application_id, sending_entity_id,
    hosting_entity_id, state, channel, due_at, first_due_at, moves, bounced, sent_at, done_at)
SELECT bench_id('2100000' || v.place, s.n), v.code, 'ep', s.person_id, s.id, s.sending, s.hosting,
    CASE WHEN v.due < now() THEN 'sent' ELSE 'scheduled' END, 'email', v.due, v.due, 0, 0,
    CASE WHEN v.due < now() THEN v.due + bench_wait(s.n, 50 + v.place, 0.4) END,
    CASE WHEN v.due < now() THEN v.due + bench_wait(s.n, 50 + v.place, 0.4) END
FROM bench_story s CROSS JOIN LATERAL (VALUES (1, 'application-received', s.submitted_at),
    (2, 'pickup-information', s.approved_at), (3, 'first-day-reminder', s.realized_at - interval '3 days'),
    (4, 'departure-document', s.completed_at - interval '14 days')) AS v(place, code, due) WHERE v.due IS NOT NULL;
INSERT INTO touchpoint SELECT touchpoint_id, person_id, hosting_entity_id, touchpoint, state, due_at FROM occasion
WHERE state = 'scheduled';
INSERT INTO contact (id, at, person_id, channel, direction, kind, self_service, entity_id)
SELECT bench_id('20000001', p.n), c.first_contact_at, p.id, p.channel, 'in', 'message', false, p.sending
FROM bench_person p JOIN course c ON c.person_id = p.id WHERE p.channel <> 'web';
INSERT INTO contact (id, at, person_id, application_id, channel, direction, kind, self_service, entity_id)
SELECT bench_id('2200000' || v.place, s.n), v.at, s.person_id, s.id, v.channel, v.direction, v.kind,
    v.direction = 'in', s.sending
FROM bench_story s CROSS JOIN LATERAL (VALUES (1, s.submitted_at, 'web', 'in', 'applied'),
    (2, s.submitted_at + interval '1 hour', 'email', 'out', 'touchpoint'), (3, s.signed_at, 'web', 'in', 'note_signed'),
    (4, s.approved_at, 'email', 'out', 'touchpoint'), (5, s.completed_at, 'app', 'in', 'survey_answered')
) AS v(place, at, channel, direction, kind) WHERE v.at < now();
"""
ENTRIES = """
INSERT INTO entry (id, person_id, application_id, enabler_id, hosting_entity_id, at, step, sequence, effective_on, room,
    type, phase, side, channel, facts)
SELECT bench_id('3{part:07x}', s.n), s.person_id, CASE WHEN v.own THEN s.id END, NULL, s.hosting, v.at, 0, {part},
    v.at::date, split_part(v.type, '.', 1), v.type, NULL, NULL, NULL,
    jsonb_build_object('opportunity_id', s.opportunity_id) || CASE v.place
        WHEN 1 THEN jsonb_build_object('product', s.product)
        WHEN 2 THEN jsonb_build_object('reason', 'timeline', 'ours', false)
        WHEN 3 THEN jsonb_build_object('score', s.score, 'base_log_odds', -1.2, 'reasons', '[]'::jsonb,
            'model', 'rules-1')
        WHEN 4 THEN jsonb_build_object('touchpoint_id', s.id, 'touchpoint', 'application-received', 'audience', NULL,
            'due_at', v.at, 'budget', NULL)
        ELSE jsonb_build_object('touchpoint_id', s.id, 'touchpoint', 'application-received', 'audience', NULL,
            'channel', 'email', 'language', 'en', 'document', NULL, 'proves', NULL, 'budget', NULL) END
FROM bench_story s CROSS JOIN LATERAL (VALUES
    (1, 'applications.application-submitted.v1', s.submitted_at, true),
    (2, coalesce('applications.' || CASE WHEN s.accepted_at IS NULL THEN 'application-rejected' ELSE
        'application-accepted' END || '.v1'), coalesce(s.accepted_at, s.ended_at, s.submitted_at), true),
    (3, 'scoring.lead-scored.v1', s.submitted_at, false),
    (4, 'notifications.touchpoint-scheduled.v1', s.submitted_at, true),
    (5, 'notifications.touchpoint-sent.v2', s.submitted_at + interval '1 hour', true)
) AS v(place, type, at, own) WHERE v.place = {part};
"""
CLEAN = """
DROP TABLE bench_person, bench_story, bench_answer, bench_pick, bench_step;
DROP FUNCTION bench_id, bench_chance, bench_wait
"""


def steps(applications: int) -> list[tuple[str, str]]:
    """Names and statements, in order."""
    people, enablers = max(2, applications * 4 // 5), max(1, applications // 50)
    story = STORY.replace("%%", "%").format(people=people, enablers=enablers, applications=applications)
    first = [("places", PLACES), ("story", story), ("applications", APPLICATIONS), ("milestones", MILESTONES)]
    first += [("people", PEOPLE), ("enablers", ENABLERS), ("meetings", MEETINGS)]
    return [*first, *((f"entries {part}", ENTRIES.format(part=part)) for part in range(1, 6))]


async def populate(url: str, applications: int, tell: Callable[[str], None] = lambda _: None) -> None:
    """Fill a migrated database; what was done before is left alone."""
    database = await asyncpg.connect(url, server_settings={"timezone": "UTC", "work_mem": "256MB"})
    try:
        await database.execute(START)
        done = {row["name"] for row in await database.fetch("SELECT name FROM bench_step")}
        for name, statements in steps(applications):
            if name in done:
                continue
            began = time.perf_counter()
            async with database.transaction():
                await database.execute(statements)
                await database.execute("INSERT INTO bench_step VALUES ($1)", name)
            tell(f"{name}: {time.perf_counter() - began:.1f} s")
        if "analyzed" not in done:
            await database.execute("VACUUM ANALYZE")
            await database.execute("INSERT INTO bench_step VALUES ('analyzed')")
            tell("analyzed")
    finally:
        await database.close()


async def clean(url: str) -> None:
    """What helped to make the history goes; a history can't be gone on with after that."""
    database = await asyncpg.connect(url)
    try:
        await database.execute(CLEAN)
    finally:
        await database.close()
