"""`/healthz`: the process runs. `/readyz`: the database, its migrations and its extensions are right."""

from __future__ import annotations

from flask import Response, jsonify, make_response
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from community.core import schema
from community.core.web import blueprint
from community.extensions import db, redis

NEEDED_EXTENSIONS = frozenset({"pg_trgm", "unaccent"})

bp = blueprint("health", access="open")


@bp.get("/healthz")
def healthz() -> str:
    return "ok"


@bp.get("/readyz")
def readyz() -> Response:
    """503 names what is missing; Redis is only named, because pages work without it."""
    problems = _database_problems()
    state = {"database": problems or "ok", "redis": _redis_state()}
    response = make_response(jsonify(ready=not problems, **state), 503 if problems else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _database_problems() -> list[str]:
    try:
        applied = set(db.session.scalars(text("SELECT version_num FROM alembic_version")))
        installed = set(db.session.scalars(text("SELECT extname FROM pg_extension")))
    except SQLAlchemyError as error:
        db.session.rollback()
        return [type(error).__name__]
    problems = [f"extension {name} is missing" for name in sorted(NEEDED_EXTENSIONS - installed)]
    if applied != {schema.newest()}:
        problems.append("migrations are not applied")
    return problems


def _redis_state() -> str:
    try:
        redis.ping()
    except RedisError as error:
        return type(error).__name__
    return "ok"
