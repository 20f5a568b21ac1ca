"""The bell and the list behind it."""

from __future__ import annotations

from flask import Response, g, request

from community.core import paging
from community.core.fragments import fragment
from community.core.ids import uuid_of
from community.core.page import show_live
from community.core.responses import redirect, render, respond
from community.core.urls import safe_next
from community.core.web import blueprint
from community.notifications import queries, services

bp = blueprint("notifications", access="user", prefix="/notifications")
BLUEPRINTS = (bp,)


@bp.get("")
def index() -> Response:
    unread = request.args.get("filter") == "unread"
    filters = {"unread": unread or None}
    after = paging.position(request.args.get("cursor"), sort="latest", filters=filters)
    rows = queries.own(g.viewer, unread=unread, limit=queries.SHOWN, after=after)
    page = paging.slice_page(rows, queries.SHOWN,
                             lambda row: paging.Cursor("latest", row.created_at, row.id, filters))
    narrowed = "filter=unread&" if unread else ""
    older = f"/notifications?{narrowed}cursor={page.next_cursor}" if page.next_cursor else ""
    show_live()
    return render("notifications/index.html", "notifications/_page.html", notices=page.items, older=older, unread=unread)


@bp.get("/badge")
def badge() -> Response:
    """The number on the bell, wherever it stands on the page."""
    return render("notifications/badge.html", "ui/_bell_update.html", unread=queries.unread_count(g.viewer.user.id))


@bp.post("/read")
def read_all() -> Response:
    services.mark_all_read(by=g.viewer)
    return redirect("/notifications")


@bp.get("/<notification>/go")
def go(notification: str) -> Response:
    """To what it is about. Opening by GET leaves it unread; the page there marks it by its own form or script."""
    found = queries.get_own(g.viewer, uuid_of(notification))
    return redirect(safe_next(found.action_url))


@bp.post("/<notification>/go")
def open_one(notification: str) -> Response:
    """Read, and go to what it is about."""
    found = queries.get_own(g.viewer, uuid_of(notification))
    services.mark_read(found, by=g.viewer)
    return redirect(safe_next(found.action_url))


@bp.post("/<notification>/read")
def read_one(notification: str) -> Response:
    services.mark_read(queries.get_own(g.viewer, uuid_of(notification)), by=g.viewer)
    return respond(fragment("ui/_bell_update.html", unread=queries.unread_count(g.viewer.user.id)),
                   otherwise="/notifications")
