"""Tags and categories in the dashboard."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, g, request

from community.communities import queries, services
from community.communities.forms import CategoryForm, MergeForm, TagForm
from community.core import paging
from community.core.errors import Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.ids import number_of
from community.core.responses import redirect, render
from community.core.web import blueprint

PAGE = 50

bp = blueprint("taxonomy", access="admin", tenant=True, prefix="/dashboard/taxonomy")


@bp.get("")
def index() -> Response:
    return _index(blank(CategoryForm, is_active=True))


@bp.post("/categories")
def create_category() -> Response:
    form = bind(CategoryForm, request.form)
    if form.valid:
        try:
            services.create_category(form.data.as_changes(), by=g.viewer)
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(_base())
    return _index(form, status=422)


@bp.get("/categories/<number>")
def category(number: str) -> Response:
    row = _category_row(number_of(number))
    form = blank(CategoryForm, name=row.name, parent=row.parent_id, description=row.description, icon=row.icon,
                 is_active=row.is_active)
    return _category(row, form)


@bp.post("/categories/<number>")
def change_category(number: str) -> Response:
    row, form = _category_row(number_of(number)), bind(CategoryForm, request.form)
    if form.valid:
        try:
            services.change_category(row.id, form.data.as_changes(), by=g.viewer)
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(_base())
    return _category(row, form, status=422)


@bp.post("/categories/<number>/delete")
def delete_category(number: str) -> Response:
    services.delete_category(number_of(number), by=g.viewer)
    return redirect(_base())


@bp.post("/categories/<number>/move/<direction>")
def move_category(number: str, direction: str) -> Response:
    if direction not in ("up", "down"):
        raise NotFound
    services.move_category(number_of(number), -1 if direction == "up" else 1, by=g.viewer)
    return redirect(_base())


@bp.get("/tags/<number>")
def tag(number: str) -> Response:
    row = queries.tag_row(g.viewer, number_of(number))
    form = blank(TagForm, name=row.name, description=row.description, has_color=bool(row.color), color=row.color, icon=row.icon,
                 group_name=row.group_name, featured=row.featured, synonyms=", ".join(row.synonyms))
    return _tag(number, form, blank(MergeForm))


@bp.post("/tags/<number>")
def change_tag(number: str) -> Response:
    form = bind(TagForm, request.form)
    row = queries.tag_row(g.viewer, number_of(number))
    if form.valid:
        try:
            services.change_tag(row.id, form.data.as_changes(), by=g.viewer)
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(_base())
    return _tag(number, form, blank(MergeForm), status=422)


@bp.post("/tags/<number>/merge")
def merge(number: str) -> Response:
    form = bind(MergeForm, request.form)
    row = queries.tag_row(g.viewer, number_of(number))
    if form.valid:
        try:
            target = services.merge_tags(row.id, form.data.into, by=g.viewer)
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(f"{_base()}/tags/{target.id}")
    kept = blank(TagForm, name=row.name, description=row.description, has_color=bool(row.color), color=row.color,
                 icon=row.icon, group_name=row.group_name, featured=row.featured, synonyms=", ".join(row.synonyms))
    return _tag(number, kept, form, status=422)


def _index(form: Form[CategoryForm], *, status: int = 200) -> Response:
    q = " ".join(request.args.get("q", "").split())[:50]
    after = paging.position(request.args.get("cursor"), sort="posts", filters={"q": q, "all": True})
    rows = queries.tags(g.viewer, limit=PAGE, after=after, q=q, all_of_them=True)
    page = paging.slice_page(rows, PAGE, lambda row: paging.Cursor("posts", row.posts, row.id, {"q": q, "all": True}))
    older = f"{_base()}?" + urlencode(({"q": q} if q else {}) | {"cursor": page.next_cursor}) if page.next_cursor else ""
    return render("dashboard/taxonomy.html", "dashboard/_tags.html", status=status, form=form, q=q, tags=page.items, older=older,
                  base=_base(), categories=queries.categories(g.viewer, all_of_them=True))


def _category(row: queries.CategoryRow, form: Form[CategoryForm], *, status: int = 200) -> Response:
    tree = queries.categories(g.viewer, all_of_them=True)
    below = set(queries.branch(tree, row.id))
    return render("dashboard/category.html", status=status, row=row, form=form, base=_base(),
                  parents=[one for one in tree if one.id not in below and one.depth < 3])


def _category_row(number: int) -> queries.CategoryRow:
    found = next((one for one in queries.categories(g.viewer, all_of_them=True) if one.id == number), None)
    if found is None:
        raise NotFound
    return found


def _tag(number: str, form: Form[TagForm], merging: Form[MergeForm], *, status: int = 200) -> Response:
    return render("dashboard/tag.html", status=status, tag=queries.tag_row(g.viewer, number_of(number)), form=form,
                  merging=merging, base=_base())


def _base() -> str:
    return f"{g.viewer.community.url}dashboard/taxonomy"
