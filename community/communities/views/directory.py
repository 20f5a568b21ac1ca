"""The directory of communities, and founding one."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, g, request

from community.communities import policies, queries, services
from community.communities.forms import CommunityForm
from community.communities.views.slug_field import slug_field
from community.core import paging
from community.core import settings as site
from community.core.authz import Decision
from community.core.errors import Invalid
from community.core.forms import bind, blank
from community.core.limits import limited
from community.core.responses import redirect, render
from community.core.text import clean
from community.core.web import access, blueprint

PAGE = 24
SORTS = (("members", "Largest"), ("activity", "Active"))

bp = blueprint("directory", access="anyone", prefix="/communities")


@bp.get("")
def index() -> Response:
    sort = "activity" if request.args.get("sort") == "activity" else "members"
    q = clean(request.args.get("q", ""))[:80].strip()
    filters = {"q": q} if q else {}
    after = paging.position(request.args.get("cursor"), sort=sort, filters=filters)
    rows = queries.directory(g.viewer, limit=PAGE, after=after, sort=sort, q=q)
    page = paging.slice_page(rows, PAGE, lambda card: paging.Cursor(sort, card.key, card.id, filters))
    older = "/communities?" + urlencode({"sort": sort, **filters, "cursor": page.next_cursor}) if page.next_cursor else ""
    tabs = [(label, "/communities?" + urlencode({"sort": name, **filters}), name == sort) for name, label in SORTS]
    return render("communities/directory.html", "communities/_directory_page.html", cards=page.items, older=older, tabs=tabs,
                  q=q, sort=sort, joined=[home.slug for home in g.viewer.communities], can_create=_can_create())


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
    """The field of the address, while one types."""
    return slug_field(url="/communities/slug", before="/c/", free_slug=queries.free_slug, is_taken=queries.is_slug_taken)


def _can_create() -> Decision:
    return policies.can_create_community(g.viewer, creation=str(site.get("community_creation")))
