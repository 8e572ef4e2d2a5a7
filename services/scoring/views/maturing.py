"""What was said of cases whose horizon is over, beside how they ended: read by contests, reports and pages alike."""

from datetime import timedelta

EARLIEST = timedelta(days=3650)
MOST = 5_000
# The first moment of each spell at which it was said, and whether the end came within the horizon. Not a later moment:
# which of them there are depends on how the spell went on. A moment whose horizon runs still says nothing yet, not even
# if the end came: those that come early come first.
MATURED = """
WITH one AS (
    SELECT DISTINCT ON (p.subject_id, p.since) p.* FROM chance_change p
    WHERE p.transition = $1 AND p.state = 'open' AND p.at > $2 AND p.at <= $3::timestamptz - $4::interval
        AND ($5 OR p.shadow <> '{}'::jsonb)
    ORDER BY p.subject_id, p.since, p.at, p.id
)
SELECT one.at, one.probability, one.rules, one.model_id,
    (SELECT value::float8 FROM jsonb_each_text(one.shadow) ORDER BY key LIMIT 1) AS challenger,
    coalesce(ended.state = 'reached' AND ended.ended_at <= one.at + $4::interval, false) AS reached
FROM one LEFT JOIN LATERAL (
    SELECT e.state, e.ended_at FROM chance_change e
    WHERE e.subject_id = one.subject_id AND e.transition = one.transition AND e.state <> 'open' AND e.ended_at >= one.at
    ORDER BY e.ended_at, e.id LIMIT 1
) AS ended ON true
ORDER BY one.at DESC LIMIT $6
"""

SAID_BY = MATURED.replace("AND ($5 OR p.shadow <> '{}'::jsonb)", "AND p.model_id = $5 AND p.probability IS NOT NULL")
