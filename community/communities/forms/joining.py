"""Joining a community."""

from __future__ import annotations

from community.core.forms import Command, Id, StrictBool


class JoinForm(Command):
    """Joining, and the version of the rules that was accepted."""

    accept: StrictBool = False
    rules_version: Id | None = None
