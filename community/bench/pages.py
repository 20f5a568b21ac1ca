"""What each page costs, in CPU of web, database and cache together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import psutil
from flask import Flask, session
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from community.app import create_app
from community.bench import meter
from community.bench.instance import Instance, free_port, private_instance, serving
from community.bench.meter import Figures
from community.bench.seed import Seeded, seed

CALLS = """SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
           WHERE userid = current_user::regrole AND query !~* :skip"""
UTILITY = "^(BEGIN|COMMIT|ROLLBACK|SET|SHOW|DISCARD)|pg_stat_statements"


def main(*, posts: int, count: int, target: Path | None) -> None:
    """Measure and report; `target` gets the figures as JSON under stable keys."""
    console = Console()
    with private_instance() as instance:
        app = create_app(instance.config)
        console.print(f"Filling a community of {posts:,} posts …")
        seeded = seed(app, posts=posts)
        yardstick = _yardstick(instance, count)
        cookie = {"Cookie": cookie_of(app, seeded.token), "Accept-Encoding": "identity"}
        found = {name: _page(instance, path, cookie if personal else {}, count)
                 for name, path, personal in _pages(seeded)}
        memory = meter.memory_bytes([instance.web, *instance.web.children(recursive=True)])
    _print(console, yardstick, found, memory)
    if target is not None:
        rows = {name: figures.row() | _ratios(figures, yardstick) for name, figures in {**yardstick, **found}.items()}
        target.write_text(json.dumps({"posts": posts, "requests": count, "web_memory_bytes": memory, "pages": rows}, indent=2))


def _pages(seeded: Seeded) -> list[tuple[str, str, bool]]:
    home = f"/c/{seeded.slug}/"
    return [
        ("feed_guest", home, False), ("feed_member_20", home, True), ("feed_member_5", f"/c/{seeded.small_slug}/", True),
        ("feed_activity", f"{home}?sort=activity", True), ("feed_top", f"{home}?sort=top", True), ("home_member", "/", True),
        ("post_member", f"{home}p/{seeded.long_post}", True), ("post_guest", f"{home}p/{seeded.long_post}", False),
        ("notifications", "/notifications", True), ("directory", "/communities", False),
    ]


def _yardstick(instance: Instance, count: int) -> dict[str, Figures]:
    bind = f"127.0.0.1:{free_port()}"
    with serving("community.bench.baseline:app", instance.environment, bind) as web:
        def processes() -> list[psutil.Process]:
            return [web, *web.children(recursive=True)]

        return {"bare": meter.measure(bind, "/healthz", {}, count=count * 5, processes=processes),
                "cards": meter.measure(bind, "/cards", {}, count=count * 2, processes=processes)}


def _page(instance: Instance, path: str, headers: Mapping[str, str], count: int) -> Figures:
    figures = meter.measure(instance.bind, path, headers, count=count, processes=instance.processes)
    if figures.status != 200:
        raise RuntimeError(f"{path} answered {figures.status}")
    return Figures(**{**figures.row(), "statements": _statements(instance, path, headers)})  # type: ignore[arg-type]


def _statements(instance: Instance, path: str, headers: Mapping[str, str], *, requests: int = 20) -> float:
    """SQL statements per request once everything is warm, by the database's own count of the application's role."""
    engine = create_engine(instance.config.database_url or "", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        before = connection.execute(text(CALLS), {"skip": UTILITY}).scalar_one()
        meter.fetch(instance.bind, path, headers, count=requests)
        after = connection.execute(text(CALLS), {"skip": UTILITY}).scalar_one()
    engine.dispose()
    return round(float(after - before) / requests, 2)


def cookie_of(app: Flask, token: str) -> str:
    """The cookie of a browser that logged in with this session."""
    with app.test_request_context("/"):
        session["_user_id"] = token
        session.permanent = True
        response = app.response_class()
        app.session_interface.save_session(app, session, response)
    return response.headers["Set-Cookie"].partition(";")[0]


def _ratios(figures: Figures, yardstick: Mapping[str, Figures]) -> dict[str, float]:
    return {"times_bare": round(figures.cpu_ms / yardstick["bare"].cpu_ms, 2),
            "times_cards": round(figures.cpu_ms / yardstick["cards"].cpu_ms, 2)}


def _print(console: Console, yardstick: Mapping[str, Figures], found: Mapping[str, Figures], memory: int) -> None:
    table = Table("page", "CPU ms", "x bare", "x cards", "req/s", "p50 ms", "p95 ms", "SQL", "kB")
    for name, one in {**yardstick, **found}.items():
        ratios = _ratios(one, yardstick)
        table.add_row(name, f"{one.cpu_ms:.2f}", f"{ratios['times_bare']:.1f}", f"{ratios['times_cards']:.1f}",
                      f"{one.requests_per_second:.0f}", f"{one.p50_ms:.1f}", f"{one.p95_ms:.1f}", f"{one.statements:g}",
                      f"{one.bytes / 1024:.0f}")
    console.print(table)
    console.print(f"Web processes: {memory / 2**20:.0f} MB of their own memory")
