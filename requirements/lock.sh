#!/bin/sh
# Pins every dependency group of pyproject.toml with hashes; `make lock ARGS=--upgrade` takes newer versions.
set -eu
cd "$(dirname "$0")/.."
UV=.venv/bin/uv
export UV_CUSTOM_COMPILE_COMMAND="make lock"

pin() {
    group=$1; shift
    "$UV" pip compile pyproject.toml --group "$group" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --quiet "$@" --output-file "requirements/$group.txt"
    echo "requirements/$group.txt: $(grep -c '==' "requirements/$group.txt") packages"
}

pin dev "$@"
for group in embedded applications surveys notifications scoring journeys mail story; do
    rm -f "requirements/$group.txt"
    pin "$group" --constraint requirements/dev.txt
done
