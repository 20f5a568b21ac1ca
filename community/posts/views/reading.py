"""The page of a post, and what its readers do with it."""

from __future__ import annotations

from flask import Response, current_app, g, make_response, request
from flask import redirect as moved

from community.accounts.policies import hiding, may_reveal
from community.comments import threads
from community.comments.forms import CommentForm
from community.core import topics
from community.core.errors import NotFound
from community.core.forms import blank
from community.core.fragments import fragment, pressed
from community.core.ids import number_of, uuid_of
from community.core.page import show_live
from community.core.responses import redirect, render
from community.core.tokens import new_client_token
from community.core.web import access, blueprint
from community.posts import policies, queries, services
from community.posts.models import Post
from community.posts.shown import shown_post
from community.posts.urls import base_of, url_of

bp = blueprint("posts", access="reader", tenant=True)


@bp.get("/p/<number>")
def show(number: str) -> Response:
    """A post with its thread. The wrong slug leads to the right one, for good."""
    post = queries.get_post(g.viewer, number_of(number))
    relation = hiding(g.viewer, post.author_id, "thread")
    is_hidden = relation is not None and not ("show" in request.args and may_reveal(relation))
    if number != f"{post.id}-{post.slug}" and not is_hidden:
        return _moved(post)
    opened = request.args.get("comment")
    thread = threads.thread_of(g.viewer, post, sort=request.args.get("sort", "oldest"), cursor=request.args.get("cursor"),
                               opened=uuid_of(opened) if opened else None, reveals="reveal" in request.args)
    if relation is not None and is_hidden:
        show_live(topics.topic("post", post.public_id))
        return render("posts/hidden.html", why=threads.hidden_text(relation), thread=thread,
                      lists=pressed(fragment("comments/_lists.html", thread=thread), thread.marks),
                      reveal_url=f"{url_of(post)}?show=1" if may_reveal(relation) else "")
    g.canonical = current_app.extensions["config"].site_url + url_of(post)
    show_live(topics.topic("post", post.public_id))
    can_comment = policies.can_comment(g.viewer, post)
    at_end = thread.roots.next_cursor is None and thread.sort == "oldest"
    return render(
        "posts/show.html", post=shown_post(g.viewer, post), thread=thread,
        lists=pressed(fragment("comments/_lists.html", thread=thread), thread.marks),
        related=queries.related(g.viewer, post), can_comment=can_comment,
        form=blank(CommentForm, client_token=new_client_token(), at_end=at_end) if can_comment else None,
        can_delete=bool(policies.can_delete(g.viewer, post)), can_edit=bool(policies.can_edit(g.viewer, post)))


@bp.get("/p/<number>/history")
@access("member")
def history(number: str) -> Response:
    """The texts of a post as they once stood, latest first."""
    post = queries.get_post(g.viewer, number_of(number))
    relation = hiding(g.viewer, post.author_id, "thread")
    if relation is not None and not may_reveal(relation):
        raise NotFound
    return render("posts/history.html", title=post.title, back=url_of(post), revisions=queries.revisions(post))


@bp.post("/p/<number>/delete")
@bp.delete("/p/<number>")
@access("member")
def delete(number: str) -> Response:
    """Delete a post; asking twice ends in the same place."""
    try:
        post = queries.get_post(g.viewer, number_of(number))
        services.delete_post(post, by=g.viewer)
    except NotFound:
        post = queries.get_deleted(g.viewer, number_of(number))
    return redirect(f"{base_of(post)}/deleted")


@bp.get("/p/<number>/deleted")
@access("member")
def deleted(number: str) -> Response:
    """Where the author lands after deleting, with the way back."""
    post = queries.get_deleted(g.viewer, number_of(number))
    return render("posts/deleted.html", title=post.title, restore_url=f"{base_of(post)}/restore")


@bp.post("/p/<number>/restore")
@access("member")
def restore(number: str) -> Response:
    """Bring a post back; asking twice ends in the same place."""
    try:
        post = queries.get_deleted(g.viewer, number_of(number))
        services.restore_post(post, by=g.viewer)
    except NotFound:
        post = queries.get_post(g.viewer, number_of(number))
    return redirect(url_of(post))


def _moved(post: Post) -> Response:
    """To the address with the right slug. Slugs follow titles and may come back, so browsers have to ask again."""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    response = make_response(moved(url_of(post) + query, 301))
    response.headers["Cache-Control"] = "private, no-cache"
    return response

