"""The tables of the tests' room."""

from alembic import op

from shared.storage.ddl import kernel_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    kernel_v1(op)
    op.execute("""CREATE TABLE note (
        id uuid PRIMARY KEY, text text NOT NULL, stars int NOT NULL, written_on date NOT NULL, version int NOT NULL,
        changed_at timestamptz NOT NULL)""")
    # Fails when the transaction commits, long after the handler and its INSERT were content.
    op.execute("""CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.text = 'clash at commit' THEN RAISE unique_violation; END IF;
        IF NEW.text = 'not at commit' THEN RAISE EXCEPTION 'secret-internal-text'; END IF;
        IF NEW.text = 'cut at commit' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
        RETURN NULL; END $$""")
    op.execute("""CREATE CONSTRAINT TRIGGER spoiled AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION spoil()""")
