"""The kernel's tables, created by each room's first Alembic revision. A change is a new function beside `kernel_v1`."""

KERNEL_V1 = """
CREATE TABLE stream (topic text NOT NULL, key uuid NOT NULL, version bigint NOT NULL, PRIMARY KEY (topic, key));

CREATE TABLE outbox (
    position bigserial PRIMARY KEY,
    id uuid NOT NULL,
    aggregatetype text NOT NULL,
    aggregateid uuid NOT NULL,
    type text NOT NULL,
    sequence bigint NOT NULL,
    payload text,
    headers jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE inbox (topic text NOT NULL, key uuid NOT NULL, last bigint NOT NULL, PRIMARY KEY (topic, key));

CREATE TABLE inbox_gap (
    id bigserial PRIMARY KEY,
    topic text NOT NULL,
    key uuid NOT NULL,
    expected bigint NOT NULL,
    got bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE parked (
    id bigserial PRIMARY KEY,
    topic text NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    key bytea,
    value bytea,
    headers jsonb NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    attempts int NOT NULL DEFAULT 1,
    parked_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (topic, partition, "offset")
);
CREATE INDEX parked_by_key ON parked (topic, key, id);

CREATE TABLE idempotency (
    caller text NOT NULL,
    key text NOT NULL,
    operation text NOT NULL,
    fingerprint text NOT NULL,
    status int NOT NULL,
    headers jsonb NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE audit (
    id bigserial PRIMARY KEY,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    role text NOT NULL,
    action text NOT NULL,
    subject uuid NOT NULL,
    reason text,
    before jsonb,
    after jsonb,
    correlation_id uuid NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject, id);
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'audit rows are never changed'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();

CREATE TABLE due (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    subject uuid NOT NULL,
    occurrence text NOT NULL,
    local_at timestamp NOT NULL,
    zone text NOT NULL,
    due_at timestamptz NOT NULL,
    payload jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'skipped', 'cancelled', 'failed')),
    outcome text,
    attempts int NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT '-infinity',
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, subject, occurrence)
);
CREATE INDEX due_waiting ON due (due_at) WHERE state = 'waiting';
CREATE INDEX due_by_subject ON due (subject);

CREATE TABLE entity_path (entity_id uuid PRIMARY KEY, path uuid[] NOT NULL);
CREATE INDEX entity_path_above ON entity_path USING gin (path);

CREATE TABLE clock (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    offset_us bigint NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO clock (offset_us) VALUES (0);
"""

KERNEL_TABLES = (
    "stream",
    "outbox",
    "inbox",
    "inbox_gap",
    "parked",
    "idempotency",
    "audit",
    "due",
    "entity_path",
    "clock",
)


def statements(script: str) -> list[str]:
    """The statements of a script; one with a `$$` body stays whole."""
    found, open_body = [""], False
    for line in script.splitlines(keepends=True):
        found[-1] += line
        open_body ^= line.count("$$") % 2 == 1
        if line.rstrip().endswith(";") and not open_body:
            found.append("")
    return [statement for statement in found if statement.strip()]


def kernel_v1(op) -> None:
    """Create the kernel's tables; called by a room's revision 0001."""
    for statement in statements(KERNEL_V1):
        op.execute(statement)
