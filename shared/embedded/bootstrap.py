# coding: utf-8
"""Makes .venv from the hashed pins, once per change of them: `bootstrap.py embedded|dev`, `bootstrap.py clean`.

It is the first thing that runs on a new machine, so it keeps to the words that an old Python understands too.
"""

from __future__ import print_function

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
DATA = os.environ.get("SOJOURN_DATA_DIR") or os.path.join(ROOT, ".sojourn")
OLDEST = (3, 11)
LEAST_FREE_BYTES = 2000000000


def refuse(line):
    print("sojourn: " + line, file=sys.stderr)
    sys.exit(2)


def check_python():
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11):
        newer = on_path("python3.%d" % minor)
        if newer and subprocess.call([newer, "-c", "import ensurepip"], stderr=subprocess.PIPE) == 0:
            os.execv(newer, [newer, os.path.abspath(__file__)] + sys.argv[1:])
    refuse("Python %d.%d is too old: 3.11 or newer is needed (set PYTHON=…)" % sys.version_info[:2])


def on_path(program):
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, program)
        if os.access(path, os.X_OK):
            return path
    return None


def check_venv_module():
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        name = "python%d.%d-venv" % sys.version_info[:2]
        refuse("this Python can't make virtual environments: install the Debian package %s" % name)


def check_space():
    free = shutil.disk_usage(ROOT).free
    if free < LEAST_FREE_BYTES:
        refuse("only %.2f GB free under %s; the environment needs 2 GB" % (free / 1e9, ROOT))


def venv_python():
    return os.path.join(VENV, "bin", "python")


def fingerprint(group):
    """Of all that decides what is installed: the environment's Python, the pins and the project's own declaration."""
    digest = hashlib.sha256(ROOT.encode("utf-8"))
    pins = os.path.join("requirements", group + ".txt")
    for name in (os.path.join(VENV, "pyvenv.cfg"), pins, "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def stamp(group):
    return os.path.join(VENV, "." + group + ".stamp")


def is_current(group):
    try:
        with open(stamp(group)) as file:
            return file.read() == fingerprint(group) and os.path.exists(venv_python())
    except (IOError, OSError):
        return False


def install(group):
    pins = os.path.join(ROOT, "requirements", group + ".txt")
    print("Setting up .venv from requirements/%s.txt (once)…" % group, file=sys.stderr)
    if not os.path.exists(venv_python()):
        check_venv_module()
        check_space()
        run([sys.executable, "-m", "venv", "--clear", VENV])
    pip = [venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run(pip + ["--require-hashes", "-r", pins])
    run(pip + ["--no-deps", "--no-build-isolation", "-e", ROOT], silent=True)
    for name in ("embedded", "dev"):  # dev holds all that embedded asks for
        if name == group or group == "dev":
            with open(stamp(name), "w") as file:
                file.write(fingerprint(name))


def run(command, silent=False):
    """What is silent speaks when it fails."""
    said = subprocess.PIPE if silent else None
    process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
    _, complaint = process.communicate()
    if process.returncode != 0:
        if complaint:
            print(complaint.decode("utf-8", "replace"), file=sys.stderr)
        refuse("the environment could not be set up: `%s` failed" % " ".join(command[:4]))


def clean():
    refuse_while_running()
    place = os.path.join(DATA, "postgres", "location")
    if os.path.exists(place):  # where PostgreSQL's own user had to keep its files
        with open(place) as file:
            shutil.rmtree(file.read().strip(), ignore_errors=True)
    for folder in (DATA, VENV):
        shutil.rmtree(folder, ignore_errors=True)


def refuse_while_running():
    import fcntl

    try:
        with open(os.path.join(DATA, "lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        refuse("the system is running on %s; stop it first" % DATA)
    except (IOError, OSError):
        pass


def main():
    check_python()
    wanted = sys.argv[1] if len(sys.argv) > 1 else "embedded"
    if wanted == "clean":
        clean()
    elif not is_current(wanted):
        install(wanted)


if __name__ == "__main__":
    main()
