"""Somebody who is not here yet, as in the tests of accounts."""

from __future__ import annotations

from tests.accounts.conftest import link_for, stranger

__all__ = ["link_for", "stranger"]
