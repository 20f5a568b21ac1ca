"""The Flask extensions and clients, unbound; `create_app()` binds them."""

from __future__ import annotations

from typing import Any

import redis as redis_py
from flask_babel import Babel
from flask_login import LoginManager
from flask_sock import Sock
from flask_sqlalchemy import SQLAlchemy
from huey import PriorityRedisHuey
from huey.serializer import SignedSerializer

from community.core.database import SiteSession
from community.core.keyed import CsrfGuard
from community.core.models import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False, "class_": SiteSession})
babel = Babel()
login_manager = LoginManager()
sock = Sock()
csrf = CsrfGuard()
huey = PriorityRedisHuey("community", results=False, url="redis://unbound.invalid:1")


class RedisClient:
    """The process's Redis client; bound by `create_app()`, so that modules can import it before."""

    def __init__(self) -> None:
        self._client: redis_py.Redis | None = None

    def bind(self, url: str) -> None:
        self._client = redis_py.Redis.from_url(
            url, decode_responses=True, socket_timeout=2, socket_connect_timeout=1, health_check_interval=30
        )

    @property
    def client(self) -> redis_py.Redis:
        if self._client is None:
            raise RuntimeError("no application has been created in this process yet")
        return self._client

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the client's own types
        return getattr(self.client, name)


redis = RedisClient()


def bind_huey(url: str, secret: str) -> None:
    """Point the task queue at `url` and sign its messages: whoever writes to Redis must not run code here."""
    huey.storage_kwargs = {"url": url}
    huey.serializer = SignedSerializer(secret=secret, salt="community.huey")
    huey.storage = huey.create_storage()
