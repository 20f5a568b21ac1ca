"""`/ws`, and `/live/poll` for those who have no socket."""

from __future__ import annotations

import base64
import binascii
import logging
from functools import partial

from flask import Flask, Response, abort, current_app, g, request
from redis.exceptions import RedisError
from simple_websocket import ConnectionClosed, Server

from community.config import Config
from community.core import topics
from community.core.broadcast import log as stream
from community.core.broadcast import wire
from community.core.clock import micros
from community.core.errors import Gone, NotFound
from community.core.topics import BadTopics
from community.core.web import access, blueprint
from community.extensions import sock
from community.realtime import online, rights
from community.realtime.connection import BROKEN, LATER, REFUSED, RESTART, Connection
from community.realtime.frames import Inbox, State, TooMuch
from community.realtime.hub import hub
from community.realtime.pipe import Pipe

log = logging.getLogger(__name__)

SOCKETS = ("gunicorn.socket", "werkzeug.socket")
FRESH_MICROS = 120_000_000
"""A cursor older than this is moved on though nothing came, or a quiet page would be told to fetch everything."""

bp = blueprint("realtime", access="anyone")
BLUEPRINTS = (bp,)


@bp.before_request
def guard() -> None:
    """A socket is opened only by a page of this site. Everything else that is wrong is told by a close code."""
    if request.endpoint != "realtime.socket":
        return
    config: Config = current_app.extensions["config"]
    if request.headers.get("Origin") not in config.allowed_origins:
        abort(403)
    if request.headers.get("Sec-WebSocket-Version") != "13" or not _has_key():
        abort(400)
    request.environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    name = next(name for name in SOCKETS if name in request.environ)
    request.environ[name] = g.pipe = Pipe(request.environ[name])


@sock.route("/ws", bp=bp, endpoint="socket")
@access("open")
def socket(ws: Server) -> None:
    """One page's connection, from its handshake to its end."""
    connection = Connection(ws, g.pipe, request.environ)
    try:
        _open(connection)
        _converse(connection)
    except ConnectionClosed:
        pass
    except rights.Refused as refused:
        connection.close(refused.code, refused.reason)
    except (RedisError, OSError) as error:
        log.warning("a socket was turned away, redis is not answering: %s", error)
        connection.close(LATER, "later")
    except Exception:
        log.exception("a socket broke")
        connection.close(BROKEN, "broken")
    finally:
        _end(connection)


@bp.get("/live/poll")
def poll() -> Response:
    """What the socket would have brought since the cursor."""
    since = request.args.get("since", 0, type=int)
    try:
        signed = topics.unpack(request.args.get("t", ""), user_id=g.viewer.user_id)
    except BadTopics as error:
        raise Gone("This page is out of date. Reload it.") from error
    wanted = [name for name in signed.topics if topics.may_subscribe(g.viewer, name)]
    if not wanted:
        raise NotFound
    response = Response(_frames(wanted, since), mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _open(connection: Connection) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not hub.ready(partial(rights.recheck, app)):
        raise rights.Refused(RESTART if hub.is_closing else LATER, "later")
    orders = hub.orders
    rights.admit(connection, request.args.get("t", ""))
    online.enter(connection)
    hub.join(connection, since=request.args.get("since", 0, type=int), orders=orders)


def _converse(connection: Connection) -> None:
    inbox = Inbox()
    while connection.is_open:
        raw = connection.receive()
        if raw is None:
            continue
        try:
            frame = inbox.read(raw)
        except TooMuch as error:
            connection.close(REFUSED, str(error))
            return
        if isinstance(frame, State):
            online.saw(connection, frame)


def _end(connection: Connection) -> None:
    hub.leave(connection)
    try:
        if connection.user_id:
            online.exit(connection)
    except (RedisError, OSError) as error:
        log.debug("a connection is counted a while longer: %s", error)
    connection.wait_closed()


def _frames(wanted: list[str], since: int) -> bytes:
    """The body of a poll: `{"seq":…,"frames":[…]}`, the frames as the socket carries them."""
    try:
        replay = stream.replay(wanted, since)
    except (RedisError, OSError) as error:
        log.warning("a poll is answered with a resync, redis is not answering: %s", error)
        replay = stream.Replay(seq=0, cursor=topics.since(), complete=False, messages=[])
    if not replay.complete:
        return _body(replay.cursor, [wire.resync(replay.cursor)])
    hidden = topics.hidden_authors(g.viewer.user_id)
    frames = [one.frame for one in replay.messages if one.author not in hidden]
    last = max((one.seq for one in replay.messages), default=since)
    return _body(last if micros() - last < FRESH_MICROS else replay.cursor, frames)


def _body(seq: int, frames: list[bytes]) -> bytes:
    return b'{"seq":%d,"frames":[%b]}' % (seq, b",".join(frames))


def _has_key() -> bool:
    try:
        return len(base64.b64decode(request.headers.get("Sec-WebSocket-Key", ""), validate=True)) == 16
    except binascii.Error:
        return False
