#!/usr/bin/env bash
# Runs once, on an empty data folder: a database and an owner for each room, from the room's own database URL.
# No room can connect to another one's database.
set -euo pipefail

for file in /run/secrets/sojourn_*_database_url; do
    url=$(<"$file")
    rest=${url#*://}
    ROOM_USER=${rest%%:*}
    rest=${rest#*:}
    ROOM_PASSWORD=${rest%%@*}
    ROOM_DATABASE=${rest##*/}
    export ROOM_USER ROOM_PASSWORD ROOM_DATABASE
    psql -v ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv room_user ROOM_USER
\getenv room_password ROOM_PASSWORD
\getenv room_database ROOM_DATABASE
CREATE ROLE :"room_user" LOGIN PASSWORD :'room_password';
CREATE DATABASE :"room_database" OWNER :"room_user";
REVOKE ALL ON DATABASE :"room_database" FROM PUBLIC;
SQL
    echo "database $ROOM_DATABASE"
done
