"""What a stranger meets first: ./start, its secrets, and the settings' refusals."""

import base64
import fcntl
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from importlib import metadata

import pytest
from django.conf import settings

from crm import demo_secrets
from tools import place

PRODUCTION = {
    "PATH": os.environ["PATH"],
    "GUIBIN_ENV_FILE": os.devnull,
    "GUIBIN_MODE": "production",
    "SECRET_KEY": "long enough for these tests and used for nothing else in the world",
    "FIELD_KEYS": "one:a2V5,two:a2V5",
    "FIELD_KEY_CURRENT": "two",
    "BLIND_INDEX_KEY": "a2V5",
    "AUDIT_KEY": "a2V5",
    "SITE_URL": "https://guibin.bank.example",
    "EMAIL_URL": "smtp://mail.bank.example:25",
}

SUPERVISOR = """
import os, sys
from tools.supervisor import Supervisor
supervisor = Supervisor(env=dict(os.environ), cwd=os.getcwd())
supervisor.add("child", [sys.executable, "-uc", sys.argv[1]])
sys.exit(supervisor.watch(ready=lambda: True, announce=lambda: print("up", flush=True)))
"""


def read_settings(var, show="MODE", **environment):
    """What a process of its own makes of these variables."""
    return subprocess.run(
        [sys.executable, "-c", f"from crm import settings; print(settings.{show})"],
        cwd=settings.BASE_DIR,
        env={**environment, "GUIBIN_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )


def supervise(child):
    """A supervisor in a process of its own, with this code as its only child."""
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, child],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
        process_group=0,
    )


def test_production_starts_when_everything_is_named(tmp_path):
    assert read_settings(tmp_path, **PRODUCTION).stdout == "production\n"


@pytest.mark.parametrize(
    "name",
    sorted(PRODUCTION.keys() - {"PATH", "GUIBIN_ENV_FILE", "GUIBIN_MODE"}),
)
def test_production_refuses_to_run_without(tmp_path, name):
    environment = {key: value for key, value in PRODUCTION.items() if key != name}

    refused = read_settings(tmp_path, **environment)

    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].endswith(f"Set the {name} environment variable")


def test_djangos_deployment_check_finds_nothing_in_production(tmp_path):
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={**PRODUCTION, "GUIBIN_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stdout + checked.stderr == ("System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize("change", [{"GUIBIN_DEBUG": "1"}, {"FIELD_KEY_CURRENT": "three"}])
def test_production_refuses_unsafe_settings(tmp_path, change):
    refused = read_settings(tmp_path, **{**PRODUCTION, **change})

    assert "ImproperlyConfigured" in refused.stderr


def test_without_any_setting_it_is_production_and_refuses(tmp_path):
    refused = read_settings(tmp_path, PATH=os.environ["PATH"], GUIBIN_ENV_FILE=os.devnull)

    assert refused.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_the_demo_makes_its_own_secrets_and_later_commands_find_them(tmp_path):
    bare = {"PATH": os.environ["PATH"], "GUIBIN_ENV_FILE": os.devnull}

    first = read_settings(tmp_path, show="SECRET_KEY", GUIBIN_MODE="demo", **bare)
    later = read_settings(tmp_path, show="SECRET_KEY", **bare)

    assert len(first.stdout) > 64
    assert later.stdout == first.stdout


def test_demo_secrets_belong_to_their_owner_and_never_change(tmp_path):
    path = demo_secrets.ensure(tmp_path / "var" / "secrets.env")
    before = path.read_text()
    demo_secrets.ensure(path)
    kept = dict(line.split("=", 1) for line in before.splitlines())

    assert path.read_text() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert len(base64.b64decode(kept["FIELD_KEYS"].removeprefix("demo:"))) == 32


def start(var, *options):
    """What ./start answers at once, with its data in `var`."""
    return subprocess.run(
        [sys.executable, "start", *options],
        cwd=settings.BASE_DIR,
        env={**os.environ, "GUIBIN_VAR": str(var)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_taken_port_is_named_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = start(tmp_path, "--port", str(port))

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith(f"Port {port} can't be used")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_what_is_no_port_is_said_in_one_line(tmp_path, port):
    refused = start(tmp_path, "--port", port)

    assert refused.returncode == 2
    assert f"{port} is no port: take one from 1024 to 65535" in refused.stderr.splitlines()[-1]


@pytest.mark.parametrize("options", [[], ["--setup"], ["--reset"], ["--port", "8999"]])
def test_whoever_starts_second_is_told_of_the_first(tmp_path, options):
    with (tmp_path / "start.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        refused = start(tmp_path, *options)

    assert refused.returncode == 1
    assert refused.stderr == f"Guibin runs already with the data in {tmp_path}.\n"


def test_a_step_that_fails_says_why_where_and_what_to_look_at():
    failing = (sys.executable, "-c", "import sys; sys.exit('No route to host')")

    with pytest.raises(SystemExit) as left:
        place.run(*failing, step="Installing Python packages", hint="Is this machine online?")

    assert str(left.value).splitlines() == [
        "No route to host",
        "Set-up stopped at: Installing Python packages. Is this machine online?",
    ]


@pytest.mark.parametrize("command", ["start", "test"])
def test_an_old_python_is_told_what_is_needed(command):
    old = f"import sys, runpy; sys.version_info = (3, 9, 1); runpy.run_path({command!r})"

    refused = subprocess.run(
        [sys.executable, "-c", old],
        cwd=settings.BASE_DIR,
        env={"PATH": "", "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert refused.stderr == "Guibin needs Python 3.11 or newer; this is 3.9.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_everything_that_was_started(number):
    with supervise("import signal; print('child'); signal.pause()") as supervisor:
        lines = {supervisor.stdout.readline(), supervisor.stdout.readline()}
        supervisor.send_signal(number)
        supervisor.stdout.read()  # ends when nobody is left to write

    assert lines == {"up\n", "child\n"}
    assert supervisor.returncode == 0


def test_a_program_that_dies_is_started_again(tmp_path):
    lives = tmp_path / "lives"
    child = (
        f"import pathlib, signal; lives = pathlib.Path({str(lives)!r})\n"
        "second = lives.exists(); lives.touch()\n"
        "if second: print('second life'); signal.pause()"
    )

    with supervise(child) as supervisor:
        said = {supervisor.stdout.readline() for _ in range(3)}
        supervisor.terminate()
        supervisor.stdout.read()

    assert said == {
        "up\n",
        "The child ended (exit code 0); starting it again.\n",
        "second life\n",
    }
    assert supervisor.returncode == 0


def test_settings_come_from_the_environment_before_the_file(tmp_path, monkeypatch):
    file = tmp_path / "env"
    file.write_text("# a note\nexport DATABASE_URL='postgres://db/one'\nSITE_URL=http://file\n")
    monkeypatch.setenv("GUIBIN_ENV_FILE", str(file))
    monkeypatch.setenv("SITE_URL", "http://environment")
    monkeypatch.delenv("DATABASE_URL")

    assert place.setting("DATABASE_URL") == "postgres://db/one"
    assert place.setting("SITE_URL") == "http://environment"
    assert place.setting("REDIS_URL") == ""


def test_reset_removes_what_the_demo_made_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("GUIBIN_VAR", str(tmp_path))
    for name in ("guibin.sqlite3", "guibin.sqlite3-wal", "secrets.env", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "broker" / "messages").mkdir(parents=True)

    place.reset()

    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_no_package_of_the_product_has_a_licence_that_a_bank_cannot_ship():
    lock = (settings.BASE_DIR / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE))
    there = {re.sub("[-_.]+", "-", one.name).lower(): one for one in metadata.distributions()}
    licences = {
        (name, text.partition("\n")[0])
        for name in locked & there.keys()
        for line in ("License-Expression", "License", "Classifier")
        for text in there[name].metadata.get_all(line, [])
    }

    strict = re.compile(r"(?<!L)GPL|(?<!Lesser )General Public")  # LGPL may be linked to
    assert len(locked & there.keys()) > 50
    assert {(name, text) for name, text in licences if strict.search(text)} == set()
