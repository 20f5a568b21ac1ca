"""Reacting, and who reacted."""

from __future__ import annotations

from flask import Response, g, request

from community.core import subjects
from community.core.errors import Invalid, NotFound
from community.core.forms import bind
from community.core.fragments import fragment, pressed, replaced
from community.core.ids import number_of, uuid_of
from community.core.limits import limited
from community.core.responses import render, respond
from community.core.web import access, blueprint
from community.reactions import broadcasts, policies, queries, services
from community.reactions.forms import ReactionForm

bp = blueprint("reactions", access="reader", tenant=True)
BLUEPRINTS = (bp,)


@bp.post("/p/<number>/react")
@access("member")
@limited(60, "minute", scope="reaction")
def react(number: str) -> Response:
    form = bind(ReactionForm, request.form)
    if not form.valid:
        raise Invalid("This reaction is not available here.")
    kind, subject = _target(number, form.data.target)
    services.toggle_reaction(kind, subject, form.data.emoji, by=g.viewer)
    bar = broadcasts.bar_of(kind, subject, g.viewer)
    html = fragment("reactions/_bar.html", bar=bar)
    marks = queries.own_marks(g.viewer, kind, {subject.id: subject.public_id})
    return respond(replaced(bar.id, pressed(html, marks)), otherwise=subjects.kind(kind).url_of(subject))


@bp.get("/p/<number>/reactions")
def reactions(number: str) -> Response:
    """Who reacted, and every reaction one may give."""
    kind, subject = _target(number, request.args.get("target", "post"))
    by_code = {one.code: one for one in g.viewer.community.emoji}
    people = [(by_code[code], person)
              for code, person in queries.who_reacted(g.viewer, kind, subject.id) if code in by_code]
    return render("reactions/page.html", people=people, back=subjects.kind(kind).url_of(subject),
                  emoji=[one for one in g.viewer.community.emoji if one.is_active],
                  url=f"{subjects.kind(kind).base_of(subject)}/react",
                  target=request.args.get("target", "post"), can_react=bool(policies.can_react(g.viewer, kind, subject)))


def _target(number: str, target: str) -> tuple[str, subjects.Subject]:
    post = subjects.load(g.viewer, "post", number_of(number))
    if target == "post":
        return "post", post
    found = subjects.kind("comment").load_public(g.viewer, uuid_of(target))
    if getattr(found, "post_id", None) != post.id:
        raise NotFound
    return "comment", found
