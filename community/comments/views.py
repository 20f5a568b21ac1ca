"""Commenting, and the thread as a region that fetches itself."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from community.comments import broadcasts, policies, queries, services, threads
from community.comments.forms import CommentEditForm, CommentForm
from community.comments.models import Comment
from community.core import subjects
from community.core.errors import Denied, Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.fragments import appended, fragment, partial, pressed, replaced, said
from community.core.ids import number_of, uuid_of
from community.core.limits import limited
from community.core.responses import redirect, render, respond, wants_partial
from community.core.tokens import new_client_token
from community.core.web import access, blueprint
from community.reactions.queries import own_marks

bp = blueprint("comments", access="reader", tenant=True, prefix="/p/<number>/comments")
BLUEPRINTS = (bp,)


@bp.get("")
def thread(number: str) -> Response:
    """A page of the thread: what the sentinel, the order and a resync fetch."""
    post = _post(number)
    if not wants_partial():
        return redirect(f"{subjects.kind('post').url_of(post)}#comments")
    found = threads.thread_of(g.viewer, post, sort=request.args.get("sort", "oldest"), cursor=request.args.get("cursor"))
    template = "comments/_roots.html" if request.args.get("cursor") else "comments/_lists.html"
    return respond(pressed(fragment(template, thread=found), found.marks), otherwise="")


@bp.post("")
@access("member")
@limited(10, "minute", scope="comment")
@limited(200, "day", scope="comment-day")
def create(number: str) -> Response:
    post = _post(number)
    form = bind(CommentForm, request.form)
    if not form.valid:
        return _composer(post, form, status=422)
    data = form.data
    parent = _answered(post, data.parent) if data.parent else None
    reply = services.Reply(data.body, parent, data.as_note, data.client_token, request.remote_addr)
    comment = services.add_comment(post, reply, by=g.viewer)
    if parent is None and not data.at_end:
        return redirect(subjects.kind("comment").url_of(comment))
    return respond(broadcasts.in_place(comment, post, g.viewer), broadcasts.count_partial(post), _fresh(post, parent),
                   said("Comment posted"), otherwise=subjects.kind("comment").url_of(comment))


@bp.get("/<comment>/reply")
@access("member")
def reply_form(number: str, comment: str) -> Response:
    """The form for an answer to a comment, below it or as a page of its own."""
    post = _post(number)
    found = queries.get_comment(g.viewer, post, uuid_of(comment))
    return _composer(post, blank(CommentForm, parent=str(found.public_id), client_token=new_client_token()),
                     answered=threads.single(g.viewer, post, found))


@bp.get("/<comment>/replies")
def replies(number: str, comment: str) -> Response:
    """The rest of a branch."""
    post = _post(number)
    root = queries.get_comment(g.viewer, post, uuid_of(comment))
    after = request.args.get("after")
    path = queries.get_comment(g.viewer, post, uuid_of(after)).path if after else root.path
    if not wants_partial():
        return redirect(subjects.kind("comment").url_of(root))
    branch = threads.branch_of(g.viewer, post, root, after=path)
    return respond(pressed(fragment("comments/_branch.html", branch=branch), branch.marks), otherwise="")


@bp.get("/<comment>/edit")
@access("member")
def edit_form(number: str, comment: str) -> Response:
    post, found = _own(number, comment)
    return _editor(post, found, blank(CommentEditForm, body=found.content, version=found.version))


@bp.post("/<comment>/edit")
@access("member")
def edit(number: str, comment: str) -> Response:
    post, found = _own(number, comment)
    form = bind(CommentEditForm, request.form)
    if not form.valid:
        return _editor(post, found, form, status=422)
    try:
        services.edit_comment(found, form.data.body, post, version=form.data.version, by=g.viewer)
    except services.StaleComment as error:
        form.error("body", "This comment was changed in another place. Its text now stands above; yours is kept here.")
        return _editor(post, found, form, status=409, theirs=error.comment.content)
    return respond(_replaced(post, found), said("Comment saved"), otherwise=subjects.kind("comment").url_of(found))


@bp.get("/<comment>")
def show(number: str, comment: str) -> Response:
    """The comment alone: what Cancel puts back in the place of its editor."""
    post = _post(number)
    found = queries.get_comment(g.viewer, post, uuid_of(comment))
    if not wants_partial():
        return redirect(subjects.kind("comment").url_of(found))
    return respond(_replaced(post, found, reveals="reveal" in request.args), otherwise="")


@bp.post("/<comment>/delete")
@bp.delete("/<comment>")
@access("member")
def delete(number: str, comment: str) -> Response:
    post = _post(number)
    found = queries.get_any_comment(g.viewer, post, uuid_of(comment))
    topmost = services.delete_comment(found, post, by=g.viewer)
    undo = fragment("ui/_undo.html", text="Comment deleted", url=f"{request.path.removesuffix('/delete')}/restore")
    return respond(broadcasts.as_it_is(topmost, post, g.viewer), broadcasts.count_partial(post), appended("flash", undo),
                   otherwise=f"{subjects.kind('post').url_of(post)}#comments")


@bp.post("/<comment>/restore")
@access("member")
def restore(number: str, comment: str) -> Response:
    post = _post(number)
    found = queries.get_any_comment(g.viewer, post, uuid_of(comment))
    services.restore_comment(found, post, by=g.viewer)
    return redirect(subjects.kind("comment").url_of(found))


def _post(number: str) -> subjects.Commentable:
    return subjects.load(g.viewer, "post", number_of(number))  # type: ignore[return-value]


def _base(post: subjects.Commentable) -> str:
    return subjects.kind("post").base_of(post)


def _answered(post: subjects.Commentable, parent: str) -> Comment:
    """The comment a reply names. It may have gone, or never been here, while the reply was written."""
    try:
        return queries.get_comment(g.viewer, post, uuid_of(parent))
    except NotFound:
        raise Invalid("The comment you answer is not there any more.") from None


def _own(number: str, comment: str) -> tuple[subjects.Commentable, Comment]:
    post = _post(number)
    found = queries.get_comment(g.viewer, post, uuid_of(comment))
    allowed = policies.can_edit(g.viewer, found)
    if not allowed:
        raise Denied(allowed.reason)
    return post, found


def _replaced(post: subjects.Commentable, comment: Comment, *, reveals: bool = False) -> str:
    shown = threads.single(g.viewer, post, comment, reveals=reveals)
    return pressed(replaced(f"c-{comment.public_id}", fragment("comments/_article.html", comment=shown)),
                   own_marks(g.viewer, "comment", {comment.id: comment.public_id}))


def _fresh(post: subjects.Commentable, parent: Comment | None) -> str:
    """What stands where the composer stood: an empty one under the post, nothing under a comment."""
    if parent is not None:
        return partial(f"#composer-{parent.public_id}", "", swap="delete")
    form = blank(CommentForm, client_token=new_client_token(), at_end=True)
    html = fragment("comments/_composer.html", form=form, url=_base(post), answered=None,
                    is_question=post.kind == "QUESTION")
    return partial("#composer", html, swap="outerHTML")


def _composer(post: subjects.Commentable, form: Form[Any], *, status: int = 200,
              answered: threads.Shown | None = None) -> Response:
    parent = form.values.get("parent")
    if parent and answered is None:
        answered = threads.single(g.viewer, post, queries.get_comment(g.viewer, post, uuid_of(parent)))
    return render("comments/compose.html", "comments/_composer.html", form=form, url=_base(post),
                  answered=answered, is_question=post.kind == "QUESTION", status=status, title=post.title,
                  back=subjects.kind("post").url_of(post))


def _editor(post: subjects.Commentable, comment: Comment, form: Form[Any], *, status: int = 200, theirs: str = "") -> Response:
    return render("comments/edit.html", "comments/_editor.html", form=form, comment_id=str(comment.public_id),
                  url=f"{_base(post)}/comments/{comment.public_id}", theirs=theirs, status=status,
                  version=comment.version, title=post.title, back=subjects.kind("comment").url_of(comment))
