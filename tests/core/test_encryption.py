"""Secrets at rest."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from flask import Flask

from community.config import Config
from community.core.encryption import Unreadable, decrypt, encrypt, is_current

PLACE = "users.two_factor_secret"


def key(letter: str) -> str:
    return urlsafe_b64encode(letter.encode() * 32).decode().rstrip("=")


@pytest.fixture
def with_keys(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """`with_keys("new:…,old:…")`: what the installation is configured with."""

    def use(keys: str) -> None:
        monkeypatch.setitem(app.extensions, "config", Config(encryption_key=keys))

    return use


def test_a_secret_reads_back_and_is_not_readable_where_it_lies(app: Flask) -> None:
    stored = encrypt("JBSWY3DP", place=PLACE)
    assert b"JBSWY3DP" not in stored
    assert decrypt(stored, place=PLACE) == "JBSWY3DP"
    assert encrypt("JBSWY3DP", place=PLACE) != stored


def test_a_secret_moved_to_another_column_does_not_read(app: Flask) -> None:
    with pytest.raises(Unreadable):
        decrypt(encrypt("JBSWY3DP", place=PLACE), place="oauth_accounts.access_token")


def test_a_changed_secret_does_not_read(app: Flask) -> None:
    stored = bytearray(encrypt("JBSWY3DP", place=PLACE))
    stored[-1] ^= 1
    with pytest.raises(Unreadable):
        decrypt(bytes(stored), place=PLACE)


def test_keys_can_be_changed(with_keys) -> None:
    with_keys(f"old:{key('a')}")
    stored = encrypt("JBSWY3DP", place=PLACE)
    with_keys(f"new:{key('b')},old:{key('a')}")
    assert decrypt(stored, place=PLACE) == "JBSWY3DP"
    assert not is_current(stored)
    assert is_current(encrypt("JBSWY3DP", place=PLACE))
    with_keys(f"new:{key('b')}")
    with pytest.raises(Unreadable, match="no key 'old'"):
        decrypt(stored, place=PLACE)


@pytest.mark.parametrize("value", ["short", "id:c2hvcnQ", f"a:{key('a')},a:{key('b')}", f":{key('a')}", "id:§"])
def test_a_malformed_key_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="ENCRYPTION_KEY"):
        _ = Config(encryption_key=value).encryption_keys
