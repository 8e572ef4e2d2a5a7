"""Search: a row of words and codes per opportunity that is found and per person who is looking, kept by triggers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.storage.ddl import statements

revision = "0006"
down_revision = "0005"

# Words are folded before they are stemmed, in rows and in queries alike: "Müller", "muller" and "MULLER" are one word,
# and every stemmer sees what people type without a keyboard for its language. Nothing here needs an extension.
WORDS = r"""
CREATE FUNCTION search_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT translate(
    CASE WHEN octet_length(words) = length(words) THEN lower(words) ELSE
        regexp_replace(normalize(replace(replace(replace(lower(words), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), NFKD),
            '[\u0300-\u036f]+', '', 'g') END,
    'øłđıðþ' || $p$!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~«»„“”‘’‚…–—·•¡¿§©®$p$,
    'oldidt' || repeat(' ', 60)) $$;

CREATE FUNCTION search_stemmers(place text) RETURNS regconfig[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array(SELECT jsonb_array_elements_text('{
    "ar": ["arabic"], "ca": ["catalan"], "da": ["danish"], "de": ["german"], "el": ["greek"], "en": ["english"],
    "es": ["spanish"], "eu": ["basque"], "fi": ["finnish"], "fr": ["french"], "ga": ["irish"], "hi": ["hindi"],
    "hu": ["hungarian"], "hy": ["armenian"], "id": ["indonesian"], "it": ["italian"], "lt": ["lithuanian"],
    "nb": ["norwegian"], "ne": ["nepali"], "nl": ["dutch"], "nn": ["norwegian"], "no": ["norwegian"],
    "pt": ["portuguese"], "ro": ["romanian"], "ru": ["russian"], "sr": ["serbian"], "sv": ["swedish"],
    "ta": ["tamil"], "tr": ["turkish"], "yi": ["yiddish"],
    "AE": ["arabic"], "AM": ["armenian"], "AR": ["spanish"], "AT": ["german"], "BE": ["dutch", "french"],
    "BH": ["arabic"], "BO": ["spanish"], "BR": ["portuguese"], "BY": ["russian"], "CA": ["french"],
    "CH": ["german", "french", "italian"], "CI": ["french"], "CL": ["spanish"], "CM": ["french"], "CO": ["spanish"],
    "CR": ["spanish"], "CY": ["greek"], "DE": ["german"], "DK": ["danish"], "DO": ["spanish"], "DZ": ["arabic"],
    "EC": ["spanish"], "EG": ["arabic"], "ES": ["spanish"], "FI": ["finnish", "swedish"], "FR": ["french"],
    "GR": ["greek"], "GT": ["spanish"], "HU": ["hungarian"], "ID": ["indonesian"], "IN": ["hindi"],
    "IT": ["italian"], "JO": ["arabic"], "KZ": ["russian"], "LB": ["arabic"], "LT": ["lithuanian"], "LU": ["french"],
    "MA": ["arabic", "french"], "MD": ["romanian"], "MX": ["spanish"], "MZ": ["portuguese"], "NL": ["dutch"],
    "NO": ["norwegian"], "NP": ["nepali"], "PA": ["spanish"], "PE": ["spanish"], "PT": ["portuguese"],
    "PY": ["spanish"], "RO": ["romanian"], "RS": ["serbian"], "RU": ["russian"], "SA": ["arabic"], "SE": ["swedish"],
    "SN": ["french"], "SV": ["spanish"], "TN": ["arabic", "french"], "TR": ["turkish"], "UY": ["spanish"],
    "VE": ["spanish"]
    }'::jsonb -> split_part(place, '-', 1)) UNION SELECT 'english')::regconfig[] $$;

CREATE FUNCTION search_words(strong text, more text, stemmers regconfig[]) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
    top text := search_fold(strong);
    rest text := search_fold(more);
    first tsvector := to_tsvector('pg_catalog.simple', top);
    whole tsvector := to_tsvector('pg_catalog.simple', rest);
    stemmer regconfig;
BEGIN
    FOREACH stemmer IN ARRAY stemmers LOOP
        first := first || to_tsvector(stemmer, top);
        whole := whole || to_tsvector(stemmer, rest);
    END LOOP;
    RETURN strip(first) || strip(whole)
        || array_to_tsvector(array(SELECT '=' || lexeme FROM unnest(tsvector_to_array(first)) AS lexeme
            WHERE octet_length(lexeme) < 2000));
END $$;

CREATE FUNCTION search_query(words text, typing boolean, mark text, stemmers regconfig[]) RETURNS tsquery
LANGUAGE sql STABLE PARALLEL SAFE AS
$$
WITH token AS (
    SELECT p.token, number, number = max(number) OVER () AS last,
        EXISTS (SELECT FROM unnest(stemmers) AS s WHERE length(to_tsvector(s, p.token)) = 0) AS filler
    FROM ts_parse('default', left(search_fold(words), 400)) WITH ORDINALITY AS p(tokid, token, number)
    WHERE p.tokid <> 12
), kept AS (
    SELECT * FROM token WHERE NOT filler OR (last AND typing) OR (SELECT bool_and(filler) FROM token)
    ORDER BY number LIMIT 12
), form AS (
    SELECT number, token AS form, last AND typing AND length(token) >= 3 AS begins FROM kept
    UNION
    SELECT number, lexeme, false
    FROM kept, unnest(stemmers) AS s, unnest(tsvector_to_array(to_tsvector(s, token))) AS lexeme
    WHERE lexeme <> token
), word AS (
    SELECT number, string_agg(
        '''' || replace(replace(mark || form, '\', '\\'), '''', '''''') || ''''
            || CASE WHEN begins THEN ':*' ELSE '' END,
        ' | ' ORDER BY form) AS either
    FROM form GROUP BY number
)
SELECT string_agg('(' || either || ')', ' & ' ORDER BY number)::tsquery FROM word
$$;

-- What outsiders may read of a text that somebody wrote about themselves: no address, number, link or name in it.
CREATE FUNCTION search_masked(words text, given_name text, family_name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
DECLARE
    shown text := words;
    name text;
BEGIN
    IF words = '' THEN
        RETURN words;
    END IF;
    shown := regexp_replace(shown, '\S+@\S+|(https?://|www\.)\S+|@\w+|\+?\d[\d ()./-]{5,}\d', '…', 'gi');
    FOREACH name IN ARRAY regexp_split_to_array(
        concat_ws(' ', given_name, family_name, search_fold(given_name), search_fold(family_name)), '\s+') LOOP
        IF length(name) > 1 AND position(lower(name) IN lower(shown)) > 0 THEN
            shown := regexp_replace(shown, '\m' || regexp_replace(name, '(\W)', '\\\1', 'g')
                || CASE WHEN length(name) > 3 THEN '\w*' ELSE '\M' END, '…', 'gi');
        END IF;
    END LOOP;
    RETURN shown;
END $$;
"""

OPPORTUNITIES = r"""
CREATE FUNCTION search_opportunity_codes(wanted uuid[])
RETURNS TABLE (id uuid, kind text, value text, facet boolean) LANGUAGE sql STABLE AS
$$
SELECT DISTINCT o.id, c.kind, c.value, c.kind NOT IN ('entity', 'text', 'month', 'weeks')
FROM opportunity o, LATERAL (
    VALUES ('product', o.product), ('field', o.field), ('country', o.country), ('entity', o.hosting_entity_id::text),
        ('text', o.country)
    UNION ALL SELECT 'language', unnest(o.languages)
    UNION ALL SELECT 'skill', unnest(o.skills)
    UNION ALL SELECT unnest(ARRAY['month', 'weeks']),
        unnest(ARRAY[to_char(s.start_on, 'YYYY-MM'), ((s.end_on - s.start_on + 7) / 7)::text])
    FROM slot s WHERE s.opportunity_id = o.id AND s.openings > 0
) AS c(kind, value)
WHERE o.id = ANY (wanted) AND c.value IS NOT NULL
$$;

-- The row is held first: what another transaction did to another slot meanwhile is seen by the statements after that.
CREATE FUNCTION search_put_opportunities(wanted uuid[]) RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM FROM opportunity WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO search_code (kind, value)
    SELECT DISTINCT c.kind, c.value FROM search_opportunity_codes(wanted) c
    WHERE NOT EXISTS (SELECT FROM search_code s WHERE s.kind = c.kind AND s.value = c.value)
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    WITH found AS (
        INSERT INTO opportunity_search (id, words, facets, codes, weekly_hours, starts, ends, closes, takes_until,
            posted_at, start_on, active_at)
        SELECT o.id,
            search_words(concat_ws(' ', o.title, o.field, array_to_string(o.skills, ' ')),
                concat_ws(' ', o.description, o.requirements, o.city), search_stemmers(o.country)),
            coded.facets, coded.codes, o.weekly_hours, slots.starts, slots.ends, slots.closes, slots.takes_until,
            coalesce(o.posted_at, o.changed_at), slots.starts[1], o.changed_at
        FROM opportunity o
        JOIN (
            SELECT c.id, coalesce(array_agg(s.id) FILTER (WHERE facet), '{}') AS facets,
                coalesce(array_agg(s.id) FILTER (WHERE NOT facet), '{}') AS codes
            FROM search_opportunity_codes(wanted) c JOIN search_code s USING (kind, value) GROUP BY c.id
        ) coded USING (id)
        JOIN (
            SELECT opportunity_id, array_agg(s.start_on ORDER BY s.start_on, s.id) AS starts,
                array_agg(s.end_on ORDER BY s.start_on, s.id) AS ends,
                array_agg(search_closes(close_on, p.zone) ORDER BY s.start_on, s.id) AS closes,
                max(search_closes(close_on, p.zone)) AS takes_until
            FROM slot s JOIN opportunity p ON p.id = s.opportunity_id
            WHERE opportunity_id = ANY (wanted) AND s.openings > 0 GROUP BY opportunity_id
        ) slots ON slots.opportunity_id = o.id
        WHERE o.status = 'open'
        ON CONFLICT (id) DO UPDATE SET words = excluded.words, facets = excluded.facets, codes = excluded.codes,
            weekly_hours = excluded.weekly_hours, starts = excluded.starts, ends = excluded.ends,
            closes = excluded.closes, takes_until = excluded.takes_until, posted_at = excluded.posted_at,
            start_on = excluded.start_on, active_at = excluded.active_at
        RETURNING *
    ), sampled AS (
        INSERT INTO opportunity_sample SELECT * FROM found WHERE get_byte(uuid_send(id), 15) % 8 = 0
        ON CONFLICT (id) DO UPDATE SET words = excluded.words, facets = excluded.facets, codes = excluded.codes,
            weekly_hours = excluded.weekly_hours, starts = excluded.starts, ends = excluded.ends,
            closes = excluded.closes, takes_until = excluded.takes_until, posted_at = excluded.posted_at,
            start_on = excluded.start_on, active_at = excluded.active_at
    ), gone AS (
        DELETE FROM opportunity_search WHERE id = ANY (wanted) AND id NOT IN (SELECT id FROM found)
    )
    DELETE FROM opportunity_sample WHERE id = ANY (wanted) AND id NOT IN (SELECT id FROM found);
END $$;

-- The moment from which a slot takes no applications: the end of its last day, where the work is.
CREATE FUNCTION search_closes(close_on date, zone text) RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT (close_on + 1)::timestamp AT TIME ZONE zone $$;

CREATE FUNCTION search_opportunity_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM search_put_opportunities(ARRAY[NEW.id]); RETURN NULL; END $$;
-- A new one is found with its first slot.
CREATE TRIGGER opportunity_is_searched AFTER UPDATE OF status, product, field, title, description, city,
    country, zone, weekly_hours, requirements, skills, languages, hosting_entity_id, posted_at
    ON opportunity FOR EACH ROW EXECUTE FUNCTION search_opportunity_changed();

CREATE FUNCTION search_slots_new() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM search_put_opportunities(array(SELECT DISTINCT opportunity_id FROM fresh)); RETURN NULL; END $$;
CREATE TRIGGER new_slots_are_searched AFTER INSERT ON slot REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION search_slots_new();
CREATE FUNCTION search_slot_changed() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM search_put_opportunities(ARRAY[OLD.opportunity_id]);
    ELSE
        PERFORM search_put_opportunities(ARRAY[NEW.opportunity_id]);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER slot_is_gone AFTER DELETE ON slot FOR EACH ROW EXECUTE FUNCTION search_slot_changed();
CREATE TRIGGER slot_change_is_searched AFTER UPDATE OF start_on, end_on, close_on, openings ON slot FOR EACH ROW
    WHEN ((OLD.start_on, OLD.end_on, OLD.close_on, OLD.openings > 0)
        IS DISTINCT FROM (NEW.start_on, NEW.end_on, NEW.close_on, NEW.openings > 0))
    EXECUTE FUNCTION search_slot_changed();
CREATE FUNCTION search_opportunity_gone() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    DELETE FROM opportunity_search WHERE id = OLD.id;
    DELETE FROM opportunity_sample WHERE id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER opportunity_is_gone AFTER DELETE ON opportunity FOR EACH ROW EXECUTE FUNCTION search_opportunity_gone();
"""

PEOPLE = r"""
CREATE FUNCTION search_person_codes(wanted uuid[])
RETURNS TABLE (id uuid, kind text, value text, facet boolean) LANGUAGE sql STABLE AS
$$
SELECT DISTINCT p.id, c.kind, c.value, c.facet FROM person p, LATERAL (
    VALUES ('country', p.country, true), ('entity', p.sending_entity_id::text, false),
        ('study_field', p.study_field, false), ('study_level', p.study_level, false), ('text', p.language, false)
    UNION ALL SELECT 'product', unnest(p.wanted_products), true
    UNION ALL SELECT 'field', unnest(p.wanted_fields), true
    UNION ALL SELECT 'language', unnest(p.languages), true
    UNION ALL SELECT 'skill', unnest(p.skills), true
    UNION ALL SELECT 'wanted_country', unnest(p.wanted_countries), false
) AS c(kind, value, facet)
WHERE p.id = ANY (wanted) AND c.value IS NOT NULL
$$;

CREATE FUNCTION search_put_people(wanted uuid[]) RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
    INSERT INTO search_code (kind, value)
    SELECT DISTINCT c.kind, c.value FROM search_person_codes(wanted) c
    WHERE NOT EXISTS (SELECT FROM search_code s WHERE s.kind = c.kind AND s.value = c.value)
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    WITH found AS (
        INSERT INTO person_search (id, words, names, facets, codes, available_from, available_to,
            registered_at, active_at)
        SELECT p.id,
            search_words(concat_ws(' ', p.study_field, array_to_string(p.skills, ' '),
                    array_to_string(p.wanted_fields, ' ')),
                concat_ws(' ', masked.about, p.university), search_stemmers(p.language)),
            search_words('', concat_ws(' ', p.given_name, p.family_name, p.email), '{}'),
            coded.facets, coded.codes, coalesce(p.available_from, '1900-01-01'),
            coalesce(p.available_to, '2199-12-31'), p.registered_at, p.changed_at
        FROM person p
        JOIN (
            SELECT c.id, coalesce(array_agg(s.id) FILTER (WHERE facet), '{}') AS facets,
                coalesce(array_agg(s.id) FILTER (WHERE NOT facet), '{}') AS codes
            FROM search_person_codes(wanted) c JOIN search_code s USING (kind, value) GROUP BY c.id
        ) coded USING (id),
        LATERAL (SELECT search_masked(p.about, p.given_name, p.family_name) AS about) masked
        WHERE p.looking AND p.email <> 'erased-' || p.id || '@invalid'
        ON CONFLICT (id) DO UPDATE SET words = excluded.words, names = excluded.names, facets = excluded.facets,
            codes = excluded.codes, available_from = excluded.available_from,
            available_to = excluded.available_to, registered_at = excluded.registered_at,
            active_at = excluded.active_at
        RETURNING *
    ), sampled AS (
        INSERT INTO person_sample SELECT * FROM found WHERE get_byte(uuid_send(id), 15) % 32 = 0
        ON CONFLICT (id) DO UPDATE SET words = excluded.words, names = excluded.names, facets = excluded.facets,
            codes = excluded.codes, available_from = excluded.available_from,
            available_to = excluded.available_to, registered_at = excluded.registered_at,
            active_at = excluded.active_at
    ), gone AS (
        DELETE FROM person_search WHERE id = ANY (wanted) AND id NOT IN (SELECT id FROM found)
    )
    DELETE FROM person_sample WHERE id = ANY (wanted) AND id NOT IN (SELECT id FROM found);
END $$;

-- An import of very many people may put this off: it sets sojourn.search_later to on in its transactions, and then
-- calls search_catch_up until nothing waits. Meanwhile the new people are not found; nothing else is stale.
CREATE FUNCTION search_people_new() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF current_setting('sojourn.search_later', true) = 'on' THEN
        INSERT INTO search_waiting (id) SELECT id FROM fresh ON CONFLICT DO NOTHING;
    ELSE
        PERFORM search_put_people(array(SELECT id FROM fresh));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER new_people_are_searched AFTER INSERT ON person REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION search_people_new();
CREATE FUNCTION search_person_changed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM search_put_people(ARRAY[NEW.id]); RETURN NULL; END $$;
CREATE TRIGGER person_is_searched AFTER UPDATE OF sending_entity_id, given_name, family_name, email, country, language,
    study_field, study_level, university, languages, skills, about, available_from, available_to, wanted_products,
    wanted_fields, wanted_countries, looking, registered_at
    ON person FOR EACH ROW EXECUTE FUNCTION search_person_changed();
CREATE FUNCTION search_person_gone() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    DELETE FROM person_search WHERE id = OLD.id;
    DELETE FROM person_sample WHERE id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER person_is_gone AFTER DELETE ON person FOR EACH ROW EXECUTE FUNCTION search_person_gone();

CREATE FUNCTION search_catch_up(most int) RETURNS int LANGUAGE plpgsql AS
$$
DECLARE
    taken uuid[];
BEGIN
    WITH next AS (
        DELETE FROM search_waiting WHERE id IN (SELECT id FROM search_waiting LIMIT most FOR UPDATE SKIP LOCKED)
        RETURNING id
    )
    SELECT coalesce(array_agg(id), '{}') INTO taken FROM next;
    PERFORM FROM person WHERE id = ANY (taken) ORDER BY id FOR NO KEY UPDATE;
    PERFORM search_put_people(taken);
    RETURN cardinality(taken);
END $$;
"""

# Rows that are there already: in one go.
FILL = """
SELECT search_put_opportunities(array(SELECT id FROM opportunity));
SELECT search_put_people(array(SELECT id FROM person));
"""


def _opportunities(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("facets", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("codes", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("weekly_hours", sa.Integer(), nullable=False),
        sa.Column("starts", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("ends", postgresql.ARRAY(sa.Date()), nullable=False),
        sa.Column("closes", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        sa.Column("takes_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _people(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("words", postgresql.TSVECTOR(), nullable=False),
        sa.Column("names", postgresql.TSVECTOR(), nullable=False),
        sa.Column("facets", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("codes", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=False),
        sa.Column("available_to", sa.Date(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def upgrade() -> None:
    op.create_table(
        "search_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "value", name="search_code_once"),
    )
    op.create_table("search_waiting", sa.Column("id", sa.Uuid(), nullable=False), sa.PrimaryKeyConstraint("id"))
    for name in ("opportunity_search", "opportunity_sample"):
        _opportunities(name)
    for name in ("person_search", "person_sample"):
        _people(name)
    for script in (WORDS, OPPORTUNITIES, PEOPLE, FILL):
        for statement in statements(script):
            op.execute(sa.text(statement.replace(":", r"\:")))
    for table, orders in (
        ("opportunity_search", ("posted_at", "start_on", "active_at")),
        ("person_search", ("registered_at", "available_from", "active_at")),
    ):
        for column in orders:
            op.create_index(f"{table}_by_{column}", table, [column, "id"], unique=False)
    # Pending lists stay short, because every search reads them.
    pending = {"gin_pending_list_limit": 256}
    for table in ("opportunity_search", "opportunity_sample", "person_search", "person_sample"):
        op.create_index(
            f"{table}_found", table, ["words", "facets", "codes"], postgresql_using="gin", postgresql_with=pending
        )
    for table in ("person_search", "person_sample"):
        op.create_index(f"{table}_named", table, ["names"], postgresql_using="gin", postgresql_with=pending)
