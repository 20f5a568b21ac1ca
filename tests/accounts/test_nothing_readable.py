"""One person uses every secret there is; a dump of the database, and of Valkey, holds none of them."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator

import pytest
import redis as redis_py
import requests
from flask import Flask
from sqlalchemy import text

from community.accounts.models import OAuthAccount, Passkey, Profile, User
from community.core.clock import now
from community.extensions import db
from tests.accounts.authenticator import Authenticator
from tests.accounts.conftest import sign_up
from tests.accounts.mailed import Mails, link_in, newest
from tests.accounts.providers import OpenId, linked
from tests.accounts.test_api_keys import make as make_key
from tests.accounts.test_changing_address import change
from tests.accounts.test_logging_in import log_in
from tests.accounts.test_passkeys import add as add_passkey
from tests.accounts.test_two_factor import enrol
from tests.cast import GUEST, PASSWORD, Person
from tests.visitor import Visitor

As = Callable[..., Visitor]
Drain = Callable[[], object]
NEW_PASSWORD = "quite another long password"
LINK = re.compile(r"http://localhost/\S*/([\w-]{20,})")


def dump() -> str:
    """Every row of every table as text; bytes are written in hexadecimal."""
    tables = db.session.scalars(text(
        "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables "
        "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')")).all()
    rows = (row for table in tables for row in db.session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t")))
    return "\n".join(rows)


def kept_in_valkey(app: Flask) -> str:
    """Every key of Valkey with its value."""
    with redis_py.Redis.from_url(app.extensions["config"].redis_url) as client:
        reads: dict[bytes, Callable[[bytes], object]] = {
            b"string": client.get, b"hash": client.hgetall, b"set": client.smembers, b"stream": client.xrange,
            b"list": lambda key: client.lrange(key, 0, -1), b"zset": lambda key: client.zrange(key, 0, -1)}
        return "\n".join(f"{key!r} {reads[client.type(key)](key)!r}" for key in client.scan_iter())


def spellings(secret: str) -> Iterator[str]:
    """How a secret would look in a dump: as it is, escaped, in hexadecimal, and in base64."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield secret.encode().hex()
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(secret.encode()).decode().rstrip("=")


def readable(secrets: dict[str, str], where: str) -> list[str]:
    return [name for name, secret in secrets.items() if any(one in where for one in spellings(secret))]


def in_cookie(visitor: Visitor, app: Flask) -> dict[str, object]:
    cookie = visitor.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return dict(app.session_interface.get_signing_serializer(app).loads(cookie.value))  # type: ignore[attr-defined]


class Life:
    """Bob, who uses everything, and notes each secret he gets to see."""

    def __init__(self, app: Flask, as_: As, bob: Person, drain: Drain, mails: Mails) -> None:
        self.app, self.as_, self.bob, self.drain, self.mails = app, as_, bob, drain, mails
        self.secrets = {"password": PASSWORD, "session": bob.token}

    def browser(self) -> Visitor:
        return Visitor(self.app, GUEST)

    def signs_up(self) -> None:
        sign_up(self.browser())
        self.drain()

    def forgets_the_password(self) -> None:
        self.browser().post("/password/reset", email=self.bob.email)
        self.drain()
        used = link_in(newest(self.mails, self.bob.email, "Choose a new password"))
        assert self.browser().post(used, password=NEW_PASSWORD).location == "/login?reset=1"
        self.secrets["new password"] = NEW_PASSWORD
        self.browser().post("/password/reset", email=self.bob.email)

    def logs_in(self) -> Visitor:
        visitor = self.browser()
        assert log_in(visitor, "bob", NEW_PASSWORD).location == "/"
        self.secrets["new session"] = str(in_cookie(visitor, self.app)["_user_id"])
        return visitor

    def makes_keys(self, visitor: Visitor) -> None:
        self.secrets["API key"] = str(make_key(visitor).one("#new-key input").attributes["value"])
        device = Authenticator()
        assert add_passkey(visitor, device).status == 303
        options = self.browser().post("/login/passkey/options").json
        self.secrets["open challenge"] = str(options["challenge"])

    def moves(self, visitor: Visitor) -> None:
        change(visitor)
        self.drain()
        assert visitor.post(link_in(newest(self.mails, "robert@example.org"))).status == 303
        self.drain()
        change(visitor, "bob.once.more@example.org")

    def turns_on_two_steps(self, visitor: Visitor) -> None:
        codes = enrol(visitor)
        self.secrets["session with two steps"] = str(in_cookie(visitor, self.app)["_user_id"])
        secret = db.session.get_one(User, self.bob.user_id).two_factor_secret
        assert secret is not None
        self.secrets["TOTP secret"] = secret
        self.secrets |= {f"recovery code {number}": code for number, code in enumerate(codes)}
        self.secrets["recovery code without its dash"] = codes[0].replace("-", "")
        pending = self.browser()
        assert log_in(pending, "bob", NEW_PASSWORD).location == "/login/2fa"
        self.secrets["pending log-in"] = str(in_cookie(pending, self.app)["second_factor"]["token"])  # type: ignore[index]
        assert pending.post("/login/2fa", code=codes[1]).location == "/"
        assert log_in(self.browser(), "bob", NEW_PASSWORD).location == "/login/2fa"

    def is_locked_out(self) -> None:
        for _ in range(5):
            log_in(self.browser(), "bob", "wrong")

    def notes_the_mails(self) -> None:
        self.drain()
        subjects = []
        for number, mail in enumerate(self.mails()):
            body = mail.get_body(("plain",))
            assert body is not None
            for token in LINK.findall(body.get_content()):
                self.secrets[f"link of mail {number}: {mail['Subject']}"] = token
                subjects.append(str(mail["Subject"]))
        assert {"Confirm your address", "Choose a new password", "Confirm your new address", "Your address was changed",
                "New device", "Too many failed log-ins", "API key created"} <= set(subjects)


@pytest.fixture
def handed_out(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the provider hands out, overheard."""
    heard: dict[str, str] = {}
    send = requests.Session.send

    def overhear(self: requests.Session, *args: object, **kwargs: object) -> requests.Response:
        response = send(self, *args, **kwargs)  # type: ignore[arg-type]
        if "token" in response.request.path_url:
            heard.update({name: value for name, value in response.json().items() if name.endswith("_token")})
        return response

    monkeypatch.setattr(requests.Session, "send", overhear)
    return heard


def test_a_dump_holds_no_secret_of_a_person_who_used_all_of_them(
    app: Flask, as_: As, bob: Person, drain: Drain, mails: Mails, provider: OpenId, handed_out: dict[str, str]
) -> None:
    life = Life(app, as_, bob, drain, mails)
    life.signs_up()
    linked(bob, "bob-there", provider, as_)
    life.secrets |= {f"provider's {name}": token for name, token in handed_out.items()}
    names = {"access_token", "refresh_token", "id_token"}
    assert names <= handed_out.keys()
    for name in names:  # the site keeps none of them; where an older version or another program did, they are encrypted
        setattr(db.session.query(OAuthAccount).one(), name, handed_out[name])
    life.forgets_the_password()
    visitor = life.logs_in()
    life.makes_keys(visitor)
    life.moves(visitor)
    life.turns_on_two_steps(visitor)
    life.is_locked_out()
    life.notes_the_mails()
    assert visitor.get("/settings/profile").status == 200, "what is kept of the session stands in the cache"
    found = dump()
    assert "robert@example.org" in found
    assert len(life.secrets) > 30
    assert readable(life.secrets, found) == []
    valkey = kept_in_valkey(app)
    assert "session:" in valkey
    assert readable(life.secrets, valkey) == []


@pytest.mark.parametrize("column", ["text", "json", "array", "bytes"])
def test_a_secret_left_anywhere_would_be_found(column: str, bob: Person, db_session: object) -> None:
    secrets = {"it": "IsThisTheToken-or_not-2f9a8c7e6d5b4a3928171605"}
    assert readable(secrets, dump()) == []
    profile = db.session.get_one(Profile, bob.user_id)
    if column == "text":
        profile.bio = f"My token is {secrets['it']}."
    elif column == "json":
        profile.theme_preference = {"nested": [secrets["it"]]}
    elif column == "array":
        profile.interests = [secrets["it"][:40]]
        secrets["it"] = secrets["it"][:40]
    else:
        db.session.add(Passkey(user_id=bob.user_id, credential_id=b"x", public_key=secrets["it"].encode(), name="Phone",
                               created_at=now()))
    db.session.flush()
    assert readable(secrets, dump()) == ["it"]
