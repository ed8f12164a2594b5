"""A real PostgreSQL and Java for the tests: those on the machine, else installed from Debian where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _installed(package: str) -> None:
    """Installs a Debian package, as root on a Debian; elsewhere the test cannot run and says what it needs."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        pytest.skip(f"needs {package}, and only root on a Debian could install it here")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "-y", "install", package]):
        subprocess.run(command, check=True, env=environment, capture_output=True, timeout=600)


def _program(name: str) -> str | None:
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(versions[-1]) if versions else shutil.which(name)


def _open_parents(folder: Path) -> None:
    """Lets another user reach a folder of pytest's."""
    for parent in folder.parents:
        if any(part.startswith("pytest-") for part in parent.parts) and parent.owner() == "root":
            parent.chmod(parent.stat().st_mode | 0o055)


def java() -> None:
    """Makes sure that there is a Java for Spark."""
    if not shutil.which("java"):
        _installed("openjdk-17-jre-headless")


@contextmanager
def postgres(folder: Path) -> Iterator[list[str]]:
    """A server of its own, on a socket in the folder; the psql command for it."""
    if not _program("initdb"):
        _installed("postgresql")
    initdb, control, psql = _program("initdb"), _program("pg_ctl"), _program("psql")
    assert initdb
    assert control
    assert psql
    own = []
    if os.geteuid() == 0:  # the server refuses to run as root
        own = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
        folder.chmod(0o755)
        _open_parents(folder)
    data = folder / "data"

    def run(*command: str) -> None:
        quiet = subprocess.DEVNULL  # a pipe would stay open in the server
        subprocess.run([*own, *command], check=True, stdout=quiet, stderr=quiet, cwd=folder, timeout=120)

    run(initdb, "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run(control, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield [*own, psql, "-h", str(folder), "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-X", "-q", "postgres"]
    finally:
        run(control, "-D", str(data), "-m", "immediate", "stop")


@contextmanager
def mariadb(folder: Path) -> Iterator[list[str]]:
    """A server of MariaDB of its own, on a socket in the folder; the command of a client for it."""
    server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    if not Path(server).exists():
        _installed("mariadb-server")
    user = "mysql" if os.geteuid() == 0 else str(os.geteuid())
    if user == "mysql":
        shutil.chown(folder, user)
        _open_parents(folder)
    own = ["--no-defaults", f"--datadir={folder / 'data'}", *([f"--user={user}"] if user == "mysql" else [])]
    install = ["mariadb-install-db", *own, "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    options = ["--skip-networking", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}"]
    process = subprocess.Popen([server, *own, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = ["mariadb", "--no-defaults", "-u", "root", "-S", str(folder / "s"), "--default-character-set=utf8mb4"]
    try:
        for _ in range(300):
            made = subprocess.run(
                [*client, "-e", "CREATE DATABASE t CHARACTER SET utf8mb4"], capture_output=True, check=False
            )
            if made.returncode == 0:
                break
            time.sleep(0.1)
        yield [*client, "--local-infile=1", "--batch", "--raw", "t"]
    finally:
        process.terminate()
        process.wait(60)
