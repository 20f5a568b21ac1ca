"""The directory of communities, and founding one."""

from __future__ import annotations

from flask import Response, g, request

from community.communities import queries, services
from community.communities.forms import CommunityForm
from community.core import paging
from community.core.errors import Invalid
from community.core.forms import bind, blank
from community.core.limits import limited
from community.core.responses import redirect, render
from community.core.text import slug_of
from community.core.web import access, blueprint

PAGE = 24

bp = blueprint("directory", access="anyone", prefix="/communities")


@bp.get("")
def index() -> Response:
    after = paging.position(request.args.get("cursor"), sort="members")
    rows = queries.directory(g.viewer, limit=PAGE, after=after)
    page = paging.slice_page(rows, PAGE, lambda card: paging.Cursor("members", card.member_count, card.id))
    return render("communities/directory.html", "communities/_directory_page.html", result=page)


@bp.get("/new")
@access("user")
def new() -> Response:
    return render("communities/new.html", form=blank(CommunityForm))


@bp.post("/new")
@access("user")
@limited(3, "day", scope="found-community")
def create() -> Response:
    form = bind(CommunityForm, request.form)
    if form.valid:
        try:
            made = services.create_community(by=g.viewer, **form.data.model_dump())
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(f"/c/{made.slug}/")
    return render("communities/new.html", "communities/_community_form.html", form=form, status=422)


@bp.get("/slug")
@access("user")
def check_slug() -> Response:
    """Whether an address is free; a fragment under the field while typing."""
    value = slug_of(request.args.get("value", "")[:80])[:50]
    return render("communities/slug.html", "communities/_slug_hint.html", value=value,
                  taken=queries.is_slug_taken(value))
