"""Documents that were sent, opened and acknowledged; the messages behind them, and what came into the mailboxes."""

from services.journeys.console.session import HOME
from services.journeys.console.texts import N_
from services.journeys.console.work.declare import EVERYBODY, READERS, A, Column, E, Family, G, Json, P, Section, View

FILES = f"{HOME}/files/documents"


def _file(row: Json) -> str | None:
    return None if row["erased"] else f"{FILES}/{row['id']}"


def _to_acknowledge(row: Json) -> str | None:
    return row["page"] if row["to_acknowledge"] and not row["acknowledged_at"] else None


KIND, FILE = Column("kind", N_("Document"), "code"), Column("id", N_("File"), "road", value=_file, words=N_("Open it"))
COURSE = (
    Column("sent_at", N_("Sent"), "moment"), Column("opened_at", N_("Opened"), "moment"),
    Column("acknowledged_at", N_("Acknowledged"), "moment"),
    Column("page", N_("To do"), "road", frozenset({P, E}), _to_acknowledge, N_("Read and acknowledge")),
)  # fmt: skip
OF_APPLICATION = Section(
    "documents", N_("Documents"), "notifications", "/v1/documents", (KIND, FILE, *COURSE),
    params={"application_id": "{id}"}, empty=N_("No document yet: they come with the approval."),
)  # fmt: skip
FAMILY = Family(
    "documents", "notifications", N_("Document"), EVERYBODY,
    (View("documents", N_("Documents"), N_("What was sent, opened and acknowledged in writing, and when."), EVERYBODY,
          "/v1/documents",
          (KIND, FILE, Column("person_id", N_("For"), "person", READERS | {E}),
           Column("application_id", N_("Application"), "application"), *COURSE,
           Column("policy_version", N_("Version")), Column("name", N_("Signed as"))),
          one="/console/documents/{id}",
          empty=(N_("No document was sent yet"), N_("Documents go out with the touchpoints of a stay.")),
          section="work", icon="documents"),
     View("deliveries", N_("Messages sent"), N_("Every message with its channel and what became of it."), READERS,
          "/v1/deliveries",
          (Column("touchpoint", N_("Touchpoint"), "code"), Column("person_id", N_("For"), "person"),
           Column("audience", N_("Reader"), "code"), Column("channel", N_("Channel"), "code"),
           Column("state", N_("State"), "pill"), Column("reason", N_("Reason"), "code"),
           Column("attempts", N_("Tries"), "number"), Column("created_at", N_("Made"), "moment"),
           Column("sent_at", N_("Sent"), "moment")), section="system", icon="notifications"),
     View("arrivals", N_("Arrived mail"), N_("What came into the mailboxes and what was made of it."),
          frozenset({A, G}),
          "/v1/arrivals",
          (Column("arrived_at", N_("Arrived"), "moment"), Column("mailbox", N_("Mailbox")),
           Column("channel", N_("Channel"), "code"), Column("outcome", N_("Outcome"), "code"),
           Column("reason", N_("Reason"), "code"), Column("size", N_("Size"), "number")), section="system",
           icon="notifications")),
    "/v1/documents/{id}", lambda item, names: str(item["file_name"]),
    (KIND, FILE, Column("language", N_("Language"), "language"),
     Column("person_id", N_("For"), "person"), Column("application_id", N_("Application"), "application"),
     Column("made_at", N_("Made"), "moment"), Column("size", N_("Size"), "number"), Column("sha256", N_("SHA-256")),
     Column("erased", N_("Erased"), "yes")),
    (Section("receipt", N_("Receipt"), "notifications", "/v1/documents/{id}/receipt",
             facts=(Column("opened_at", N_("Opened"), "moment"), Column("acknowledged_at", N_("Acknowledged"),
                 "moment"),
                    Column("policy_version", N_("Version")), Column("name", N_("Signed as"))),
             empty=N_("Nobody opened it yet.")),),
)  # fmt: skip
