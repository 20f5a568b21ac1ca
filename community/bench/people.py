"""Finding people and places, and deciding who may see what, on a site of many people."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from community.accounts import queries as accounts
from community.app import create_app
from community.bench import meter
from community.bench.instance import Instance, private_instance
from community.bench.pages import cookie_of
from community.bench.seed import analyse, seed
from community.communities import viewers
from community.core import viewer as core_viewer
from community.core.transactions import unit_of_work
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import policies as posts
from community.posts.models import Post

CALLS = 400
NAMES = ("Ada", "Bob", "Cleo", "Dana", "Eve", "Femi", "Gita", "Hugo", "Ines", "Jan", "Kim", "Lea", "Mia", "Nils", "Olga", "Pia")


def main(*, users: int, communities: int, target: Path | None) -> None:
    """Measure and report; `target` gets the figures as JSON under stable keys."""
    console = Console()
    with private_instance() as instance:
        app = create_app(instance.config)
        console.print(f"Filling {users:,} people and {communities:,} communities …")
        seeded = seed(app, posts=2000)
        with app.app_context():
            with unit_of_work():
                _fill(users, communities)
            analyse(app)
            found = {name: _timed(call) for name, call in _calls(users).items()}
        cookie = {"Cookie": cookie_of(app, seeded.token), "Accept-Encoding": "identity"}
        found |= {f"page_{name}": _page(instance, path, cookie if personal else {})
                  for name, path, personal in _pages(app)}
    _print(console, found)
    if target is not None:
        target.write_text(json.dumps({"users": users, "communities": communities, "people": found}, indent=2))


def _fill(users: int, communities: int) -> None:
    """People with ordinary names, a few communities that hold many of them and many that hold few."""
    given = {"n": users, "c": communities, "names": list(NAMES)}
    for statement in STATEMENTS:
        db.session.execute(text(statement), given)


STATEMENTS = (
    """INSERT INTO users (email, username, status, created_at)
       SELECT 'p' || n || '@bench.example', lower((CAST(:names AS text[]))[1 + n % 16]) || '_' || n, 'ACTIVE',
              now() - n * interval '1 minute' FROM generate_series(1, :n) n""",
    """INSERT INTO profiles (user_id, display_name)
       SELECT id, initcap(split_part(username, '_', 1)) || ' ' || chr(65 + (id % 26)::int) || substr(md5(id::text), 1, 6)
       FROM users WHERE id NOT IN (SELECT user_id FROM profiles)""",
    """INSERT INTO user_stats (user_id) SELECT id FROM users ON CONFLICT DO NOTHING""",
    """INSERT INTO communities (name, slug, description, visibility, member_count, last_activity_at)
       SELECT 'Circle number ' || n, 'circle-' || n, 'People who meet about the thing number ' || n || '.',
              (ARRAY['PUBLIC', 'PUBLIC', 'PUBLIC', 'PRIVATE', 'HIDDEN'])[1 + n % 5], :n / (n + 4), now() - n * interval '1 hour'
       FROM generate_series(1, :c) n""",
    """INSERT INTO members (community_id, user_id, status, joined_at)
       SELECT c.id, u.id, 'ACTIVE', now() - u.id * interval '1 second'
       FROM communities c, users u
       WHERE c.slug LIKE 'circle-%' AND u.username LIKE '%\\_%' AND u.id % (5 + 3 * (c.id % 1000)) = 0""",
)


def _calls(users: int) -> dict[str, Callable[[], object]]:
    """What is timed inside the process, each time for other people and places."""
    dice = random.Random(7)
    somebody = viewers.of_user(_id("SELECT id FROM users WHERE username = 'bench'"))
    here = core_viewer.for_community(somebody, _id("SELECT id FROM communities WHERE slug = 'bench'"))
    ids = list(db.session.scalars(text("SELECT id FROM posts ORDER BY id LIMIT 200")))
    names = list(db.session.scalars(text("SELECT username FROM users WHERE username LIKE '%\\_%' LIMIT 5000")))
    return {
        "look_up": lambda: accounts.person_page(somebody, dice.choice(names)),
        "search_20": lambda: accounts.search_people(here, dice.choice(NAMES)[:3] + " " + chr(65 + dice.randrange(26)), limit=20),
        "search_20_prefix": lambda: accounts.search_people(here, dice.choice(names)[:6], limit=20),
        "visibility_of_a_post": _visibility(here, ids, dice),
    }


def _visibility(viewer: Viewer, ids: list[int], dice: random.Random) -> Callable[[], object]:
    loaded = {post_id: db.session.get_one(Post, post_id) for post_id in ids}
    return lambda: posts.can_read(viewer, loaded[dice.choice(ids)])


def _id(statement: str) -> int:
    found: int = db.session.execute(text(statement)).scalar_one()
    return found


def _timed(call: Callable[[], object]) -> dict[str, float]:
    for _ in range(20):
        call()
    times = []
    for _ in range(CALLS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return {"p50_ms": round(statistics.median(times), 3), "p95_ms": round(times[int(len(times) * 0.95)], 3)}


def _pages(app: Flask) -> list[tuple[str, str, bool]]:
    with app.app_context():
        name = db.session.execute(text("SELECT username FROM users WHERE username LIKE 'ada\\_%' LIMIT 1")).scalar_one()
    return [("directory_guest", "/communities", False), ("directory_member", "/communities", True),
            ("directory_search", "/communities?q=number%2077", True), ("person", f"/u/{name}", True),
            ("members", "/c/circle-1/members", True), ("members_search", "/c/circle-1/members?q=ada", True)]


def _page(instance: Instance, path: str, headers: Mapping[str, str]) -> dict[str, float]:
    figures = meter.measure(instance.bind, path, headers, count=100, processes=instance.processes, clients=1)
    if figures.status != 200:
        raise RuntimeError(f"{path} answered {figures.status}")
    return {"p50_ms": figures.p50_ms, "p95_ms": figures.p95_ms, "cpu_ms": figures.cpu_ms}


def _print(console: Console, found: Mapping[str, Mapping[str, float]]) -> None:
    table = Table("what", "p50 ms", "p95 ms", "CPU ms")
    for name, one in found.items():
        table.add_row(name, f"{one['p50_ms']:.2f}", f"{one['p95_ms']:.2f}", f"{one['cpu_ms']:.2f}" if "cpu_ms" in one else "")
    console.print(table)
