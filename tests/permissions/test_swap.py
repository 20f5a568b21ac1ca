"""An id of another community leads nowhere: each parameter and each id in a body is swapped, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from community.communities import services as communities
from community.communities import viewers
from community.extensions import db
from tests.architecture.sources import expect_none
from tests.permissions.asking import Asking, outcome
from tests.permissions.table import ROWS, USUAL, Row
from tests.permissions.world import OTHER, PLACES, World

HERE = PLACES["PUBLIC"]
GLOBAL = frozenset({"community", "username", "token", "code", "provider", "kind", "variant"})
"""Parameters whose values do not belong to a community."""
ATTIC = "attic"


class Swapping(World):
    """The world, but for one name, which is looked up in the other community."""

    swapped: str = ""

    def find(self, name: str, slug: str, role: str) -> str:
        if name != self.swapped:
            return super().find(name, slug, role)
        return ATTIC if name in ("general", "workshop", "guild", "cellar") else super().find(name, OTHER, role)


@pytest.fixture(scope="module")
def swapping(asking: Asking) -> Asking:
    """The world with a space in the other community that has no namesake here."""
    founder = asking.world.people["foreign_admin"].user_id
    other = int(asking.world.things[OTHER]["place_id"])
    communities.create_space(by=viewers.for_community(viewers.of_user(founder), other), name="Attic", slug=ATTIC,
                             description="Up here.", icon="", visibility="PUBLIC")
    db.session.commit()
    asking.remember()
    return asking


def named(row: Row) -> Iterator[str]:
    """The names of things of a community in the address and the body of a row."""
    for parameter in re.findall(r"<(?:[a-z_]+:)?([a-z_]+)>", row.rule):
        if parameter not in GLOBAL:
            name = row.parameters.get(parameter) or USUAL.get(parameter, "")
            if name and not name.startswith("own_"):
                yield name
    for value in (row.body or {}).values():
        if isinstance(value, str):
            yield from (name for name in re.findall(r"\{(\w+)\}", value) if name != "version")


SWAPS = [(row, name) for row in ROWS if row.is_tenant for name in dict.fromkeys(named(row))]


@pytest.mark.parametrize(("row", "name"), SWAPS, ids=[f"{row.key} {name}" for row, name in SWAPS])
def test_a_thing_of_another_community_does_not_exist_here(swapping: Asking, row: Row, name: str) -> None:
    world = Swapping(swapping.world.people, swapping.world.things, swapping.world.own)
    world.swapped = name
    problems = []
    for role in ("owner", "author", "site_admin"):
        path = row.path(world, HERE, role)
        answer, changed = swapping.ask_and_compare(row.method, path, role, form=row.form(world, HERE, role))
        in_path = path != row.path(swapping.world, HERE, role)
        allowed = {"404"} | ({"403"} if role != "owner" else set()) | (set() if in_path else {"403", "422"})
        if outcome(answer) not in allowed:
            problems.append(f"{role}: {row.method} {path} answers {answer.status_code}")
        if changed:
            problems.append(f"{role}: {row.method} {path} changed {', '.join(changed)}")
    expect_none(problems)


def test_there_is_something_to_swap() -> None:
    assert len(SWAPS) > 40
    assert {"post", "comment", "general"} <= {name for _, name in SWAPS}
