#!/usr/bin/env bash
# Makes stand-in images where none can be pulled: python (Debian by debootstrap), postgres (Debian's packages),
# kafka (Debian's Java and the jars of shared/embedded, checked by their SHA-256). Needs root, debootstrap, docker.
#   deploy/standins.sh            builds what is missing and prints the variables that select the stand-ins
#   deploy/standins.sh --rebuild  builds all three again
set -euo pipefail
cd "$(dirname "$0")/.."

suite=bookworm
python_image=sojourn-standin/python:$suite
postgres_image=sojourn-standin/postgres:15
kafka_image=sojourn-standin/kafka:4.3.1
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/sojourn-standins.XXXXXX")
trap 'rm -rf --one-file-system "$scratch"' EXIT

say() { printf '%s\n' "$*" >&2; }

missing() { [ "${rebuild:-}" ] || ! docker image inspect "$1" >/dev/null 2>&1; }

need() {
    command -v "$1" >/dev/null || { say "$1 is missing: $2"; exit 2; }
}

python_base() {
    need debootstrap "apt-get install debootstrap"
    say "python: debootstrap $suite (about a minute)"
    debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$scratch/tree" \
        >"$scratch/debootstrap.log" 2>&1 || { tail -20 "$scratch/debootstrap.log" >&2; exit 1; }
    ln -s ../../bin/python3 "$scratch/tree/usr/local/bin/python"
    rm -f "$scratch"/tree/var/cache/apt/archives/*.deb
    tar -C "$scratch/tree" -c . | docker import --change 'CMD ["python"]' - "$python_image" >/dev/null
}

server() { # target, image
    say "$1: from Debian's packages"
    docker build --quiet --target "$1" --build-arg BASE_IMAGE="$python_image" --tag "$2" "$scratch/context" >/dev/null
}

context() {
    [ -d "$scratch/context" ] || cp -r deploy/standins "$scratch/context"
    mkdir -p "$scratch/context/libs"
}

kafka_jars() {
    local python=.venv/bin/python
    [ -x "$python" ] || { say "kafka: .venv is missing (make tools)"; exit 2; }
    "$python" -c 'from shared.embedded.jars import kafka_jars; print(*kafka_jars(), sep="\n")' >"$scratch/jars"
    xargs -d '\n' cp -t "$scratch/context/libs" <"$scratch/jars"
}

need docker "apt-get install docker.io"
[ "${1:-}" != --rebuild ] || rebuild=yes
if missing "$python_image"; then python_base; fi
if missing "$postgres_image"; then context; server postgres "$postgres_image"; fi
if missing "$kafka_image"; then context; kafka_jars; server kafka "$kafka_image"; fi

cat <<END
SOJOURN_PYTHON_IMAGE=$python_image
SOJOURN_POSTGRES_IMAGE=$postgres_image
SOJOURN_KAFKA_IMAGE=$kafka_image
END
