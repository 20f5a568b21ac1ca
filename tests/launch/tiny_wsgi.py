"""A WSGI application for the real web server: `/slow` takes two seconds; every answer is the number of the process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable


def app(environ: dict[str, str], start_response: Callable[..., object]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/slow":
        time.sleep(2)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
