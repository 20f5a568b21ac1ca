"""What one sees before belonging, joining and leaving, and who else is here."""

from __future__ import annotations

from flask import Response, g, request

from community.communities import policies, queries, services
from community.core import paging
from community.core.errors import LoginNeeded
from community.core.limits import limited
from community.core.responses import redirect, render
from community.core.web import access, blueprint

PAGE = 24

bp = blueprint("lobby", access="lobby", tenant=True)


@bp.get("/about")
def about() -> Response:
    return render("communities/about.html", community=queries.at_hand(g.viewer), staff=queries.staff(g.viewer),
                  can_join=policies.can_join(g.viewer), can_leave=policies.can_leave(g.viewer))


@bp.get("/join")
def join_page() -> Response:
    if g.viewer.is_guest:
        raise LoginNeeded
    return render("communities/join.html", community=queries.at_hand(g.viewer), can_join=policies.can_join(g.viewer))


@bp.post("/join")
@limited(60, "hour", scope="join")
def join() -> Response:
    if g.viewer.is_guest:
        raise LoginNeeded
    member = services.join(by=g.viewer)
    return redirect(g.viewer.community.url + ("about" if member.status == "PENDING" else ""))


@bp.post("/leave")
@access("user")
def leave() -> Response:
    services.leave(by=g.viewer)
    return redirect(g.viewer.community.url + "about")


@bp.get("/members")
@access("reader")
def members() -> Response:
    after = paging.position(request.args.get("cursor"), sort="joined")
    rows = queries.members(g.viewer, limit=PAGE, after=after)
    page = paging.slice_page(
        rows, PAGE, lambda row: paging.Cursor("joined", row.joined_at, row.id))
    return render("communities/members.html", "communities/_members_page.html", result=page)
