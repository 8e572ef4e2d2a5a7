#!/bin/sh
# Installs /opt/requirements.txt into /opt/venv; build secrets name another index or certificate authority, if any.
set -eu
[ ! -s /run/secrets/ca_bundle ] || export PIP_CERT=/run/secrets/ca_bundle
[ -s /run/secrets/pip_conf ] || unset PIP_CONFIG_FILE
/opt/installer/bin/pip --python /opt/venv/bin/python install --quiet --requirement /opt/requirements.txt
