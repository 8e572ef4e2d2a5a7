"""A population for the search measurements: opportunities and people with skewed fields, four languages, by seed."""

import asyncpg

PORTION = 20_000
VOCABULARY = {
    "en": (
        "data project team work students development design marketing research support software customers analysis "
        "learning teaching children english events social media energy climate finance reports sales international "
        "experience culture leadership community school language content testing backend mobile cloud security "
        "machine statistics product strategy logistics health nutrition tourism engineering laboratory construction "
        "accounting volunteering sustainability workshops planning communication photography journalism translation "
        "law policy biology chemistry robotics automation agriculture forestry hospitality music theatre sports"
    ),
    "ro": (
        "proiect echipă dezvoltare studenți învățare școală copii limba engleză marketing cercetare date analiză "
        "energie climă finanțe rapoarte vânzări experiență cultură conducere comunitate conținut testare securitate "
        "statistică produs strategie logistică sănătate turism inginerie laborator construcții contabilitate "
        "voluntariat ateliere planificare comunicare fotografie jurnalism traducere drept biologie chimie robotică"
    ),
    "sv": (
        "projekt lag utveckling studenter lärande skola barn engelska marknadsföring forskning data analys energi "
        "klimat ekonomi rapporter försäljning erfarenhet kultur ledarskap gemenskap innehåll testning säkerhet "
        "statistik produkt strategi logistik hälsa turism teknik laboratorium bygg bokföring volontär verkstad "
        "planering kommunikation fotografi journalistik översättning juridik biologi kemi robotik jordbruk skogsbruk"
    ),
    "de": (
        "Projekt Gruppe Entwicklung Studierende Lernen Schule Kinder Englisch Werbung Forschung Daten Auswertung "
        "Energie Klima Finanzen Berichte Verkauf Erfahrung Kultur Führung Gemeinschaft Inhalte Prüfung Sicherheit "
        "Statistik Produkt Strategie Logistik Gesundheit Tourismus Technik Labor Bau Buchhaltung Freiwilligendienst "
        "Werkstätten Planung Verständigung Fotografie Journalismus Übersetzung Recht Biologie Chemie Robotik"
    ),
}
COUNTRIES = (
    "IN BR RO DE SE MX EG TR PL CO ID CN PE ES IT HU PT LK VN UA NL AT CZ GR MA TN FI DK NO KE GH UG AR CL BG RS"
)
FIELDS = (
    "business_administration computer_science marketing education finance engineering human_resources design "
    "communication social_work law health tourism agriculture languages"
)
SKILLS = (
    "english teamwork excel python sql marketing teaching design writing leadership java photoshop javascript sales "
    "research accounting statistics first_aid negotiation figma react cad translation video matlab seo php docker r "
    "public_speaking project_management machine_learning data_analysis customer_service event_planning gis autocad "
    "journalism photography laboratory welding cooking surveying robotics cad_cam spss tableau kotlin rust haskell"
)
LANGUAGES = "en ro es de fr pt sv hi ar tr id it hu pl zh nl ru"
LOCAL_ENTITIES = 400


def pick(words: str, skew: float) -> str:
    """Zipf's law, roughly: the place of what is picked is the count times a power of chance."""
    return f"({words})[1 + floor(cardinality({words}) * power(random(), {skew}))::int]"


def picks(words: str, skew: float, many: int) -> str:
    """A few of them, none twice; `n` makes it new for every row."""
    return f"array(SELECT DISTINCT {pick(words, skew)} FROM generate_series(n, n + {many - 1}))"


def prose(many: int) -> str:
    """Words of the row's language, one in fifty of them rare."""
    rare = "'studio' || floor(power(random(), 2) * 40000)::int"
    word = f"CASE WHEN random() < 0.02 + k * 0 THEN {rare} ELSE {pick('words', 1.6)} END"
    return f"(SELECT string_agg({word}, ' ') FROM generate_series(n, n + {many} + n % 5) AS k)"


WORDS = """CASE country WHEN 'RO' THEN $8::text[] WHEN 'SE' THEN $9::text[] WHEN 'DE' THEN $10::text[]
    ELSE $7::text[] END"""
SPEAKS = "CASE country WHEN 'RO' THEN 'ro' WHEN 'SE' THEN 'sv' WHEN 'DE' THEN 'de' ELSE 'en' END"
PRODUCTS = "ARRAY['talent', 'volunteer', 'teacher']"
# The world, 35 countries, and local committees below them in turn.
ENTITIES = """
INSERT INTO entity (id, parent_id, kind, name, country, zone, email, phone, version, changed_at)
SELECT md5('entity' || n)::uuid, md5('entity' || above)::uuid, kind, 'Entity ' || n, country, 'UTC',
    'lc@sojourn.example', '+40700000000', 1, now()
FROM (
    SELECT n, CASE WHEN n > m THEN 1 + n % m WHEN n > 0 THEN 0 END AS above,
        CASE WHEN n = 0 THEN 'world' WHEN n <= m THEN 'national' ELSE 'local' END AS kind,
        CASE WHEN n > 0 THEN ($1::text[])[1 + (n - 1) % m] END AS country
    FROM (SELECT cardinality($1::text[]) AS m) AS nations, generate_series(0, m + $2::int) AS n
) AS tree
"""
PATHS = """
WITH RECURSIVE tree AS (
    SELECT id, ARRAY[id] AS path FROM entity WHERE parent_id IS NULL
    UNION ALL SELECT e.id, path || e.id FROM entity e JOIN tree ON e.parent_id = tree.id
) INSERT INTO entity_path SELECT id, path FROM tree
"""
ENABLERS = """
INSERT INTO enabler (id, hosting_entity_id, kind, name, contact_name, email, language, version, changed_at)
SELECT md5('enabler' || n)::uuid, md5('entity' || 36 + n % 400)::uuid, 'company', 'Enabler ' || n, 'Maja Lind',
    'maja@norrsken.example', 'sv', 1, now() FROM generate_series(1, 1000) AS n
"""
OPPORTUNITIES = f"""
INSERT INTO opportunity (id, enabler_id, hosting_entity_id, product, field, title, description, city, country, zone,
    weekly_hours, pay, accommodation, arrival, openings, start_on, end_on, skills, languages, posted_at, version,
    changed_at)
SELECT md5('opportunity' || n)::uuid, md5('enabler' || 1 + n % 1000)::uuid, md5('entity' || 36 + n % 400)::uuid,
    product, {pick("$4::text[]", 1.8)}, {prose(3)}, {prose(40)}, 'Uppsala', country, 'UTC',
    CASE product WHEN 'talent' THEN 35 ELSE 25 END + floor(random() * 8)::int, '500 EUR a month', 'A room',
    'Met at the station', 1 + n % 4, day, day + 42 + floor(power(random(), 2) * 480)::int, {picks("$5::text[]", 2, 4)},
    {picks("$6::text[]", 3, 2)}, now() - random() * interval '400 days', 1, now() - random() * interval '60 days'
FROM (
    SELECT n, country, {pick(PRODUCTS, 1.5)} AS product,
        {WORDS} AS words,
        current_date + 20 + floor(random() * 300)::int AS day
    FROM (SELECT n, {pick("$3::text[]", 2)} AS country FROM generate_series($1::int, $2::int) AS n) AS place
) AS drawn
"""
SLOTS = """
INSERT INTO slot (id, opportunity_id, start_on, end_on, close_on, capacity, openings, version, changed_at)
SELECT md5('slot' || k || o.id)::uuid, o.id, start_on + 60 * k, end_on + 60 * k, start_on + 60 * k - 10, 4, openings, 1,
    now()
FROM opportunity o, generate_series(0, 1) AS k WHERE k = 0 OR get_byte(uuid_send(o.id), 3) < 64
"""
PEOPLE = f"""
INSERT INTO person (id, sending_entity_id, given_name, family_name, email, phone, country, language, zone, study_field,
    study_level, university, languages, skills, about, available_from, available_to, wanted_products, wanted_fields,
    wanted_countries, looking, registered_at, version, changed_at)
SELECT md5('person' || n)::uuid, md5('entity' || 36 + n % 400)::uuid, 'Ioana' || n % 997, 'Serban' || n % 4999,
    'p' || n || '@sojourn.example', '+40721000000', country, language, 'UTC', {pick("$4::text[]", 1.8)},
    {pick("ARRAY['bachelor', 'master', 'graduate', 'doctorate']", 1.5)},
    'University ' || n % 300, {picks("$6::text[]", 3, 3)},
    {picks("$5::text[]", 2, 5)}, {prose(15)}, day, day + 90 + floor(random() * 300)::int,
    {picks(PRODUCTS, 1.5, 2)}, {picks("$4::text[]", 1.8, 2)},
    {picks("$3::text[]", 2, 3)}, random() < 0.98,
    now() - random() * interval '700 days', 1, now() - random() * interval '200 days'
FROM (
    SELECT n, country, {SPEAKS} AS language,
        {WORDS} AS words,
        current_date - 60 + floor(random() * 360)::int AS day
    FROM (SELECT n, {pick("$3::text[]", 2)} AS country FROM generate_series($1::int, $2::int) AS n) AS place
) AS drawn
"""


def _words() -> list[list[str]]:
    lists = [COUNTRIES, FIELDS, SKILLS, LANGUAGES, *(VOCABULARY[language] for language in ("en", "ro", "sv", "de"))]
    return [text.split() for text in lists]


async def populate(connection: asyncpg.Connection, opportunities: int, people: int) -> None:
    """Rows of the room, and by its own functions the rows of search; indexes are made when all are in."""
    await connection.execute("SET statement_timeout = 0; SET jit = off; SET max_parallel_maintenance_workers = 0")
    await connection.execute("SELECT setseed(0.42)")
    words = _words()
    await connection.execute(ENTITIES, words[0], LOCAL_ENTITIES)
    await connection.execute(PATHS)
    await connection.execute(ENABLERS)
    indexes = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename ~ '_(search|sample)$' AND indexname !~ '_pkey$'"
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    for table, statement, count in (("opportunity", OPPORTUNITIES, opportunities), ("person", PEOPLE, people)):
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for first in range(1, count + 1, PORTION):
            await connection.execute(statement, first, min(first + PORTION - 1, count), *words)
        await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    await connection.execute("ALTER TABLE slot DISABLE TRIGGER USER")
    await connection.execute(SLOTS)
    await connection.execute("ALTER TABLE slot ENABLE TRIGGER USER")
    for table, put, count in (
        ("opportunity", "search_put_opportunities", opportunities),
        ("person", "search_put_people", people),
    ):
        for first in range(1, count + 1, PORTION):
            last = min(first + PORTION - 1, count)
            ids = f"SELECT md5('{table}' || n)::uuid FROM generate_series({first}, {last}) AS n"
            await connection.execute(f"SELECT {put}(array({ids}))")
    await connection.execute("SET maintenance_work_mem = '512MB'")
    for index in indexes:
        await connection.execute(index["indexdef"])
    await connection.execute("VACUUM ANALYZE")
