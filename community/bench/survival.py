"""What a crash costs: writers go on while web, worker, PostgreSQL and Valkey are killed in turn; nothing may be lost or doubled."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil
from flask import Flask
from rich.console import Console
from sqlalchemy import text

from community.accounts import services as accounts
from community.accounts.devices import Device
from community.accounts.models import User
from community.app import create_app
from community.bench.instance import ROOT, embedded_servers, free_port, wait_until_served
from community.bench.pages import cookie_of
from community.comments import services as comments
from community.communities import services as communities
from community.communities.viewers import of_user
from community.config import Config
from community.core import crypto
from community.core.clock import now
from community.core.transactions import unit_of_work
from community.core.viewer import for_community
from community.embedded import resolve_services
from community.extensions import db
from community.posts import services as posts
from community.posts.drafting import Draft

VICTIMS = ("web worker", "web", "worker", "postgres", "valkey")
PAUSE = 3.0
WRITERS = 4


@dataclass
class Outcome:
    """What was seen. All but the first four have to be zero."""

    acknowledged: int = 0
    sent: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    missing: int = 0
    doubled: int = 0
    notifications_missing: int = 0
    notifications_doubled: int = 0
    undelivered: int = 0

    @property
    def is_clean(self) -> bool:
        return not (self.missing or self.doubled or self.notifications_missing or self.notifications_doubled
                    or self.undelivered)


@dataclass(frozen=True)
class Stage:
    """A served instance with a post on which replies are written."""

    bind: str
    path: str
    parent: str
    cookie: str
    app: Flask
    folder: Path
    serve: psutil.Process


def main(*, count: int, target: Path | None) -> None:
    """Run and report. Raises SystemExit(1) when anything was lost or doubled."""
    console = Console()
    with _stage() as stage:
        outcome = Outcome()
        tokens = _write(stage, count, outcome, console)
        _judge(stage, tokens, outcome)
    console.print_json(json.dumps(asdict(outcome)))
    if target is not None:
        target.write_text(json.dumps(asdict(outcome), indent=2))
    if not outcome.is_clean:
        raise SystemExit(1)


@contextmanager
def _stage() -> Iterator[Stage]:
    folder = Path(tempfile.mkdtemp(prefix="community-survival-"))
    folder.chmod(0o755)
    bind = f"127.0.0.1:{free_port()}"
    environment = {key: value for key, value in os.environ.items()
                   if key not in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")}
    environment |= {"INSTANCE_DIR": str(folder), "BIND": bind, "BASE_URL": f"http://{bind}",
                    "RATE_LIMIT_FACTOR": "1000000"}
    with (folder / "serve.log").open("wb") as log:
        serve = subprocess.Popen([sys.executable, "-m", "community", "serve"], env=environment, cwd=ROOT,
                                 stdout=log, stderr=log)
    services = resolve_services(folder, None, None)
    try:
        wait_until_served(f"http://{bind}/readyz", serve)
        config = Config(database_url=services.database_url, redis_url=services.redis_url, bind=bind,
                        base_url=f"http://{bind}", instance_dir=folder)
        app = create_app(config)
        with app.app_context():
            path, parent, token = _prepare()
        yield Stage(bind, path, parent, cookie_of(app, token), app, folder, psutil.Process(serve.pid))
    finally:
        serve.terminate()
        serve.wait(60)
        services.close()
        shutil.rmtree(folder, ignore_errors=True)


def _prepare() -> tuple[str, str, str]:
    """A community of two, a post, a comment to be answered; the writer's session."""
    with unit_of_work():
        asker, writer = (_person(name) for name in ("asker", "writer"))
        community = communities.create_community(by=of_user(asker.id), name="Survivors", slug="survivors")
        asking = for_community(of_user(asker.id), community.id)
        communities.join(by=for_community(of_user(writer.id), community.id))
        space = asking.space_by_slug("general")
        post = posts.publish_post(Draft("Still here?", "Answer below.", space_id=space.id if space else None), by=asking)
        comment = comments.add_comment(post, comments.Reply("Who is there?"), by=asking)
        token = accounts.start_session(writer, remember=True, device=Device(None, "bench", "OTHER", "bench"))
    return f"/c/survivors/p/{post.id}/comments", str(comment.public_id), token


def _person(username: str) -> User:
    user = accounts.add_user(email=f"{username}@bench.example", username=username, display_name=username.title(),
                             password_hash=crypto.hash_password("bench-bench-bench"))
    user.verify_email(at=now())
    db.session.flush()
    return user


def _write(stage: Stage, count: int, outcome: Outcome, console: Console) -> list[str]:
    """Send `count` replies, each until it is acknowledged, while the killer walks about."""
    tokens = [uuid.uuid4().hex for _ in range(count)]
    shares = [tokens[number::WRITERS] for number in range(WRITERS)]
    done = threading.Event()
    killer = threading.Thread(target=_kill_in_turn, args=(stage, outcome, done, console))
    writers = [threading.Thread(target=_send_all, args=(stage, share, outcome)) for share in shares]
    started = time.monotonic()
    for thread in [*writers, killer]:
        thread.start()
    for writer in writers:
        writer.join()
    done.set()
    killer.join()
    outcome.seconds = round(time.monotonic() - started, 1)
    return tokens


def _send_all(stage: Stage, tokens: list[str], outcome: Outcome) -> None:
    for token in tokens:
        body = urlencode({"body": f"Reply {token}", "parent": stage.parent, "client_token": token})
        while True:
            outcome.sent += 1
            if _send(stage, body) == 303:
                outcome.acknowledged += 1
                break
            time.sleep(0.1)


def _send(stage: Stage, body: str) -> int:
    host, _, port = stage.bind.partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.request("POST", stage.path, body=body, headers={
            "Cookie": stage.cookie, "Origin": f"http://{stage.bind}", "Content-Type": "application/x-www-form-urlencoded"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _kill_in_turn(stage: Stage, outcome: Outcome, done: threading.Event, console: Console) -> None:
    turn = 0
    while not done.wait(PAUSE):
        victim = VICTIMS[turn % len(VICTIMS)]
        process = _find(stage, victim)
        if process is not None:
            process.send_signal(signal.SIGKILL)
            outcome.kills[victim] = outcome.kills.get(victim, 0) + 1
            console.print(f"killed {victim}; {outcome.acknowledged} acknowledged")
        turn += 1


def _find(stage: Stage, victim: str) -> psutil.Process | None:
    try:
        children = stage.serve.children()
        web = next((one for one in children if "gunicorn" in " ".join(one.cmdline())), None)
        if victim == "web":
            return web
        if victim == "web worker":
            return next(iter(web.children()), None) if web else None
        if victim == "worker":
            return next((one for one in children if one.cmdline()[-1:] == ["worker"]), None)
    except psutil.Error:
        return None
    name = {"postgres": "postgres", "valkey": "valkey-server"}[victim]
    return next((one for one in embedded_servers(stage.folder) if one.name() == name), None)


def _judge(stage: Stage, tokens: list[str], outcome: Outcome) -> None:
    """Wait until everything is delivered, then count."""
    with stage.app.app_context():
        for _ in range(600):
            outcome.undelivered = _number("SELECT count(*) FROM event_deliveries")
            if not outcome.undelivered:
                break
            time.sleep(0.2)
        found = _number("SELECT count(*) FROM comments WHERE client_token = ANY(:tokens)", tokens=tokens)
        distinct = _number("SELECT count(DISTINCT content) FROM comments WHERE client_token = ANY(:tokens)", tokens=tokens)
        replies = _number("SELECT count(*) FROM comments WHERE content LIKE 'Reply %'")
        notices = _number("SELECT count(*) FROM notifications WHERE type = 'COMMENT_REPLIED'")
        entities = _number("SELECT count(DISTINCT entity_id) FROM notifications WHERE type = 'COMMENT_REPLIED'")
    outcome.missing, outcome.doubled = len(tokens) - distinct, (found - distinct) + (replies - found)
    outcome.notifications_missing, outcome.notifications_doubled = len(tokens) - entities, notices - entities


def _number(sql: str, **given: object) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(text(sql), given).scalar_one())
