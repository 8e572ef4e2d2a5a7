#!/usr/bin/env bash
# Fills deploy/secrets (ignored by git) with random values for a stack on this machine; what is there is kept.
# Names are those of shared/settings.py: a container reads its secrets as files from SOJOURN_SECRETS_DIR.
set -euo pipefail
cd "$(dirname "$0")/.."

rooms="applications surveys notifications scoring journeys"
folder=${SOJOURN_SECRETS:-deploy/secrets}
umask 077
mkdir -p "$folder"
chmod 0700 "$folder"

has() { [ -s "$folder/$1" ]; }

put() { # the value comes on standard input. The folder is ours alone, so that containers may read the files in it
    cat >"$folder/.$1"
    chmod 0444 "$folder/.$1"
    mv "$folder/.$1" "$folder/$1"
}

base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }

bytes() { tail -c "+$(($2 + 1))" "$1" | head -c 32 | base64url; }

development_key() { # P-256 as a JWK; in DER the secret starts at byte 7, the point's halves at 57 and 89
    local der
    der=$(mktemp)
    openssl ecparam -name prime256v1 -genkey -noout -outform DER >"$der"
    printf '{"kty":"EC","crv":"P-256","d":"%s","x":"%s","y":"%s"}\n' \
        "$(bytes "$der" 7)" "$(bytes "$der" 57)" "$(bytes "$der" 89)"
    rm -f "$der"
}

database_url() {
    printf 'postgresql://sojourn_%s:%s@postgres:5432/sojourn_%s\n' "$1" "$(openssl rand -hex 24)" "$1"
}

has postgres_password || openssl rand -hex 24 | put postgres_password
has sojourn_link_key || openssl rand -hex 32 | put sojourn_link_key
has development_key.json || development_key | put development_key.json
for room in $rooms; do
    has "sojourn_${room}_database_url" || database_url "$room" | put "sojourn_${room}_database_url"
done
# Empty until the brokers and the mail server ask for one; compose wants the files to be there.
for name in sojourn_kafka_password sojourn_smtp_password; do
    [ -e "$folder/$name" ] || put "$name" </dev/null
done
echo "secrets are in $folder"
