"""The web server: gunicorn with gevent, `gunicorn -c python:community.gunicorn_conf wsgi:app`."""

from gevent import monkey

monkey.patch_all()  # before anything imports sockets or threads

import gc  # noqa: E402
import os  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from collections.abc import Mapping  # noqa: E402

import gevent  # noqa: E402
from gunicorn.arbiter import Arbiter  # noqa: E402
from gunicorn.http.message import Request  # noqa: E402
from gunicorn.http.wsgi import Response  # noqa: E402
from gunicorn.workers.base import Worker  # noqa: E402

from community.app import import_domains  # noqa: E402
from community.config import Config  # noqa: E402
from community.launch.launcher import raise_file_limit  # noqa: E402

import_domains()  # once, before the workers are forked; each makes its own application
_config = Config.load()
raise_file_limit()

bind = _config.bind
worker_class = "gevent"
workers = _config.web_workers
worker_connections = 12_000
backlog = 2048
timeout = 60
graceful_timeout = 15
keepalive = 5
max_requests = 0
"""A recycled worker would cut every socket it holds."""
reuse_port = True
"""Keep-alive connections spread over the workers."""
control_socket_disable = True
"""The control socket has one path for all instances of a user."""
loglevel = "warning"


def on_starting(arbiter: Arbiter) -> None:
    """Wait for the set-up, which runs while we import the application."""
    if _config.start_gate is not None:
        os.read(_config.start_gate, 1)


def post_request(worker: Worker, request: Request, environ: Mapping[str, object], response: Response) -> None:
    """Let the others have their turn: a busy keep-alive connection starves them otherwise."""
    gevent.sleep(0)


def post_worker_init(worker: Worker) -> None:
    """Leave what stays out of garbage collection, and close the sockets when the worker is asked to end.

    Without the first a tenth of each page goes into walking over modules and templates; without the second the end waits
    for the sockets all its graceful time.
    """
    from community.realtime import hub

    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)

    def say_goodbye() -> None:
        while worker.alive:
            time.sleep(0.25)
        hub.close_all(1012, "service restart")

    threading.Thread(target=say_goodbye, name="goodbye", daemon=True).start()
