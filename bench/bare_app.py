"""The limit of the write path: what a handler costs that has FastAPI, a token check and the driver, and nothing else.

`python -m bench.bare_app PORT DATABASE_URL OTLP_ENDPOINT` serves the same POST with the same statements in one commit.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from pydantic import BaseModel

from shared.clock import BusinessClock
from shared.ids import new_id
from shared.settings import Kernel
from shared.storage.outbox import KEEP, NOTE, SAY
from shared.web.auth import Auth, auth_of

PERSON = "SELECT * FROM person WHERE id = $1"
OPPORTUNITY = "SELECT * FROM opportunity WHERE id = $1 FOR SHARE"
SLOT = "SELECT * FROM slot WHERE opportunity_id = $1"
TERMS = """
INSERT INTO stated_terms (digest, opportunity_id, stated, recorded_at) VALUES ($1, $2, $3::text::jsonb, $4)
ON CONFLICT DO NOTHING
"""
APPLY = """
INSERT INTO application (id, person_id, opportunity_id, enabler_id, sending_entity_id, hosting_entity_id, product,
    status, start_on, end_on, zone, country, terms, submitted_at, open_cases, dossier, version, changed_at, slot_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $11, $12, $13, 0, '{}', 1, $13, $14)
"""
REQUIREMENT = """
INSERT INTO requirement (id, application_id, person_id, enabler_id, entity_id, zone, kind, owner, opened_on, due_on,
    state, facts, version, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, 'se_interview', 'sending', $7, $8, 'open', '{}', 1, $9)
"""
STATE = """
INSERT INTO application_state (application_id, person_id, opportunity_id, enabler_id, sending_entity_id,
    hosting_entity_id, product, status, start_on, end_on, country, recorded_at, effective_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $11, $12) RETURNING id
"""
LOOK = """
SELECT pg_try_advisory_xact_lock($1::bigint), kept.* FROM (SELECT 1) AS one
LEFT JOIN idempotency AS kept ON kept.caller = $2 AND kept.key = $3
"""
TOPIC, TYPE = "applications.applications", "applications.application-submitted.v1"
clock = BusinessClock()


def _numbered(*parts: str) -> str:
    body = ", ".join(parts)
    return f"WITH {body.format(*(f'${n}' for n in range(1, body.count('{}') + 1)))} SELECT 1"


TELL, TELL_AND_KEEP = _numbered(SAY, NOTE), _numbered(SAY, NOTE, KEEP)


class Apply(BaseModel):
    """The body of the request."""

    opportunity_id: UUID


async def write(
    connection: Any, person: Any, opportunity: Any, slot: Any, actor: str, key: str | None
) -> dict[str, Any]:
    """The rows of one application: its terms, itself, its first state, what it needs first, its event, its audit line
    and, under a key, its reply."""
    id_, correlation, now = new_id(), new_id(), clock.now()
    ids = (id_, person["id"], opportunity["id"], opportunity["enabler_id"])
    ids += (person["sending_entity_id"], opportunity["hosting_entity_id"])
    product, country = opportunity["product"], opportunity["country"]
    dates = (slot["start_on"], slot["end_on"])
    stated = orjson.dumps({name: opportunity[name] for name in ("title", "description", "pay", "accommodation")})
    await connection.execute(TERMS, "00" * 32, opportunity["id"], stated.decode(), now)
    await connection.execute(APPLY, *ids, product, *dates, opportunity["zone"], country, "00" * 32, now, slot["id"])
    await connection.fetchval(STATE, *ids, product, *dates, country, now, now.date())
    whose, due_on = (id_, ids[1], ids[3], ids[4], opportunity["zone"]), now.date() + timedelta(days=7)
    await connection.execute(REQUIREMENT, new_id(), *whose, now.date(), due_on, now)
    names = ("application_id", "person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
    facts = dict(zip(names, map(str, ids), strict=True)) | {"product": opportunity["product"]}
    headers = {"ce_id": str(correlation), "ce_type": TYPE, "ce_subject": str(id_), "ce_time": now.isoformat()}
    payload, head = orjson.dumps(facts).decode(), orjson.dumps(headers).decode()
    said = ([correlation], [TOPIC], [id_], [TYPE], [payload], [head], [1])
    noted = (["submit"], [id_], [None], [None], ['{"status":"open"}'], [correlation])
    reply = facts | {"id": str(id_), "status": "open", "version": 1}
    kept = (actor, key, "submit", "f" * 64, 201, "{}", orjson.dumps(reply).decode()) if key else ()
    await connection.execute(TELL_AND_KEEP if key else TELL, *said, now, actor, "participant", *noted, *kept)
    return reply


def create_app(url: str, auth: Auth, endpoint: str) -> FastAPI:
    """`/v1/applications` reads and writes as the room does; `/inserts` only writes."""
    provider = TracerProvider(TraceIdRatioBased(0.01))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
    tracer = provider.get_tracer("bare")
    held: dict[Any, Any] = {}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await auth.start()
        async with asyncpg.create_pool(url, min_size=10, max_size=10, reset=_nothing) as held["pool"]:
            yield
        await auth.stop()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/applications")
    async def apply(body: Apply, request: Request) -> Response:
        with tracer.start_as_current_span("POST /v1/applications"):
            caller = await auth.caller(request.headers.get("authorization"))
            key = request.headers.get("idempotency-key")
            async with held["pool"].acquire() as connection, connection.transaction():
                if key:
                    await connection.fetchrow(LOOK, hash((caller.subject, key)), caller.subject, key)
                person = await connection.fetchrow(PERSON, caller.party)
                opportunity = await connection.fetchrow(OPPORTUNITY, body.opportunity_id)
                slot = await connection.fetchrow(SLOT, body.opportunity_id)
                reply = await write(connection, person, opportunity, slot, caller.subject, key)
            return Response(orjson.dumps(reply), 201, media_type="application/json")

    @app.post("/inserts")
    async def inserts(body: Apply, request: Request) -> Response:
        with tracer.start_as_current_span("POST /inserts"):
            caller = await auth.caller(request.headers.get("authorization"))
            rows = await _remembered(held, caller.party, body.opportunity_id)
            async with held["pool"].acquire() as connection, connection.transaction():
                reply = await write(connection, *rows, caller.subject, None)
            return Response(orjson.dumps(reply), 201, media_type="application/json")

    return app


async def _remembered(held: dict[Any, Any], person: Any, opportunity: UUID) -> list[Any]:
    """The rows, read once only."""
    wanted = ((PERSON, person), (OPPORTUNITY, opportunity), (SLOT, opportunity))
    for one in wanted:
        if one not in held:
            held[one] = await held["pool"].fetchrow(*one)
    return [held[one] for one in wanted]


async def _nothing(_: Any) -> None:
    """No clean-up query when a connection goes back: the limit has no step that it could save."""


def main() -> None:
    port, url, endpoint = sys.argv[1:]
    app = create_app(url, auth_of(Kernel(_env_file=None)), endpoint)
    options = {"http": "httptools", "loop": "uvloop", "log_config": None, "access_log": False}
    asyncio.set_event_loop_policy(None)
    uvicorn.run(app, port=int(port), server_header=False, date_header=False, **options)


if __name__ == "__main__":
    main()
