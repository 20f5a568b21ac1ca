"""The permission trace, and looking through the eyes of a role."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, session

from community.communities import policies
from community.communities.viewers import VIEW_AS
from community.core.authz import require
from community.core.errors import Invalid
from community.core.forms import Form, bind, blank
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.web import blueprint
from community.permissions import queries
from community.permissions.actions import ACTIONS
from community.permissions.forms import EyesForm, QuestionForm
from community.permissions.tracing import Trace, trace

bp = blueprint("permissions", access="staff", tenant=True, prefix="/dashboard")
site = blueprint("eyes", access="user")
BLUEPRINTS = (bp, site)


@bp.get("/permissions")
@limited(60, "minute", scope="permissions")
def page() -> Response:
    """Whether somebody may do something, and the rule that decides it; asked by the address, so that it can be shared."""
    if "action" not in request.args:
        return _page(blank(QuestionForm, action="comment"))
    form = bind(QuestionForm, request.args)
    if not form.valid:
        return _page(form, status=422)
    try:
        found, facts = _answer(form.data)
    except Invalid as error:
        form.merge(error.fields)
        return _page(form, status=422)
    return _page(form, found=found, facts=facts)


@bp.post("/view-as")
def view_as() -> Response:
    """Look at the community through the eyes of a role, from the next page on."""
    form = bind(EyesForm, request.form)
    if not form.valid:
        raise Invalid("Choose through whose eyes to look.")
    require(policies.can_view_as(g.viewer, form.data.role))
    session[VIEW_AS] = {"slug": g.viewer.community.slug, "role": form.data.role}
    return redirect(g.viewer.community.url)


@site.post("/view-as/delete")
def own_eyes() -> Response:
    """Back to one's own view; it stands outside of communities, where one is always oneself."""
    chosen: dict[str, str] = session.pop(VIEW_AS, None) or {}
    return redirect(f"/c/{chosen['slug']}/dashboard/permissions" if chosen else "/")


def _answer(asked: QuestionForm) -> tuple[Trace, list[queries.Fact]]:
    action = ACTIONS[asked.action]
    person = queries.find_person(g.viewer, asked.who)
    target = queries.find_target(g.viewer, person, action, space=asked.space, post=asked.post, comment=asked.comment)
    return trace(action, person, target), list(queries.facts(g.viewer, person, target))


def _page(form: Form[Any], *, status: int = 200, found: Trace | None = None, facts: list[queries.Fact] | None = None,
          ) -> Response:
    asked = ACTIONS.get(str(form.values["action"]))
    roles = [(role, name) for role, name in policies.SEEN_AS.items() if policies.can_view_as(g.viewer, role)]
    spaces = [("", "None"), *((space.slug, space.name) for space in g.viewer.spaces)]
    return no_store(render("permissions/index.html", form=form, status=status, trace=found, facts=facts or [], asked=asked,
                           actions=list(ACTIONS.values()), spaces=spaces, roles=roles))
