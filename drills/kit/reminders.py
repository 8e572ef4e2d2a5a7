"""Reminders that are due, by the thousand, straight into the database of the notifications room."""

import asyncpg

from services.notifications.plan import current
from shared.ids import derived_id

ROOM, CODE = "notifications", "first-day-reminder"
HOST, SEND = derived_id("bench", "host"), derived_id("bench", "send")
OFFER, COMPANY = derived_id("bench", "offer"), derived_id("bench", "company")
FILL = f"""
INSERT INTO entity (id, name, email, phone) VALUES ('{HOST}', 'Uppsala Committee', 'uppsala@sojourn.example', '+46'),
    ('{SEND}', 'Cluj Committee', 'cluj@sojourn.example', '+40') ON CONFLICT DO NOTHING;
INSERT INTO opportunity (id, title, city) VALUES ('{OFFER}', 'Data intern', 'Uppsala') ON CONFLICT DO NOTHING;
INSERT INTO enabler (id, name) VALUES ('{COMPANY}', 'Norrsken') ON CONFLICT DO NOTHING;
CREATE TEMPORARY TABLE n AS SELECT gen_random_uuid() AS person, gen_random_uuid() AS stay, gen_random_uuid() AS point,
    number FROM generate_series(1, COUNT) AS number;
INSERT INTO person (id, given_name, family_name, email, language, erased)
    SELECT person, 'Ioana', 'Șerban', 'ep' || number || '@sojourn.example', 'en', false FROM n;
"""
ROWS = {
    "experience": {
        "id": "stay", "person_id": "person", "opportunity_id": f"'{OFFER}'", "enabler_id": f"'{COMPANY}'",
        "sending_entity_id": f"'{SEND}'", "hosting_entity_id": f"'{HOST}'", "status": "'approved'",
        "start_on": "current_date + 3", "end_on": "current_date + 90", "zone": "'Europe/Stockholm'",
    },
    "touchpoint": {
        "id": "point", "code": f"'{CODE}'", "plan": f"'{current().plan}'", "plan_version": str(current().version),
        "subject": "stay", "application_id": "stay",
        "person_id": "person", "recipient_id": "person", "sending_entity_id": f"'{SEND}'", "audience": "'ep'",
        "hosting_entity_id": f"'{HOST}'", "state": "'due'", "local_at": "now()", "zone": "'Europe/Stockholm'",
        "due_at": "now()", "kind": "'message'", "correlation_id": "gen_random_uuid()",
    },
    "delivery": {
        "id": "gen_random_uuid()", "touchpoint_id": "point", "touchpoint": f"'{CODE}'", "audience": "'ep'",
        "message_id": "gen_random_uuid()::text", "channel": "'email'", "subject": "stay", "application_id": "stay",
        "person_id": "person", "recipient_id": "person", "sending_entity_id": f"'{SEND}'",
        "hosting_entity_id": f"'{HOST}'", "state": "'pending'", "budget": "'owed'", "waiting_for": "'[]'",
        "not_before": "now()", "created_at": "now()",
    },
}  # fmt: skip
NEUTRAL = {"integer": "1", "boolean": "false", "jsonb": "'{}'", "timestamp with time zone": "now()", "text": "''"}
COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL
"""


async def fill(url: str, count: int, *, fresh: bool = True) -> None:
    """So many reminders that are due, each of a person and a stay of its own; `fresh` takes away what was there."""
    connection = await asyncpg.connect(url)
    try:
        for table in ("outbox", *reversed(ROWS), "person", "entity", "opportunity", "enabler") if fresh else ():
            await connection.execute(f"TRUNCATE {table} CASCADE")
        await connection.execute("DROP TABLE IF EXISTS n;" + FILL.replace("COUNT", str(count)))
        for table, given in ROWS.items():
            wanted = {row["column_name"]: row["data_type"] for row in await connection.fetch(COLUMNS, table)}
            values = {name: NEUTRAL.get(kind, "''") for name, kind in wanted.items()} | given
            await connection.execute(
                f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM n"
            )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
