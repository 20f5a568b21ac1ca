"""Writing: the composer, autosave, preview, publishing and editing."""

from __future__ import annotations

from flask import Response, g, make_response, request

from community.core.clock import now
from community.core.errors import Denied, Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.fragments import fragment
from community.core.ids import number_of
from community.core.limits import limited
from community.core.markdown import as_markup
from community.core.markdown import render as render_markdown
from community.core.responses import redirect, render, respond
from community.core.tokens import new_client_token
from community.core.viewer import Grant
from community.core.web import blueprint
from community.posts import policies, queries, services
from community.posts.drafting import Draft, Duplicate, StaleVersion
from community.posts.forms import AutosaveForm, PostForm, PreviewForm
from community.posts.models import Post
from community.posts.urls import base_of, url_of

bp = blueprint("composing", access="member", tenant=True)


@bp.get("/new")
def new() -> Response:
    """The composer, empty or with a saved draft."""
    if request.args.get("draft"):
        post = _draft(number_of(request.args["draft"]))
        return _composer(_filled(post), heading="Go on writing")
    space = g.viewer.space_by_slug(request.args.get("space", ""))
    kind = request.args.get("kind", "").upper()
    form = blank(PostForm, space=space.id if space else None, kind=kind if kind in ("QUESTION", "BLOG") else "DISCUSSION",
                 client_token=new_client_token())
    return _composer(form)


@bp.post("/new")
@limited(10, "hour", scope="post")
@limited(50, "day", scope="post-day")
def publish() -> Response:
    form = bind(PostForm, request.form)
    if not form.valid:
        return _composer(form, status=422)
    post = _draft(form.data.draft) if form.data.draft else None
    try:
        made = services.publish_post(form.data.as_draft(), by=g.viewer, post=post)
    except Invalid as error:
        form.merge(error.fields)
        return _composer(form, status=422)
    except Duplicate as error:
        form.error("", f"You published the same text already: {url_of(error.post)}")
        return _composer(form, status=409)
    except StaleVersion as error:
        return _composer(_against(form, error.post), status=409, theirs=error.post)
    return redirect(url_of(made))


@bp.post("/drafts")
def autosave() -> Response:
    """Keep what is typed. The answer carries the draft's number and version back into the form."""
    form = bind(AutosaveForm, request.form)
    if not form.valid:
        return make_response("", 422)
    post = _draft(form.data.draft) if form.data.draft else None
    try:
        saved = services.save_draft(form.data.as_draft(), by=g.viewer, post=post)
    except StaleVersion as error:
        return make_response(fragment("posts/_conflict.html", theirs=error.post.content, title=error.post.title), 409)
    if not request.headers.get("HX-Request"):
        return redirect(f"{g.viewer.community.url}new?draft={saved.id}")
    return make_response(fragment("posts/_saved.html", number=saved.id, version=saved.version, at=now()))


@bp.post("/preview")
def preview() -> Response:
    """The text exactly as the page will show it."""
    form = bind(PreviewForm, request.form)
    source = (form.data.content or form.data.body) if form.valid else ""
    return render("posts/preview.html", "posts/_preview.html", html=as_markup(render_markdown(source)))


@bp.get("/me/drafts")
def drafts() -> Response:
    return render("posts/drafts.html", drafts=queries.drafts(g.viewer))


@bp.post("/me/drafts/<number>/delete")
def discard(number: str) -> Response:
    services.delete_post(_draft(number_of(number)), by=g.viewer)
    return respond(otherwise=f"{g.viewer.community.url}me/drafts", toast="Draft deleted.")


@bp.get("/p/<number>/edit")
def edit_page(number: str) -> Response:
    post = _editable(number)
    return _composer(_filled(post), editing=post, heading="Edit post")


@bp.post("/p/<number>/edit")
def edit(number: str) -> Response:
    post = _editable(number)
    form = bind(PostForm, request.form)
    if not form.valid:
        return _composer(form, status=422, editing=post)
    try:
        services.edit_post(post, form.data.as_draft(), by=g.viewer)
    except Invalid as error:
        form.merge(error.fields)
        return _composer(form, status=422, editing=post)
    except StaleVersion as error:
        return _composer(_against(form, error.post), status=409, editing=post, theirs=error.post)
    return redirect(url_of(post))


def _draft(number: int) -> Post:
    post = queries.get_post(g.viewer, number)
    if post.status != "DRAFT" or g.viewer.member is None or post.author_id != g.viewer.member.id:
        raise NotFound
    return post


def _editable(number: str) -> Post:
    post = queries.get_post(g.viewer, number_of(number))
    allowed = policies.can_edit(g.viewer, post)
    if not allowed:
        raise Denied(allowed.reason)
    return post


def _filled(post: Post) -> Form[PostForm]:
    return blank(PostForm, title=post.title, content=post.content, kind=post.kind, space=post.space_id,
                 tags=", ".join(queries.tag_names(post)), version=post.version,
                 draft=post.id if post.status == "DRAFT" else None, client_token=post.client_token or "")


def _against(form: Form[PostForm], theirs: Post) -> Form[PostForm]:
    """The author's own text, to be saved over the version that came in between once both were seen."""
    form.values["version"] = str(theirs.version)
    return form


def _composer(form: Form[PostForm], *, status: int = 200, editing: Post | None = None, theirs: Post | None = None,
              heading: str = "New post") -> Response:
    spaces = [space for space in g.viewer.spaces if _may_post(space)]
    if not spaces and editing is None:
        raise Denied("There is no space here in which you may post.")
    return render(
        "posts/compose.html", "posts/_compose_form.html", form=form, status=status, heading=heading, spaces=spaces,
        url=f"{base_of(editing)}/edit" if editing else f"{g.viewer.community.url}new", is_edit=editing is not None,
        autosave_url="" if editing else f"{g.viewer.community.url}drafts", preview_url=f"{g.viewer.community.url}preview",
        theirs=Draft(theirs.title, theirs.content) if theirs else None,
        back=url_of(editing) if editing else g.viewer.community.url)


def _may_post(space: Grant) -> bool:
    return bool(policies.can_create(g.viewer, space))
