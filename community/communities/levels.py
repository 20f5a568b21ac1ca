"""The access levels of pages below `/c/<community>`."""

from __future__ import annotations

from community.communities import policies, viewers
from community.core import viewer as core_viewer
from community.core.errors import Denied, Gone, LoginNeeded, NotFound
from community.core.viewer import Viewer
from community.core.web import register_level


def lobby(viewer: Viewer) -> None:
    """Whoever may know that the community exists."""
    if not policies.can_know_community(viewer):
        raise NotFound
    _must_be_open(viewer)


def reader(viewer: Viewer) -> None:
    """Whoever reads the community; to others its content does not exist."""
    if not policies.can_know_community(viewer):
        raise NotFound
    _must_be_open(viewer)
    if not policies.can_read_community(viewer):
        raise NotFound


def _must_be_open(viewer: Viewer) -> None:
    """A community whose deletion was asked for is gone for everybody; its owners may bring it back."""
    if viewer.community is not None and viewer.community.status == "LOCKED":
        raise Restorable(viewer.community.url) if policies.can_own(viewer) else Gone("This community was closed.")


class Restorable(Gone):
    """Shut, but the person looking may open it again, at `url` + restore."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}restore"
        super().__init__(f"This community is to be deleted. As its owner you can bring it back: {self.url}")


def member(viewer: Viewer) -> None:
    """Members; readers learn what is missing."""
    reader(viewer)
    if viewer.user is None:
        raise LoginNeeded
    allowed = policies.can_write_here(viewer)
    if not allowed:
        raise Denied(allowed.reason)


def person(viewer: Viewer) -> None:
    """Whoever reads the community and is logged in; what they may do is up to the services."""
    reader(viewer)
    if viewer.user is None:
        raise LoginNeeded


def leaver(viewer: Viewer) -> None:
    """Whoever belongs, even who waits or was suspended; others as far as they may know of the community."""
    if not policies.can_leave(viewer) and not policies.can_know_community(viewer):
        raise NotFound
    if viewer.user is None:
        raise LoginNeeded


def staff(viewer: Viewer) -> None:
    """Moderators and above; readers learn what is missing."""
    _of_rank(viewer, 1, "Only the staff of this community sees this page.")


def admin(viewer: Viewer) -> None:
    """Admins and owners; readers learn what is missing."""
    _of_rank(viewer, 2, "You need to be an admin of this community.")


def _of_rank(viewer: Viewer, rank: int, reason: str) -> None:
    reader(viewer)
    if viewer.user is None:
        raise LoginNeeded
    if viewer.rank < rank:
        raise Denied(reason)


def register() -> None:
    """Make the levels and the loading of viewers known."""
    register_level("lobby", lobby)
    register_level("reader", reader)
    register_level("member", member)
    register_level("person", person)
    register_level("leaver", leaver)
    register_level("staff", staff)
    register_level("admin", admin)
    core_viewer.register(from_request=viewers.from_request, for_community=viewers.for_community,
                         reader_in=viewers.reader_in)
