"""The spaces of a community."""

from __future__ import annotations

from flask import Response, g, request

from community.communities import policies, queries, services
from community.communities.forms import SpaceForm
from community.communities.views.slug_field import slug_field
from community.core.errors import Invalid
from community.core.forms import bind, blank
from community.core.limits import limited
from community.core.responses import redirect, render
from community.core.web import access, blueprint

bp = blueprint("spaces", access="reader", tenant=True)


@bp.get("/spaces")
def index() -> Response:
    joined = [space for space in g.viewer.spaces if space.is_member]
    others = [(space, policies.can_join_space(g.viewer, space)) for space in g.viewer.spaces if not space.is_member]
    return render("communities/spaces.html", joined=joined, others=others,
                  can_create=policies.can_create_space(g.viewer))


@bp.get("/spaces/new")
@access("member")
def new() -> Response:
    return render("communities/space_new.html", form=blank(SpaceForm), can_create=policies.can_create_space(g.viewer),
                  base=f"{g.viewer.community.url}spaces", before=f"{g.viewer.community.url}s/")


@bp.post("/spaces/new")
@access("member")
def create() -> Response:
    form = bind(SpaceForm, request.form)
    if form.valid:
        try:
            space = services.create_space(by=g.viewer, **form.data.model_dump())
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(f"{g.viewer.community.url}s/{space.slug}/")
    return render("communities/space_new.html", "communities/_space_form.html", form=form, status=422,
                  can_create=policies.can_create_space(g.viewer), base=f"{g.viewer.community.url}spaces",
                  before=f"{g.viewer.community.url}s/")


@bp.get("/spaces/slug")
@access("member")
@limited(60, "minute", scope="slug")
def check_slug() -> Response:
    """The field of a space's address, while one types."""
    place = g.viewer.community
    return slug_field(url=f"{place.url}spaces/slug", before=f"{place.url}s/",
                      free_slug=lambda name: queries.free_slug(name, within=place.id),
                      is_taken=lambda slug: queries.is_space_slug_taken(place.id, slug))


@bp.post("/s/<space>/join")
@access("member")
def join(space: str) -> Response:
    found = queries.get_space(g.viewer, space)
    is_in = services.join_space(found, by=g.viewer)
    return redirect(found.url if is_in or found.visibility == "PUBLIC" else f"{g.viewer.community.url}spaces")


@bp.post("/s/<space>/leave")
@access("member")
def leave(space: str) -> Response:
    found = queries.get_space(g.viewer, space)
    services.leave_space(found, by=g.viewer)
    return redirect(f"{g.viewer.community.url}spaces")
