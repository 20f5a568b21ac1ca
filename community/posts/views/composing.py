"""Writing: the composer, autosave, preview, publishing and editing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, g, make_response, request

from community.communities.policies import newcomer_hint, settled
from community.communities.queries import categories
from community.core.clock import now
from community.core.errors import Denied, Invalid, NotFound, TooFast
from community.core.forms import Form, bind, blank
from community.core.fragments import fragment
from community.core.ids import number_of
from community.core.limits import limited
from community.core.markdown import as_markup
from community.core.markdown import render as render_markdown
from community.core.responses import redirect, render, respond, wants_partial
from community.core.tokens import new_client_token
from community.core.viewer import Grant
from community.core.web import blueprint
from community.posts import policies, queries, services
from community.posts.drafting import Draft, Duplicate, StaleVersion
from community.posts.forms import AutosaveForm, PostForm, PreviewForm
from community.posts.models import Post
from community.posts.urls import base_of, url_of

KINDS = ("DISCUSSION", "QUESTION", "BLOG")

bp = blueprint("composing", access="member", tenant=True)


@bp.get("/new")
def new() -> Response:
    """The composer, empty or with a saved draft."""
    if request.args.get("draft"):
        return _composer(_filled(_draft(number_of(request.args["draft"]))), heading="Go on writing")
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
    try:
        draft, post = _sent(form)
        made = services.publish_post(draft, by=g.viewer, post=post)
    except Invalid as error:
        form.merge(error.fields)
        return _composer(form, status=422)
    except TooFast as error:
        form.error("", str(error))
        return _composer(form, status=429)
    except Duplicate as error:
        return _composer(form, status=409, twin=error.post)
    except StaleVersion as error:
        return _clash(form, error.post)
    return redirect(url_of(made))


@bp.post("/drafts")
@limited(60, "minute", scope="autosave")
def autosave() -> Response:
    """Keep what is typed. The answer carries the draft's number and version back into the form."""
    form = bind(AutosaveForm, request.form)
    is_script = wants_partial()
    if not form.valid:
        return make_response("", 422) if is_script else _composer(form, status=422)
    try:
        draft, post = _sent(form)
        saved = services.save_draft(draft, by=g.viewer, post=post)
    except Invalid as error:
        form.merge(error.fields)
        return make_response("", 422) if is_script else _composer(form, status=422)
    except StaleVersion as error:
        theirs = fragment("posts/_conflict.html", theirs=error.post.content, title=error.post.title)
        return make_response(theirs, 409) if is_script else _clash(form, error.post)
    if not is_script:
        return redirect(f"{g.viewer.community.url}new?draft={saved.id}")
    return make_response(fragment("posts/_saved.html", number=saved.id, version=saved.version, at=now()))


@bp.post("/preview")
@limited(60, "minute", scope="preview")
def preview() -> Response:
    """The text exactly as the page will show it."""
    form = bind(PreviewForm, request.form)
    if not form.valid:
        raise Invalid("This text is too long, or has characters in it that cannot be shown.")
    html = as_markup(render_markdown(form.data.content or form.data.body))
    return render("posts/preview.html", "posts/_preview.html", html=html)


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
    if post.status == "DRAFT":
        return redirect(f"{g.viewer.community.url}new?draft={post.id}")
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
        return _clash(form, error.post)
    return redirect(url_of(post))


def _sent(form: Form[Any]) -> tuple[Draft, Post | None]:
    """What was typed, and the draft it was saved as; one that was deleted meanwhile is written anew."""
    draft = form.data.as_draft()
    post = queries.own_post(g.viewer, form.data.draft) if form.data.draft else None
    return (draft if post else replace(draft, version=None)), post


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
    is_draft = post.status == "DRAFT"
    return blank(PostForm, title=post.title, content=post.content, kind=post.kind, space=post.space_id, category=post.category_id,
                 tags=", ".join(post.draft_tags if is_draft else queries.tag_names(post)), version=post.version,
                 draft=post.id if is_draft else None, client_token=post.client_token or "")


def _clash(form: Form[Any], theirs: Post) -> Response:
    """The author's own text beside the one that came in between, to be saved over it once both were seen."""
    form.values["version"] = str(theirs.version)
    return _composer(form, status=409, theirs=theirs, editing=None if theirs.status == "DRAFT" else theirs)


def _composer(form: Form[Any], *, status: int = 200, editing: Post | None = None, theirs: Post | None = None,
              twin: Post | None = None, heading: str = "New post") -> Response:
    spaces = [space for space in g.viewer.spaces if _may_post(space)]
    if not spaces and editing is None:
        raise Denied("There is no space here in which you may post.")
    if editing is None and form.values["space"] not in {"", *(str(space.id) for space in spaces)}:
        form.values["space"] = ""
        form.error("space", "You cannot post in the space that was chosen. Choose another one.")
    here = g.viewer.community.url
    return render(
        "posts/compose.html", "posts/_compose_form.html", form=form, status=status, heading=heading, spaces=spaces,
        categories=categories(g.viewer), kinds=settled.offered_kinds(g.viewer, KINDS),
        url=f"{base_of(editing)}/edit" if editing else f"{here}new", is_edit=editing is not None,
        autosave_url="" if editing else f"{here}drafts", preview_url=f"{here}preview",
        newcomer=newcomer_hint(g.viewer),
        theirs=Draft(theirs.title, theirs.content) if theirs else None, twin_url=url_of(twin) if twin else "",
        default_space=_default_space(spaces), back=url_of(editing) if editing else here)


def _may_post(space: Grant) -> bool:
    return bool(policies.can_create(g.viewer, space))


def _default_space(spaces: Sequence[Grant]) -> str:
    """Where a post goes unless its author says otherwise: not to the announcements."""
    open_ones = [space for space in spaces if space.posting_policy != "STAFF"]
    return str((open_ones or spaces)[0].id) if spaces else ""
