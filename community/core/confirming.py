"""Proving again who one is, in the middle of what one was doing: the question, and the answer that comes with the form.

A sensitive action raises `NotConfirmed`. The page that asks carries what was typed along and sends it to the same address
again, with the proof in fields whose names begin with `confirm_`. They are taken out here, before any view sees the form.
Who can prove what is known by the domain of accounts, which registers itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, g, jsonify, make_response, request
from werkzeug.datastructures import ImmutableMultiDict

from community.core.errors import LoginNeeded, NotConfirmed
from community.core.jsonapi import error_envelope
from community.core.viewer import Viewer

PREFIX = "confirm_"

Prove = Callable[[Viewer, Mapping[str, str]], Viewer]
Ask = Callable[[NotConfirmed], Response]


@dataclass
class _Registered:
    prove: Prove | None = None
    ask: Ask | None = None


_registered = _Registered()


def register(*, prove: Prove, ask: Ask) -> None:
    """Tell how a proof is checked (the viewer, the fields without their prefix) and what the asking page is."""
    _registered.prove, _registered.ask = prove, ask


def take_proof() -> None:
    """Check the proof a form brings, if it brings one, and hide it from the view. Raises `NotConfirmed`.

    A form with files brings none: its body is not read before its view said how much of it is taken.
    """
    if request.mimetype == "multipart/form-data":
        return
    names = [name for name in request.form if name.startswith(PREFIX)]
    if not names:
        return
    sent = {name.removeprefix(PREFIX): request.form[name] for name in names}
    kept = [(name, value) for name, values in request.form.lists() if name not in names for value in values]
    request.form = ImmutableMultiDict(kept)
    if g.viewer.is_guest:
        raise LoginNeeded
    if _registered.prove is None:
        raise RuntimeError("nobody registered how people prove who they are")
    g.viewer = _registered.prove(g.viewer, sent)


def ask(error: NotConfirmed, *, as_json: bool) -> Response:
    """The answer to somebody who has to prove who they are."""
    if as_json or _registered.ask is None:
        body = error_envelope(str(error)) | {"code": "confirmation_needed"}
        return make_response(jsonify(body), error.status)
    return _registered.ask(error)
