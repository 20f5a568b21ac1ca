"""The settings of a space, and the list of spaces in the dashboard."""

from __future__ import annotations

from flask import Response, g, request

from community.communities import policies, queries, services
from community.communities.changes import StaleSpace, Widening
from community.communities.forms import DeleteSpaceForm, OrderForm, SpaceSettingsForm
from community.communities.models import Space
from community.core import pictures
from community.core.errors import Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.ids import number_of
from community.core.responses import redirect, render
from community.core.viewer import Grant
from community.core.web import access, blueprint

KIND_NAMES = (("DISCUSSION", "Discussions", ""), ("QUESTION", "Questions", ""), ("BLOG", "Blog posts", ""))

bp = blueprint("space_settings", access="person", tenant=True)


@bp.get("/s/<space>/settings")
def settings(space: str) -> Response:
    found = queries.get_space(g.viewer, space)
    row = queries.space_row(g.viewer, found)
    return _form(found, blank(SpaceSettingsForm, **_values(row)), done=request.args.get("done") == "1")


@bp.post("/s/<space>/settings")
def save(space: str) -> Response:
    """The settings. Where more people would read, it asks; where somebody else was faster, it shows both."""
    found, form = queries.get_space(g.viewer, space), bind(SpaceSettingsForm, request.form)
    if not form.valid:
        return _form(found, form, status=422)
    try:
        row = services.update_space(found, form.data.as_changes(), by=g.viewer, version=form.data.version,
                                    widens=form.data.widens)
    except StaleSpace as error:
        theirs = _values(error.space)
        form.values["version"] = str(error.space.version)
        return _form(found, form, theirs=theirs, status=409)
    except Widening as error:
        return _form(found, form, widening=error.posts, status=409)
    except Invalid as error:
        form.merge(error.fields)
        return _form(found, form, status=422)
    return redirect(f"{g.viewer.community.url}s/{row.slug}/settings?done=1")


@bp.post("/s/<space>/archive")
def archive(space: str) -> Response:
    found = queries.get_space(g.viewer, space)
    services.archive_space(found, by=g.viewer, archived=True)
    return redirect(f"{found.url}settings")


@bp.post("/s/<space>/archive/delete")
def unarchive(space: str) -> Response:
    found = queries.get_space(g.viewer, space)
    services.archive_space(found, by=g.viewer, archived=False)
    return redirect(f"{found.url}settings")


@bp.get("/s/<space>/delete")
def delete_page(space: str) -> Response:
    return _delete(queries.get_space(g.viewer, space), blank(DeleteSpaceForm))


@bp.post("/s/<space>/delete")
def delete(space: str) -> Response:
    found, form = queries.get_space(g.viewer, space), bind(DeleteSpaceForm, request.form)
    if form.valid:
        try:
            services.delete_space(found, by=g.viewer, target_id=form.data.target)
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(f"{g.viewer.community.url}spaces")
    return _delete(found, form, status=422)


@bp.get("/dashboard/spaces")
@access("admin")
def index() -> Response:
    return render("dashboard/spaces.html", "dashboard/_spaces.html", rows=queries.all_spaces(g.viewer),
                  base=g.viewer.community.url, most=policies.MOST_SPACES)


@bp.post("/dashboard/spaces/order")
@access("admin")
def order() -> Response:
    form = bind(OrderForm, request.form)
    if not form.valid:
        raise Invalid("Send the ids of the spaces in the order you want.")
    services.order_spaces(form.data.ids, by=g.viewer)
    return redirect(f"{g.viewer.community.url}dashboard/spaces")


@bp.post("/dashboard/spaces/<number>/<direction>")
@access("admin")
def move(number: str, direction: str) -> Response:
    if direction not in ("up", "down"):
        raise NotFound
    services.move_space(number_of(number), -1 if direction == "up" else 1, by=g.viewer)
    return redirect(f"{g.viewer.community.url}dashboard/spaces")


def _form(space: Grant, form: Form[SpaceSettingsForm], *, done: bool = False, theirs: dict[str, object] | None = None,
          widening: int | None = None, status: int = 200) -> Response:
    return render(
        "communities/space_settings.html", "communities/_space_settings_form.html", status=status, space=space, form=form,
        done=done, theirs=theirs, widening=widening, kinds=KIND_NAMES, before=f"{g.viewer.community.url}s/",
        pictures=pictures.panels("space", space.id),
        can_feature=bool(policies.can_feature_space(g.viewer)), can_delete=bool(policies.can_delete_space(g.viewer, space)))


def _delete(space: Grant, form: Form[DeleteSpaceForm], *, status: int = 200) -> Response:
    row = queries.space_row(g.viewer, space)
    others = [one for one in g.viewer.spaces if one.id != space.id and policies.is_as_strict(one.visibility, space.visibility)]
    return render("communities/space_delete.html", space=space, form=form, others=others, posts=row.post_count, status=status,
                  is_last=len(g.viewer.spaces) < 2, can_delete=policies.can_delete_space(g.viewer, space))


def _values(row: Space) -> dict[str, object]:
    return {
        "name": row.name, "slug": row.slug, "description": row.description, "icon": row.icon, "color": row.color,
        "has_color": bool(row.color), "visibility": row.visibility, "join_approval": row.join_approval,
        "posting_policy": row.posting_policy, "default_sort": row.default_sort, "allowed_kinds": row.allowed_kinds,
        "rules": row.rules, "guidelines": "\n".join(row.guidelines), "tags": ", ".join(row.tags), "auto_join": row.auto_join,
        "is_featured": row.is_featured, "version": row.version,
    }
