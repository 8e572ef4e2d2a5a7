"""The scripts of deploy/: secrets are random, kept and never in the repository; the probe tells well from unwell."""

import json
import os
import re
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.probe import healthy
from tests.deploy.files import DEPLOY, ROOMS, ROOT, compose, tracked

SCRIPTS = sorted(path.relative_to(ROOT) for path in DEPLOY.rglob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_a_script_can_be_read_by_its_shell(script):
    first = (ROOT / script).read_text().splitlines()[0]
    shell = "sh" if first == "#!/bin/sh" else "bash"
    assert subprocess.run([shell, "-n", script], cwd=ROOT, capture_output=True, text=True).stderr == ""


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stack") / "secrets"
    make_secrets(folder)
    return folder


def make_secrets(folder):
    subprocess.run(
        [DEPLOY / "secrets.sh"], env=os.environ | {"SOJOURN_SECRETS": str(folder)}, check=True, capture_output=True
    )


def test_every_secret_of_the_stack_is_made(secrets):
    wanted = {secret["file"].rsplit("/", 1)[1].rstrip("}") for secret in compose()["secrets"].values()}
    assert {path.name for path in secrets.iterdir()} == wanted


def test_secrets_are_kept_when_made_again(secrets):
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    make_secrets(secrets)
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before


def test_only_their_owner_reaches_the_secrets_and_containers_can_read_them(secrets):
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o444}


def test_every_room_has_a_database_and_a_password_of_its_own(secrets):
    shape = r"postgresql://sojourn_(\w+):([0-9a-f]{48})@postgres:5432/sojourn_(\w+)\n"
    urls = [re.fullmatch(shape, (secrets / f"sojourn_{room}_database_url").read_text()) for room in ROOMS]
    assert [(url[1], url[3]) for url in urls] == [(room, room) for room in ROOMS]
    assert len({url[2] for url in urls}) == len(ROOMS)


def test_the_development_key_signs_tokens(secrets):
    key = ECKey.import_key(json.loads((secrets / "development_key.json").read_text()))
    token = jwt.encode({"alg": "ES256"}, {"sub": "me"}, key)
    public = ECKey.import_key(key.as_dict(private=False))
    assert jwt.decode(token, public).claims == {"sub": "me"}


def test_no_secret_is_in_the_repository():
    assert tracked("deploy/secrets") == ["deploy/secrets/.gitignore"]
    ignored = subprocess.run(
        ["git", "check-ignore", "deploy/secrets/anything", "deploy/production.env"], cwd=ROOT, capture_output=True
    )
    assert ignored.stdout.decode().split() == ["deploy/secrets/anything", "deploy/production.env"]


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Answer) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_a_ready_process_is_healthy(server):
    assert healthy(f"{server}/readyz")


def test_a_process_that_is_not_ready_is_unhealthy(server):
    assert not healthy(f"{server}/not-ready")


def test_a_process_that_does_not_listen_is_unhealthy():
    assert not healthy("http://127.0.0.1:9/readyz")
