"""The register: people and enablers as the applications room has them, contacts, members, committees."""

from services.journeys.console.texts import N_
from services.journeys.console.work.codes import options
from services.journeys.console.work.declare import (
    READERS,
    STAFF,
    Action,
    Box,
    Column,
    E,
    Family,
    Filter,
    G,
    H,
    Json,
    N,
    P,
    S,
    Section,
    View,
)
from services.journeys.console.work.loading import committees, local_committees, own_committees

PRODUCTS = options("volunteer", "talent", "teacher")
NAMES = (
    Box("given_name", N_("Given name"), required=True), Box("family_name", N_("Family name"), required=True),
    Box("email", N_("E-mail"), "email", required=True), Box("phone", N_("Phone"), "tel"),
    Box("country", N_("Country"), required=True, hint=N_("Two letters: SE")),
    Box("language", N_("Language"), hint=N_("Two letters: en")),
    Box("zone", N_("Time zone"), required=True, hint=N_("Region and city: Europe/Stockholm")),
)  # fmt: skip
PROFILE = (
    Box("study_field", N_("Field of study")), Box("study_level", N_("Level of study")),
    Box("university", N_("University")), Box("languages", N_("Languages"), "lines", hint=N_("One a line")),
    Box("skills", N_("Skills"), "lines", hint=N_("One a line")),
    Box("available_from", N_("Available from"), "date"), Box("available_to", N_("Available until"), "date"),
    Box("wanted_products", N_("Wants"), "several", PRODUCTS),
    Box("wanted_fields", N_("Wanted fields"), "lines", hint=N_("One a line")),
    Box("wanted_countries", N_("Wanted countries"), "lines", hint=N_("One a line, two letters: SE")),
)  # fmt: skip
PEOPLE = (
    Action("register", N_("Register a person"), "POST", "/v1/people", frozenset({S}),
           (Box("sending_entity_id", N_("Sending entity"), "choice", own_committees, required=True), *NAMES, *PROFILE),
           done=N_("Registered."), weight="main", matched=False, fresh=True),
    Action("sign_up", N_("Sign up"), "POST", "/v1/people", frozenset({P}),
           (Box("sending_entity_id", N_("Your committee at home"), "choice", local_committees, required=True), *NAMES,
            *PROFILE),
           done=N_("Welcome. Find an opportunity and apply: several at once are fine."), weight="main", matched=False,
           fresh=True, after=lambda item, reply: "/console/mine"),
    Action("change", N_("Change"), "PATCH", "/v1/people/{id}", frozenset({P, S}), (*NAMES, *PROFILE),
           done=N_("Changed.")),
    Action("erase", N_("Erase this person's data"), "POST", "/v1/people/{id}/erasure", frozenset({G, P, S}),
           weight="danger", matched=False, done=N_("Erased everywhere; what happened stays, without a name."),
           sure=N_("Name, contact data and everything written are erased in all rooms. This can't be undone.")),
)  # fmt: skip
PERSON_FACTS = (
    Column("status", N_("Status"), "pill"), Column("phase", N_("Phase"), "code"),
    Column("profile", N_("Profile"), "code"), Column("email", N_("E-mail")), Column("phone", N_("Phone")),
    Column("country", N_("Country"), "country"), Column("language", N_("Language"), "language"),
    Column("zone", N_("Time zone")),
    Column("sending_entity_id", N_("Sending entity"), "entity"), Column("id", N_("Conversation"), "person"),
    Column("study_field", N_("Field of study"), "code"), Column("study_level", N_("Level of study"), "code"),
    Column("university", N_("University")), Column("languages", N_("Languages"), "codes"),
    Column("skills", N_("Skills"), "codes"), Column("about", N_("In their own words"), "long"),
    Column("available_from", N_("Available from"), "day"), Column("available_to", N_("Available until"), "day"),
    Column("wanted_products", N_("Wants"), "codes"), Column("wanted_fields", N_("Wanted fields"), "codes"),
    Column("wanted_countries", N_("Wanted countries"), "codes"),
    Column("completeness", N_("Complete"), "percent"), Column("registered_at", N_("Registered"), "moment"),
)  # fmt: skip


def _full_name(item: Json) -> str:
    return f"{item.get('given_name') or ''} {item.get('family_name') or ''}".strip() or "–"


PERSON = Family(
    "register/people", "applications", N_("Person"), READERS | {P},
    (View("register/people", N_("Register of people"), N_("Who signed up, the newest change first."), READERS,
          "/v1/people",
          (Column("name", N_("Name"), value=_full_name), Column("status", N_("Status"), "pill"),
           Column("email", N_("E-mail")), Column("phone", N_("Phone")), Column("country", N_("Country"), "country"),
           Column("completeness", N_("Complete"), "percent"), Column("registered_at", N_("Registered"), "moment")),
          new=("register",), one="/console/register/people/{id}",
          section="people", icon="people", empty=(N_("Nobody is registered yet"),
                                                  N_("Register somebody, or wait until they sign up."))),),
    "/v1/people/{id}", lambda item, names: _full_name(item), PERSON_FACTS,
    (Section("applications", N_("Applications"), "applications", "/v1/applications",
             (Column("id", N_("Application"), "application"), Column("opportunity_id", N_("Opportunity"),
                 "opportunity"),
              Column("status", N_("Status"), "pill"), Column("start_on", N_("First day"), "day")),
             params={"person_id": "{id}"}, empty=N_("No application yet.")),),
    PEOPLE,
)  # fmt: skip

CONTACT = (
    Box("name", N_("Name"), required=True), Box("position", N_("Position")),
    Box("email", N_("E-mail"), "email", required=True), Box("phone", N_("Phone"), "tel"),
    Box("language", N_("Language"), hint=N_("Two letters: en")), Box("main", N_("Main contact"), "yes"),
)  # fmt: skip
OWNERS = frozenset({E, H})
PARTNERS = (
    Action("register", N_("Register an enabler"), "POST", "/v1/enablers", OWNERS,
           (Box("hosting_entity_id", N_("Hosting entity"), "choice", own_committees, required=True),
            Box("kind", N_("Kind"), "choice", (("company", N_("Company")), ("ngo", N_("NGO")),
                                               ("school", N_("School"))),
                required=True),
            Box("name", N_("Name"), required=True), Box("contact_name", N_("Contact"), required=True),
            Box("email", N_("E-mail"), "email", required=True), Box("phone", N_("Phone"), "tel"),
            Box("language", N_("Language"), hint=N_("Two letters: en"))),
           done=N_("Registered."), weight="main", matched=False, fresh=True),
    Action("change", N_("Change"), "PATCH", "/v1/enablers/{id}", OWNERS,
           (Box("name", N_("Name"), required=True), Box("kind", N_("Kind"))), done=N_("Changed.")),
    Action("contact", N_("Add a contact"), "POST", "/v1/enablers/{id}/contacts", OWNERS, CONTACT,
           done=N_("The contact is added."), matched=False),
    Action("change_contact", N_("Change"), "PATCH", "/v1/enablers/{enabler_id}/contacts/{id}", OWNERS, CONTACT,
           done=N_("The contact is changed.")),
    Action("remove_contact", N_("Remove"), "DELETE", "/v1/enablers/{enabler_id}/contacts/{id}", OWNERS,
           when=lambda row: not row["main"], done=N_("The contact is removed."), weight="danger",
           sure=N_("Name and addresses of this contact are erased.")),
)  # fmt: skip
ENABLER = Family(
    "register/enablers", "applications", N_("Enabler"), READERS | {E},
    (View("register/enablers", N_("Register of enablers"), N_("NGOs, companies and schools that take interns."),
          READERS,
          "/v1/enablers",
          (Column("name", N_("Name")), Column("kind", N_("Kind"), "code"), Column("phase", N_("Phase"), "code"),
           Column("contact_name", N_("Contact")), Column("email", N_("E-mail")), Column("phone", N_("Phone")),
           Column("hosting_entity_id", N_("Hosting entity"), "entity")),
          new=("register",), one="/console/register/enablers/{id}",
          section="people", icon="company", empty=(N_("No enabler yet"),
                                                   N_("Register the first partner who takes interns."))),),
    "/v1/enablers/{id}", lambda item, names: str(item["name"]),
    (Column("kind", N_("Kind"), "code"), Column("phase", N_("Phase"), "code"), Column("profile", N_("Profile"),
        "code"),
     Column("contact_name", N_("Contact")), Column("email", N_("E-mail")), Column("phone", N_("Phone")),
     Column("language", N_("Language"), "language"), Column("hosting_entity_id", N_("Hosting entity"), "entity"),
     Column("id", N_("Conversation"), "enabler")),
    (Section("contacts", N_("Contacts"), "applications", "/v1/enablers/{id}/contacts",
             (Column("name", N_("Name")), Column("position", N_("Position")), Column("email", N_("E-mail")),
              Column("phone", N_("Phone")), Column("main", N_("Main contact"), "yes")),
             rows=("change_contact", "remove_contact")),
     Section("next", N_("What to do next"), "scoring", "/v1/enablers/{id}/next-action",
             (Column("title", N_("Action"), "told"), Column("channel", N_("Channel"), "code"),
              Column("evidence", N_("Evidence"))), roles=READERS)),
    PARTNERS,
)  # fmt: skip

MEMBERS = Family(
    "register/members", "applications", N_("Member"), READERS | {P},
    (View("register/members", N_("Register of members"), N_("Who applied, was selected, is active or has left."),
          READERS, "/v1/members",
          (Column("name", N_("Name"), value=_full_name), Column("role", N_("Role"), "code"),
           Column("status", N_("State"), "pill"), Column("entity_id", N_("Committee"), "entity"),
           Column("from_on", N_("From"), "day"), Column("to_on", N_("To"), "day"), Column("email", N_("E-mail"))),
          (Filter("status", N_("State"), options=options("applied", "selected", "active", "left")),
           Filter("entity_id", N_("Committee"), options=committees)),
          rows=("select", "activate", "leave"), one="/console/register/members/{id}", section="people", icon="person",
          empty=(N_("No members yet"), N_("Who applies to your committee appears here."))),),
    "/v1/members/{id}", lambda item, names: _full_name(item),
    (Column("role", N_("Role"), "code"), Column("status", N_("State"), "pill"),
     Column("entity_id", N_("Committee"), "entity"), Column("person_id", N_("Was here as"), "person"),
     Column("from_on", N_("From"), "day"), Column("to_on", N_("To"), "day"), Column("email", N_("E-mail"))), (),
    (Action("select", N_("Select"), "POST", "/v1/members/{id}/selection", STAFF,
            when=lambda item: "select" in item["possible_moves"], done=N_("Selected."), weight="main"),
     Action("activate", N_("Give the role"), "POST", "/v1/members/{id}/activation", STAFF,
            (Box("from_on", N_("From"), "date"), Box("to_on", N_("To"), "date")),
            lambda item: "activate" in item["possible_moves"], N_("The member is active."), weight="main"),
     Action("leave", N_("Leaves"), "POST", "/v1/members/{id}/leaving", STAFF | {P},
            (Box("to_on", N_("Last day"), "date"),), lambda item: "leave" in item["possible_moves"], N_("Left.")),
     Action("erase", N_("Erase this member's data"), "POST", "/v1/members/{id}/erasure", STAFF | {P}, weight="danger",
            matched=False, done=N_("Erased."),
            sure=N_("Name and address are erased in all rooms. This can't be undone."))),
)  # fmt: skip

COMMITTEE = (
    Box("name", N_("Name"), required=True), Box("email", N_("E-mail"), "email", required=True),
    Box("phone", N_("Phone"), "tel", required=True), Box("zone", N_("Time zone"), required=True),
)  # fmt: skip
COMMITTEES = Family(
    "committees", "applications", N_("Committee"), READERS,
    (View("committees", N_("Committees"), N_("Local, national and global entities."), READERS, "/v1/entities",
          (Column("name", N_("Name")), Column("kind", N_("Kind"), "code"), Column("country", N_("Country"), "country"),
           Column("email", N_("E-mail")), Column("phone", N_("Phone"))),
          new=("register",), one="/console/committees/{id}", section="system", icon="globe"),),
    "/v1/entities/{id}", lambda item, names: str(item["name"]),
    (Column("kind", N_("Kind"), "code"), Column("country", N_("Country"), "country"), Column("zone", N_("Time zone")),
     Column("email", N_("E-mail")), Column("phone", N_("Phone")), Column("parent_id", N_("Below"), "entity")), (),
    (Action("register", N_("Register a committee"), "POST", "/v1/entities", frozenset({G}),
            (Box("kind", N_("Kind"), "choice", (("local", N_("Local")), ("national", N_("National"))), required=True),
             Box("parent_id", N_("Below"), "choice", committees), *COMMITTEE,
             Box("country", N_("Country"), hint=N_("Two letters: SE"))),
            done=N_("Registered."), weight="main", matched=False, fresh=True),
     Action("change", N_("Change"), "PATCH", "/v1/entities/{id}", frozenset({G, N}), COMMITTEE, done=N_("Changed."))),
)  # fmt: skip


FAMILIES = (PERSON, ENABLER, MEMBERS, COMMITTEES)
