#!/usr/bin/env bash
# What the official image's entry point promises, as far as our compose file asks for it:
# POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD[_FILE], POSTGRES_INITDB_ARGS and /docker-entrypoint-initdb.d.
set -euo pipefail

owner=${POSTGRES_USER:-postgres}

first_start() {
    local password=${POSTGRES_PASSWORD:-}
    [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(<"$POSTGRES_PASSWORD_FILE")
    if [ -z "$password" ]; then
        echo "POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must be set" >&2
        exit 1
    fi
    mkdir -p "$PGDATA"
    # shellcheck disable=SC2086  # the official image splits these arguments too
    initdb --username="$owner" --pwfile=<(printf '%s\n' "$password") ${POSTGRES_INITDB_ARGS:-}
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    pg_ctl -D "$PGDATA" -w -o "-c listen_addresses=''" start
    if [ "${POSTGRES_DB:-$owner}" != postgres ]; then
        psql -v ON_ERROR_STOP=1 -U "$owner" -d postgres -c "CREATE DATABASE \"${POSTGRES_DB:-$owner}\""
    fi
    run_init_files
    pg_ctl -D "$PGDATA" -m fast -w stop
}

run_init_files() {
    local file
    export POSTGRES_USER="$owner" POSTGRES_DB="${POSTGRES_DB:-$owner}"
    for file in /docker-entrypoint-initdb.d/*; do
        case "$file" in
            *.sh) bash "$file" ;;
            *.sql) psql -v ON_ERROR_STOP=1 -U "$owner" -d "$POSTGRES_DB" -f "$file" ;;
        esac
    done
}

if [ "${1:-}" = postgres ]; then
    [ -s "$PGDATA/PG_VERSION" ] || first_start
    set -- "$@" -c listen_addresses='*'
fi
exec "$@"
