"""Putting the parts together: the only module that knows every domain."""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.util
from pathlib import Path
from types import ModuleType

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from community import styleguide
from community.config import Config
from community.core import failures, headers, health, limits, logs, web
from community.core.assets import init_assets
from community.core.csrf import init_csrf
from community.core.database import init_reading
from community.core.i18n import init_i18n
from community.core.ids import dom_id
from community.core.jsonapi import OrjsonProvider
from community.extensions import bind_huey, db, login_manager, redis, sock

ROOT = Path(__file__).resolve().parent.parent
DOMAINS = ("accounts", "communities", "media", "reactions", "comments", "posts", "feeds", "notifications", "permissions",
           "dashboard", "realtime", "imports", "admin", "api")
"""Lowest tier first. A domain may have any of the parts below."""
PARTS = ("models", "events", "subjects", "broadcasts", "handlers", "tasks", "views")


class MissingService(RuntimeError):
    """A server the application cannot do without has no address."""


def create_app(config: Config | None = None) -> Flask:
    """The application with every domain, bound to the services `config` names. Raises `MissingService`."""
    config = config or Config.load()
    app = web.Application("community", template_folder=str(ROOT / "templates"), static_folder=None)
    app.json = OrjsonProvider(app)
    app.extensions["config"] = config
    _configure(app, config)
    _bind(app, config)
    _load_domains(app)
    return app


def _configure(app: Flask, config: Config) -> None:
    if config.database_url is None or config.redis_url is None:
        raise MissingService("Set DATABASE_URL and REDIS_URL, or start through `community serve`, which brings both.")
    app.secret_key = config.signing_secret
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    app.jinja_env.globals["dom_id"] = dom_id
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.config.update(
        SQLALCHEMY_DATABASE_URI=config.database_url, SQLALCHEMY_ECHO=config.sql_echo,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_pre_ping": True, "hide_parameters": True, "pool_size": 5, "max_overflow": 5, "pool_timeout": 10,
            "connect_args": {"connect_timeout": 5, "application_name": "community"},
        },
        SESSION_COOKIE_NAME="__Host-session" if config.is_tls else "session",
        SESSION_COOKIE_SECURE=config.is_tls, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False, PERMANENT_SESSION_LIFETIME=dt.timedelta(days=30),
        MAX_CONTENT_LENGTH=1024 * 1024, MAX_FORM_MEMORY_SIZE=1024 * 1024, MAX_FORM_PARTS=200,
        SOCK_SERVER_OPTIONS={"ping_interval": None, "max_message_size": 64 * 1024},
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


def _bind(app: Flask, config: Config) -> None:
    logs.init_logs(config)
    redis.bind(config.redis_url or "")
    bind_huey(config.redis_url or "", config.signing_secret)
    db.init_app(app)
    if config.reads_apart:
        init_reading(app, config.database_url or "")
    login_manager.init_app(app)
    login_manager.session_protection = None
    sock.init_app(app)
    web.init_web(app, config)
    headers.init_headers(app, config)
    failures.init_failures(app)
    limits.init_limits(app, config, config.redis_url or "")
    init_csrf(app, config)
    init_i18n(app)
    init_assets(app)
    app.register_blueprint(health.bp)
    if config.is_loopback:
        app.register_blueprint(styleguide.bp)


def import_domains() -> dict[str, list[ModuleType]]:
    """Import all there is of every domain; answers the modules by their part, those of the lowest tier first."""
    for name in ("outbox.tasks", "jobs.tasks", "settings", "audit"):
        importlib.import_module(f"community.core.{name}")
    found: dict[str, list[ModuleType]] = {part: [] for part in PARTS}
    for domain in DOMAINS:
        for part in PARTS:
            if (module := _part(f"community.{domain}", part)) is not None:
                found[part].append(module)
    return found


def _load_domains(app: Flask) -> None:
    modules = import_domains()
    for module in modules["subjects"]:
        module.register(app)
    for module in modules["views"]:
        for bp in module.BLUEPRINTS:
            app.register_blueprint(bp)


def _part(package: str, part: str) -> ModuleType | None:
    if importlib.util.find_spec(f"{package}.{part}") is None:
        return None
    return importlib.import_module(f"{package}.{part}")
