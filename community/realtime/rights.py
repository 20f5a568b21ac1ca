"""Whose connection it is and what it may hear: read when it opens, and again whenever rights may have shrunk."""

from __future__ import annotations

import logging

from flask import Flask, Request, request

from community.core import topics
from community.core.broadcast.wire import stale
from community.core.errors import TooFast
from community.core.topics import BadTopics, Signed
from community.core.viewer import Viewer, load
from community.extensions import db
from community.realtime.connection import BARRED, LATER, NO_SESSION, NOTHING_LEFT, REFUSED, Connection
from community.realtime.hub import hub
from community.realtime.pipe import text_frame

log = logging.getLogger(__name__)


class Refused(Exception):
    """Why a connection ends: the close code and a word."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


def admit(connection: Connection, token: str) -> None:
    """Give a new connection its viewer and the topics of its page that the viewer may hear. Raises Refused.

    The database session ends here: a connection that waits must not hold one of the pool.
    """
    try:
        viewer = member_of_the_site(request)
        signed = topics.unpack(token, user_id=viewer.user_id)
        connection.admit(viewer, signed, allowed(viewer, signed), topics.hidden_authors(viewer.user_id))
    except BadTopics as error:
        raise Refused(REFUSED, "this page is out of date") from error
    finally:
        db.session.remove()


def member_of_the_site(made: Request) -> Viewer:
    """The person behind a request. Raises Refused for guests and accounts that are suspended or banned."""
    try:
        viewer = load(made)
    except TooFast as error:
        raise Refused(LATER, "too fast") from error
    if viewer.user is None:
        raise Refused(NO_SESSION, "log in")
    if viewer.user.status in ("SUSPENDED", "BANNED", "DELETED"):
        raise Refused(BARRED, "this account is suspended")
    return viewer


def allowed(viewer: Viewer, signed: Signed) -> set[str]:
    """The topics this viewer may hear now. Raises Refused when none is left."""
    found = {topic for topic in signed.topics if topics.may_subscribe(viewer, topic)}
    if not found:
        raise Refused(NOTHING_LEFT, "nothing here")
    return found


def recheck(app: Flask, connection: Connection) -> None:
    """Read the rights of an open connection again and take away what is gone; a doubt closes it for a new handshake."""
    try:
        with app.request_context(dict(connection.environ)):
            viewer = member_of_the_site(request)
            if viewer.user_id != connection.user_id:
                raise Refused(NO_SESSION, "log in")
            still = allowed(viewer, Signed(sorted(connection.topics), connection.scope))
            connection.hidden = topics.hidden_authors(viewer.user_id)
            lost = connection.topics - still
            hub.connections.narrow(connection, still)
            if lost:
                connection.write(text_frame(stale()))
    except Refused as refused:
        connection.close(refused.code, refused.reason)
    except Exception:
        log.exception("the rights of a connection could not be read")
        connection.close(LATER, "later")
