# What deploy/stack.sh asks of the container engine; sourced by it, never run alone.
# shellcheck shell=bash

export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-sojourn-stack}
rooms="applications surveys notifications scoring journeys"
log=$(mktemp "${TMPDIR:-/tmp}/sojourn-stack.XXXXXX")

say() { printf '%s\n' "$*" >&2; }

need_engine() {
    command -v docker >/dev/null || { say "docker is missing (Debian: apt-get install docker.io)"; exit 2; }
    docker info >/dev/null 2>&1 || { say "no docker engine answers at ${DOCKER_HOST:-its usual socket}"; exit 2; }
    docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null ||
        { say "Docker Compose is missing (Debian: apt-get install docker-compose)"; exit 2; }
}

compose() {
    if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi
}

present() { docker image inspect "$1" >/dev/null 2>&1 || docker pull --quiet "$1" >/dev/null 2>&1; }

choose_images() { # the named or official ones; stand-ins when asked for, or when one can't be had
    export SOJOURN_PYTHON_IMAGE=${SOJOURN_PYTHON_IMAGE:-python:3.12-slim}
    export SOJOURN_POSTGRES_IMAGE=${SOJOURN_POSTGRES_IMAGE:-postgres:18}
    export SOJOURN_KAFKA_IMAGE=${SOJOURN_KAFKA_IMAGE:-apache/kafka:4.3.1}
    if [ ! "$standins" ] && present "$SOJOURN_PYTHON_IMAGE" && present "$SOJOURN_POSTGRES_IMAGE" &&
        present "$SOJOURN_KAFKA_IMAGE"; then
        return
    fi
    say "the images can't be pulled here: using stand-ins (deploy/standins.sh)"
    local made
    made=$(deploy/standins.sh)
    while IFS='=' read -r name value; do export "$name=$value"; done <<<"$made"
}

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() { # the wanted one, or the next that nobody listens on
    local port=$1
    while taken "$port"; do port=$((port + 10)); done
    echo "$port"
}

choose_ports() { # what runs keeps its own; a port that somebody else has is replaced
    local room wanted running port=8101
    for room in $rooms; do
        wanted="SOJOURN_${room^^}_PORT"
        running=$(published "$room-api" 8000)
        publish "$room" "${running:-$(free_port "${!wanted:-$port}")}"
        port=$((port + 1))
    done
    running=$(published mail 8125)
    export SOJOURN_MAIL_PORT="${running:-$(free_port "${SOJOURN_MAIL_PORT:-8125}")}"
    export SOJOURN_MAIL_URL="http://127.0.0.1:$SOJOURN_MAIL_PORT"
}

publish() { # room, port
    export "SOJOURN_${1^^}_PORT=$2" "SOJOURN_${1^^}_URL=http://127.0.0.1:$2"
}

published() { # service, port inside; nothing when it isn't published
    { compose --profile development port "$1" "$2" 2>/dev/null || true; } | cut -d: -f2
}

build() { # each image once; a certificate authority and an index of one's own go in as secrets, by Compose v2 only
    local room images="mail story" files=(-f docker-compose.yml)
    for room in $rooms; do images+=" migrate-$room"; done
    export SOJOURN_CA_BUNDLE=${SOJOURN_CA_BUNDLE:-${PIP_CERT:-/dev/null}}
    if docker compose version >/dev/null 2>&1; then
        files+=(-f deploy/compose.build.yml)
    else
        export DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1
    fi
    # shellcheck disable=SC2086  # a list of names
    compose "${files[@]}" --profile development --profile story build $images >"$log" 2>&1 ||
        { tail -40 "$log" >&2; exit 1; }
}

containers() { docker ps --all --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" "$@"; }

unwell() { # what isn't healthy yet or any more; on a busy machine that passes
    containers --filter health=starting
    containers --filter health=unhealthy
    containers --filter status=restarting
}

falls_again_and_again() {
    local id
    for id in $(containers); do
        [ "$(docker inspect --format '{{.RestartCount}}' "$id")" -lt 5 ] || return 0
    done
    return 1
}

wait_healthy() { # seconds
    local deadline=$((SECONDS + $1))
    while [ -n "$(unwell)" ]; do
        if [ "$SECONDS" -ge "$deadline" ] || falls_again_and_again; then return 1; fi
        sleep 2
    done
}

troubles() { # what isn't well, with its last words
    local id
    for id in $(unwell) $(containers --filter status=exited); do
        [ "$(docker inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$id")" != "exited 0" ] || continue
        say "--- $(docker inspect --format '{{.Name}}: {{.State.Status}}, exit code {{.State.ExitCode}}' "$id")"
        docker logs --tail 30 "$id" >&2 2>&1
    done
}

addresses() {
    local room name
    for room in $rooms; do
        name="SOJOURN_${room^^}_URL"
        printf '%-14s %s/docs\n' "$room" "${!name}"
    done
    printf '%-14s %s\n' "mail inbox" "$SOJOURN_MAIL_URL"
    echo "take it down with: deploy/stack.sh --down"
}

down() {
    compose --profile development --profile story --profile observability down --volumes --remove-orphans --timeout 20
}
