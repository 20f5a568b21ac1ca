"""A private instance: embedded servers, the production web server and nothing of the operator's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from community.config import Config
from community.embedded import resolve_services

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Instance:
    """A running private instance."""

    url: str
    bind: str
    config: Config
    environment: Mapping[str, str]
    web: psutil.Process

    def processes(self) -> list[psutil.Process]:
        """Everything that works for a page: web workers, PostgreSQL and Valkey."""
        return [self.web, *self.web.children(recursive=True), *embedded_servers(self.config.instance_dir)]


@contextmanager
def private_instance(*, workers: int = 2) -> Iterator[Instance]:
    """Start servers, migrate, and serve; everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="community-bench-"))
    folder.chmod(0o755)
    services = resolve_services(folder, None, None)
    bind = f"127.0.0.1:{free_port()}"
    environment = {
        **os.environ, "DATABASE_URL": services.database_url, "DATABASE_OWNER_URL": services.database_owner_url,
        "REDIS_URL": services.redis_url, "BIND": bind, "BASE_URL": f"http://{bind}", "INSTANCE_DIR": str(folder),
        "WEB_WORKERS": str(workers), "RATE_LIMIT_FACTOR": "1000000", "LOG_JSON": "true",
    }
    config = Config(database_url=services.database_url, database_owner_url=services.database_owner_url,
                    redis_url=services.redis_url, bind=bind, base_url=f"http://{bind}", instance_dir=folder)
    try:
        subprocess.run([sys.executable, "-m", "community", "migrate"], env=environment, cwd=ROOT, check=True,
                       stderr=subprocess.DEVNULL)
        with serving("wsgi:app", environment, bind) as web:
            yield Instance(f"http://{bind}", bind, config, environment, web)
    finally:
        services.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(app: str, environment: Mapping[str, str], bind: str) -> Iterator[psutil.Process]:
    """The production web server with an application, until the block ends."""
    log = tempfile.TemporaryFile()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:community.gunicorn_conf", app]
    process = subprocess.Popen(command, env={**environment, "BIND": bind}, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_until_served(f"http://{bind}/healthz", process)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A TCP port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_served(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once `url` answers 200. Raises RuntimeError when the process ends before, or after 30 s."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError("the web server did not start") from None
            time.sleep(0.1)
    raise RuntimeError("the web server does not answer")


def embedded_servers(folder: Path) -> list[psutil.Process]:
    """The embedded servers of the instance: those with its folder in their command line, and their children."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["name", "cmdline"]):
        line = " ".join(process.info["cmdline"] or [])
        if process.info["name"] in ("postgres", "valkey-server") and folder.name in line:
            found += [process, *process.children(recursive=True)]
    return list(dict.fromkeys(found))
