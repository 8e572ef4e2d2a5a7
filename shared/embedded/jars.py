"""Kafka's jar files: resolved from Maven's repository once per user, and refused when one differs from our list."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from shared.embedded.checks import CannotStart

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
LOGGING = "org.slf4j:slf4j-simple:1.7.36"
LIST = Path(__file__).with_name("kafka-jars.sha256")


def cache_folder() -> Path:
    """Downloads that every checkout of this user shares."""
    from platformdirs import user_cache_path

    given = os.environ.get("SOJOURN_CACHE_DIR")
    return Path(given).absolute() if given else user_cache_path("sojourn")


def kafka_jars(cache: Path | None = None) -> list[Path]:
    """The jars of the class path, each checked; downloaded when the cache doesn't hold them yet."""
    cache = cache or cache_folder()
    folder = cache / "kafka-4.3.1"
    folder.mkdir(parents=True, exist_ok=True)
    with open(cache / "kafka.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another checkout may be downloading right now
        if any(not (folder / name).exists() for name in expected()):
            _resolve_apart(cache)
    return verify(folder)


def expected() -> dict[str, str]:
    """File name → SHA-256, from the committed list."""
    lines = LIST.read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def verify(folder: Path) -> list[Path]:
    wanted = expected()
    for name, digest in wanted.items():
        if sha256(folder / name) != digest:
            raise CannotStart(f"{folder / name} differs from the list {LIST.name}; delete it to fetch it again")
    return [folder / name for name in wanted]


def sha256(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _resolve_apart(cache: Path) -> None:
    """In a process of its own: the resolver's imports are heavy and warn, and nothing else here needs them."""
    print("Fetching Apache Kafka's jars (42 MB, once)…", file=sys.stderr, flush=True)
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "shared.embedded.jars", str(cache)], capture_output=True, text=True
    )
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotStart(f"Apache Kafka's jars can't be fetched from Maven's repository: {reason}")


def resolve(cache: Path) -> list[Path]:
    """Resolve with jgo in a Maven repository of our own (~/.m2 may be written by others at the same time)."""
    from jgo.env import EnvironmentBuilder, LinkStrategy
    from jgo.maven import MavenContext

    mirror = os.environ.get("SOJOURN_MAVEN_REPOSITORY")
    repository = cache / "maven"
    remotes = {"central": mirror} if mirror else None  # None: Maven's own
    context = MavenContext(repo_cache=repository, remote_repos=remotes, timeout=30)
    try:
        with tempfile.TemporaryDirectory() as links:
            builder = EnvironmentBuilder(context=context, cache_dir=Path(links), link_strategy=LinkStrategy.AUTO)
            return _keep(builder.from_endpoint(f"{KAFKA}+{LOGGING}").all_jars, cache / "kafka-4.3.1")
    finally:
        shutil.rmtree(repository, ignore_errors=True)  # a download cut short would be taken for whole the next time


def _keep(jars: list[Path], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for jar in jars:
        draft = folder / f".{jar.name}"
        shutil.copyfile(jar, draft)
        draft.replace(folder / jar.name)
    return [folder / jar.name for jar in jars]


if __name__ == "__main__":
    resolve(Path(sys.argv[1]))
