#!/usr/bin/env bash
# The whole system in containers, and the story driven against it (make stack). Takes everything down at the end.
#   --keep       leaves the stack up and prints its addresses      --down      only takes down what --keep left
#   --standins   uses stand-in images without asking a registry    --no-story  stops after all is healthy
# Own package index or certificate authority: PIP_INDEX_URL, SOJOURN_PIP_CONF, SOJOURN_CA_BUNDLE (or PIP_CERT).
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/engine.sh

keep='' standins='' story=yes
for argument in "$@"; do
    case "$argument" in
        --keep) keep=yes ;;
        --standins) standins=yes ;;
        --no-story) story='' ;;
        --down) down; exit ;;
        *) say "unknown argument $argument"; sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
    esac
done

began=$SECONDS
step() { printf '%4ds  %s\n' $((SECONDS - began)) "$*"; }

finish() {
    local status=$?
    [ "$status" = 0 ] || troubles
    if [ "$keep" ]; then
        addresses
    else
        step "taking the stack down"
        down >/dev/null 2>&1 || true
    fi
    exit "$status"
}

need_engine
choose_images
deploy/secrets.sh >/dev/null
choose_ports
step "building the images on $SOJOURN_PYTHON_IMAGE"
build
trap finish EXIT
step "starting: $SOJOURN_KAFKA_IMAGE, $SOJOURN_POSTGRES_IMAGE, five rooms"
compose --profile development up --detach --no-build >"$log" 2>&1 || { tail -20 "$log" >&2; exit 1; }
wait_healthy 400
step "every container is healthy"
if [ "$story" ]; then
    compose --profile story run --rm --no-deps story
    step "the story was seen from end to end"
fi
