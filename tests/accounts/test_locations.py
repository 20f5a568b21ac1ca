"""Where log-ins come from, by a GeoIP file made by hand."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from community.accounts import locations
from community.accounts.models import LoginAttempt, SecurityAlert
from community.config import Config
from community.extensions import db
from tests.accounts.mailed import Mails, newest
from tests.cast import GUEST, PASSWORD, Person
from tests.visitor import Visitor

PLACES = {"192.0.2.0/24": ("Utrecht", "Netherlands"), "198.51.100.0/24": ("Lyon", "France")}


UINT16, UINT32, UINT64 = b"\xa2", b"\xc4", b"\x08\x02"


def packed(value: object) -> bytes:
    """A value of the MaxMind format: texts, maps, empty lists, and what is packed already."""
    if isinstance(value, str):
        return bytes([2 << 5 | len(value)]) + value.encode()
    if isinstance(value, dict):
        return bytes([7 << 5 | len(value)]) + b"".join(packed(key) + packed(one) for key, one in value.items())
    return b"\x00\x04" if value == [] else bytes(value)  # type: ignore[call-overload]


def database(places: dict[str, tuple[str, str]]) -> bytes:
    """An IPv4 database of these networks: a tree of 24-bit records, the data, what describes both."""
    nodes, data = [[None, None]], b""
    for network, (city, country) in places.items():
        entry, at = ipaddress.ip_network(network), 0
        bits = f"{int(entry.network_address):032b}"[:entry.prefixlen]
        for bit in bits[:-1]:
            if nodes[at][int(bit)] is None:
                nodes.append([None, None])
                nodes[at][int(bit)] = len(nodes) - 1
            at = nodes[at][int(bit)]
        nodes[at][int(bits[-1])] = ("data", len(data))
        data += packed({"city": {"names": {"en": city}}, "country": {"names": {"en": country}, "iso_code": country[:2]}})
    count = len(nodes)

    def record(value: object) -> bytes:
        number = count if value is None else count + 16 + value[1] if isinstance(value, tuple) else value
        return number.to_bytes(3, "big")

    tree = b"".join(record(left) + record(right) for left, right in nodes)
    about = {
        "binary_format_major_version": UINT16 + struct.pack(">H", 2), "binary_format_minor_version": UINT16 + bytes(2),
        "build_epoch": UINT64 + struct.pack(">Q", 1), "database_type": "Test", "description": {}, "languages": [],
        "ip_version": UINT16 + struct.pack(">H", 4), "node_count": UINT32 + struct.pack(">I", count),
        "record_size": UINT16 + struct.pack(">H", 24),
    }  # fmt: skip
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + packed(about)


@pytest.fixture
def places(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db_session: object) -> Iterator[None]:
    """The site knows two places."""
    path = tmp_path / "places.mmdb"
    path.write_bytes(database(PLACES))
    config: Config = app.extensions["config"]
    monkeypatch.setitem(app.extensions, "config", config.model_copy(update={"geoip_path": path}))
    yield
    locations._opened.cache_clear()


def log_in_from(app: Flask, address: str) -> Visitor:
    visitor = Visitor(app, GUEST)
    visitor.client.post("/login", data={"identifier": "bob", "password": PASSWORD}, environ_base={"REMOTE_ADDR": address},
                        headers={"Sec-Fetch-Site": "same-origin"})
    return visitor


@pytest.mark.usefixtures("places")
def test_places_are_known_and_another_country_is_told(
    app: Flask, bob: Person, drain: Callable[[], object], mails: Mails
) -> None:
    log_in_from(app, "192.0.2.7")
    log_in_from(app, "192.0.2.8")
    kinds = [alert.type for alert in db.session.query(SecurityAlert).filter_by(user_id=bob.user_id)]
    assert kinds == ["NEW_DEVICE"], "the first place is where one lives"
    abroad = log_in_from(app, "198.51.100.9")
    drain()
    assert "Lyon, France" in newest(mails, bob.email, "Log-in from another country")
    assert "Lyon, France" in abroad.get("/settings/login-history").text("main")
    assert [row.location for row in db.session.query(LoginAttempt)] == ["Utrecht, Netherlands"] * 2 + ["Lyon, France"]


@pytest.mark.usefixtures("places")
def test_addresses_the_file_does_not_know_are_nowhere(app: Flask) -> None:
    assert [locations.location_of(ip) for ip in ("203.0.113.1", "2001:db8::1", "", None)] == [""] * 4


def test_a_broken_file_keeps_nobody_out(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db_session: object
) -> None:
    (tmp_path / "broken.mmdb").write_bytes(b"nothing of the kind")
    for name in ("broken.mmdb", "missing.mmdb"):
        config: Config = app.extensions["config"]
        monkeypatch.setitem(app.extensions, "config", config.model_copy(update={"geoip_path": tmp_path / name}))
        assert locations.location_of("192.0.2.7") == ""
        assert log_in_from(app, "192.0.2.7").get("/settings/profile").status == 200


def test_without_a_file_everything_is_nowhere(app: Flask, bob: Person, db_session: object) -> None:
    log_in_from(app, "192.0.2.7")
    log_in_from(app, "198.51.100.9")
    kinds = [alert.type for alert in db.session.query(SecurityAlert).filter_by(user_id=bob.user_id)]
    assert "NEW_COUNTRY" not in kinds
