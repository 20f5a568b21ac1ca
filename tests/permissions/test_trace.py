"""The permission trace: what it says is what people get, and only the staff asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser

from community.communities import viewers
from community.core.viewer import Viewer
from community.permissions import queries
from community.permissions.actions import ACTIONS
from community.permissions.tracing import Trace, trace
from tests.architecture.sources import expect_none
from tests.permissions.asking import Asking, outcome
from tests.permissions.roles import ROLES
from tests.permissions.table import ROWS, Row
from tests.permissions.world import PLACES

BY_KEY = {row.key: row for row in ROWS}
HERE = "/c/<community>"
ENFORCED = {
    "know": f"GET {HERE}/about", "read": f"GET {HERE}/spaces", "see_members": f"GET {HERE}/members",
    "join": f"POST {HERE}/join", "leave": f"POST {HERE}/leave", "write": f"POST {HERE}/preview",
    "create_space": f"POST {HERE}/spaces/new", "answer_requests": f"POST {HERE}/members/<number>/approve",
    "read_space": f"GET {HERE}/s/<space>/fresh", "join_space": f"POST {HERE}/s/<space>/join", "post": f"POST {HERE}/new",
    "read_post": f"GET {HERE}/p/<number>", "comment": f"POST {HERE}/p/<number>/comments", "react": f"POST {HERE}/p/<number>/react",
    "edit_post": f"GET {HERE}/p/<number>/edit", "delete_post": f"POST {HERE}/p/<number>/delete",
    "edit_comment": f"GET {HERE}/p/<number>/comments/<comment>/edit",
    "delete_comment": f"POST {HERE}/p/<number>/comments/<comment>/delete",
}
"""The address that does what an action asks about."""
IN_ALREADY = {"member", "author", "space_member", "space_banned", "space_moderator", "suspended", "muted", "moderator", "admin",
              "owner", "account_suspended", "pending"}
"""Joining twice is no error, though there is nothing to join."""
REFUSALS = {"login", "403", "404", "422"}


def test_every_action_has_an_address_that_enforces_it() -> None:
    assert set(ENFORCED) == set(ACTIONS)
    assert set(ENFORCED.values()) <= set(BY_KEY)


def subjects(about: str) -> tuple[str, ...]:
    """What to ask about: spaces of several visibilities, and posts in them."""
    return {"community": ("",), "space": ("general", "announcements", "workshop", "cellar"),
            "post": ("post", "workshop_post", "cellar_post"), "comment": ("post",)}[about]


def person(asking: Asking, role: str, slug: str) -> Viewer:
    """Somebody as the site knows them; read once, for the world does not change."""
    if (role, slug) not in _known:
        found = asking.world.people[role]
        viewer = viewers.of_user(found.user_id) if found.user_id else Viewer()
        _known[role, slug] = viewers.for_community(viewer, int(asking.world.things[slug]["place_id"]))
    return _known[role, slug]


_known: dict[tuple[str, str], Viewer] = {}


def traced(asking: Asking, action: str, subject: str, role: str, slug: str) -> Trace:
    """The trace as the owner asks for it."""
    things = asking.world.things[slug]
    them = person(asking, role, slug)
    target = queries.find_target(person(asking, "owner", slug), them, ACTIONS[action], space=subject,
                                 post=things.get(subject, ""), comment=things["comment"])
    return trace(ACTIONS[action], them, target)


def enforced(asking: Asking, action: str, subject: str, role: str, slug: str) -> bool:
    row = BY_KEY[ENFORCED[action]]
    named = {"space": subject} if "<space>" in row.rule else {"number": f"{subject}_page"} if action == "read_post" else \
        {"number": subject} if ACTIONS[action].about in ("post", "comment") else dict(row.parameters)
    body = dict(row.body or {}) | ({"space": f"{{{subject}_id}}"} if action == "post" else {})
    asked = Row(row.method, row.rule, row.who, named, body or None, row.query)
    return outcome(asking.ask_row(asked, slug, role)[0]) not in REFUSALS


def grid() -> Iterator[tuple[str, str]]:
    for name, action in ACTIONS.items():
        for subject in subjects(action.about):
            yield name, subject


@pytest.mark.parametrize(("action", "subject"), list(grid()))
def test_what_the_trace_says_is_what_happens(asking: Asking, action: str, subject: str) -> None:
    problems = defaultdict(list)
    for visibility in ("PUBLIC", "PRIVATE") if ACTIONS[action].about == "community" else ("PUBLIC",):
        for role in ROLES:
            if role == "account_banned" or (action == "join" and role in IN_ALREADY):
                continue
            found = traced(asking, action, subject, role, PLACES[visibility])
            if found.allowed != enforced(asking, action, subject, role, PLACES[visibility]):
                problems[f"{visibility}: the trace says {'yes' if found.allowed else 'no'}, the site does not"].append(role)
            if not found.allowed and found.deciding is None and not found.reason:
                problems[f"{visibility}: a refusal without a rule"].append(role)
    expect_none([f"{action} {subject}, {problem}: {', '.join(who)}" for problem, who in problems.items()])


@pytest.mark.parametrize(("role", "rule", "reason"), [
    ("guest", "accounts.can_act", "Log in to do this."),
    ("unverified", "accounts.can_write", "Confirm your e-mail address first. We sent you a link."),
    ("outsider", "communities.can_write_here", "Join the community first."),
    ("muted", "communities.can_write_here", "You are muted for now."),
    ("suspended", "communities.can_write_here", "Your membership is suspended."),
])
def test_the_innermost_rule_is_named(asking: Asking, role: str, rule: str, reason: str) -> None:
    found = traced(asking, "comment", "post", role, PLACES["PUBLIC"])
    assert found.deciding is not None
    assert (found.deciding.rule, found.reason) == (rule, reason)


def test_who_may_not_read_is_told_by_the_rule_of_reading(asking: Asking) -> None:
    found = traced(asking, "read_post", "cellar_post", "member", PLACES["PUBLIC"])
    assert found.deciding is not None
    assert found.deciding.rule == "posts.reads_place"
    assert found.deciding.says


def page(asking: Asking, role: str, query: str) -> LexborHTMLParser:
    answer = asking.ask("GET", f"/c/{PLACES['PUBLIC']}/dashboard/permissions?{query}", role)
    assert answer.status_code in (200, 422), answer.status
    return LexborHTMLParser(answer.text)


def test_a_moderator_reads_answer_rule_and_facts(asking: Asking) -> None:
    post = asking.world.things[PLACES["PUBLIC"]]["post"]
    shown = page(asking, "moderator", f"who=the-muted&action=comment&post=/c/x/p/{post}-some-title")
    answer = shown.css_first("#answer")
    assert answer is not None
    assert "You are muted for now." in answer.text()
    assert "communities.can_write_here" in [code.text() for code in answer.css("code")]
    facts = {row.css_first("dt").text(): row.css_first("dd").text() for row in answer.css(".facts div")}
    assert facts["Role"] == "member"
    assert facts["Muted"].startswith("until ")
    assert facts["Post"].startswith("published")


def test_questions_about_strangers_and_hidden_things_are_refused_alike(asking: Asking) -> None:
    cellar = asking.world.things[PLACES["PUBLIC"]]["cellar_post"]

    def complaint(query: str) -> str:
        return " ".join(page(asking, "moderator", query).css_first(".field__error").text().split())

    assert complaint("who=founder&action=write") == complaint("who=no-such-person&action=write")
    assert complaint(f"who=the-member&action=read_post&post={cellar}") == complaint(
        "who=the-member&action=read_post&post=999999999")
    assert complaint("who=the-member&action=read_space&space=cellar") == complaint(
        "who=the-member&action=read_space&space=no-such-space")
