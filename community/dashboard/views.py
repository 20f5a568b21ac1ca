"""The dashboard of a community: its tasks."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from community.communities import queries as communities
from community.communities import services as membership
from community.core.errors import Invalid, NotFound
from community.core.forms import bind
from community.core.fragments import fragment, replaced
from community.core.ids import uuid_of
from community.core.page import show_live
from community.core.responses import no_store, redirect, render, respond
from community.core.web import blueprint
from community.dashboard import queries, services
from community.dashboard.forms import AnswerForm, StatusForm
from community.dashboard.models import Task

bp = blueprint("dashboard", access="staff", tenant=True, prefix="/dashboard")
BLUEPRINTS = (bp,)


@bp.get("/")
def index() -> Response:
    return redirect(f"{g.viewer.community.url}dashboard/tasks")


@bp.get("/tasks")
def tasks() -> Response:
    show_live()
    return no_store(render("dashboard/tasks.html", "dashboard/_tasks.html", **_list()))


@bp.post("/tasks/<public_id>/status")
def set_status(public_id: str) -> Response:
    form = bind(StatusForm, request.form)
    if not form.valid:
        raise Invalid("There is no such status.")
    services.set_status(queries.get_task(g.viewer, uuid_of(public_id)), form.data.status, by=g.viewer)
    return _answer("Done." if form.data.status == "COMPLETED" else "Saved.")


@bp.post("/tasks/<public_id>/approve")
def approve(public_id: str) -> Response:
    task = _approval(public_id)
    membership.approve_request(task.related_id or 0, by=g.viewer)
    services.set_status(task, "COMPLETED", by=g.viewer)
    return _answer("They are in.")


@bp.post("/tasks/<public_id>/decline")
def decline(public_id: str) -> Response:
    form = bind(AnswerForm, request.form)
    if not form.valid:
        raise Invalid("Keep the reason below 500 characters.")
    task = _approval(public_id)
    membership.decline_request(task.related_id or 0, by=g.viewer, reason=form.data.reason)
    services.set_status(task, "COMPLETED", by=g.viewer)
    return _answer("The request was declined.")


def _approval(public_id: str) -> Task:
    task = queries.get_task(g.viewer, uuid_of(public_id))
    if task.type != "MEMBER_APPROVAL":
        raise NotFound
    return task


def _answer(toast: str) -> Response:
    return respond(replaced("tasks", fragment("dashboard/_tasks.html", **_list())),
                   otherwise=f"{g.viewer.community.url}dashboard/tasks", toast=toast)


def _list() -> dict[str, Any]:
    """The tasks, and beside those about a request who asks; one that was settled a moment ago is left out."""
    tasks = queries.open_tasks(g.viewer)
    ids = [task.related_id for task in tasks if task.type == "MEMBER_APPROVAL" and task.related_id]
    asking = {one.person.id: one for one in communities.requests(g.viewer, only=ids)} if ids else {}
    shown = [task for task in tasks if task.type != "MEMBER_APPROVAL" or task.related_id in asking]
    return {"tasks": shown, "asking": asking, "closed": queries.closed_tasks(g.viewer),
            "base": f"{g.viewer.community.url}dashboard/tasks"}
