"""The directory of communities, and founding one."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, g, request

from community.communities import policies, queries, services, slugs
from community.communities.forms import CommunityForm
from community.core import paging
from community.core import settings as site
from community.core.authz import Decision
from community.core.errors import Invalid
from community.core.forms import bind, blank
from community.core.limits import limited
from community.core.responses import redirect, render
from community.core.web import access, blueprint

PAGE = 24

bp = blueprint("directory", access="anyone", prefix="/communities")


@bp.get("")
def index() -> Response:
    after = paging.position(request.args.get("cursor"), sort="members")
    rows = queries.directory(g.viewer, limit=PAGE, after=after)
    page = paging.slice_page(rows, PAGE, lambda card: paging.Cursor("members", card.member_count, card.id))
    older = "/communities?" + urlencode({"cursor": page.next_cursor}) if page.next_cursor else ""
    return render("communities/directory.html", "communities/_directory_page.html", cards=page.items, older=older,
                  joined=[home.slug for home in g.viewer.communities], can_create=_can_create())


@bp.get("/new")
@access("user")
def new() -> Response:
    return render("communities/new.html", form=blank(CommunityForm), can_create=_can_create())


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
    return render("communities/new.html", "communities/_community_form.html", form=form, can_create=_can_create(),
                  status=422)


@bp.get("/slug")
@access("user")
@limited(60, "minute", scope="slug")
def check_slug() -> Response:
    """Whether an address is free; a fragment under the field while typing."""
    value = request.args.get("value", request.args.get("slug", "")).strip().lower()[:80]
    problem = slugs.problem_with(value) if value else None
    if problem is None and queries.is_slug_taken(value):
        problem = "This address is taken."
    return render("communities/slug.html", "communities/_slug_hint.html", value=value, problem=problem,
                  action="/communities/slug")


@bp.get("/suggestion")
@access("user")
@limited(60, "minute", scope="slug")
def suggest_slug() -> Response:
    """The field of the address with a suggestion made of the name, unless the person typed another one."""
    name, typed, before = (request.args.get(key, "").strip()[:80] for key in ("name", "slug", "suggested"))
    suggested = queries.free_slug(name)
    value = suggested if typed in ("", before) else typed
    return render("communities/slug.html", "communities/_slug_field.html", value=value, suggested=suggested,
                  messages=[], focus=False, before="/c/", base="/communities", problem=None,
                  action="/communities/slug")


def _can_create() -> Decision:
    return policies.can_create_community(g.viewer, creation=str(site.get("community_creation")))
