"""What every page's frame needs: one object, built from the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g, request

from community.core import topics
from community.core.topics import Live
from community.core.viewer import Emoji, Grant, Home, Place, Viewer


@dataclass(frozen=True)
class NavItem:
    """A link of the sidebar."""

    icon: str
    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Page:
    """The context of the layouts; every page gets it as `page`."""

    viewer: Viewer
    community: Place | None
    spaces: Sequence[Grant]
    nav: Sequence[NavItem]
    communities: Sequence[Home]
    can_post: bool
    is_staff: bool
    unread_notifications: int
    nonce: str
    theme: str
    live: Live | None
    palette: Sequence[Emoji]
    canonical: str | None
    current_url: str
    site_name: str


def show_live(*names: str) -> None:
    """Let the page follow these topics, and the viewer's own; called without any: only that one."""
    g.live_topics = [*g.get("live_topics", []), *names]


def page_context() -> Page:
    """The frame of the page being rendered."""
    viewer: Viewer = g.viewer
    user = viewer.user
    return Page(
        viewer=viewer, community=viewer.community, spaces=viewer.spaces, nav=_nav(viewer),
        communities=viewer.communities, can_post=viewer.is_member, is_staff=viewer.is_staff,
        unread_notifications=viewer.unread_notifications, nonce=g.nonce,
        theme=(user.theme if user else "SYSTEM").lower(), live=_live(viewer),
        palette=_palette(viewer), canonical=g.get("canonical"),
        current_url=request.full_path.rstrip("?"), site_name=g.get("site_name", "Community"),
    )


def _live(viewer: Viewer) -> Live | None:
    if "live_topics" not in g or viewer.seen_as:
        return None
    names = list(dict.fromkeys(g.live_topics))
    if viewer.user is not None:
        names.insert(0, topics.topic("user", viewer.user.public_id))
    if not names:
        return None
    return topics.live(viewer, *names[:50])


def _palette(viewer: Viewer) -> Sequence[Emoji]:
    if viewer.user is None:
        return ()
    offered = viewer.community.emoji if viewer.community else g.get("palette", ())
    return [one for one in offered if one.is_active]


def _nav(viewer: Viewer) -> list[NavItem]:
    here = request.path
    place = viewer.community
    if place is None:
        items = [NavItem("home", "Home", "/"), NavItem("users", "Communities", "/communities")]
    else:
        reads = place.visibility == "PUBLIC" or viewer.reads_as_member or viewer.is_site_admin
        items = [NavItem("home", "Home", place.url), NavItem("users", "Members", f"{place.url}members"),
                 NavItem("hash", "Spaces", f"{place.url}spaces"), NavItem("tag", "Topics", f"{place.url}tags")] if reads else []
        items.append(NavItem("list", "About", f"{place.url}about"))
        if reads and viewer.is_staff:
            items.append(NavItem("chart", "Dashboard", f"{place.url}dashboard/"))
    if viewer.user is not None:
        items.append(NavItem("bell", "Notifications", "/notifications"))
    return [NavItem(item.icon, item.label, item.url, _is_at(item, here)) for item in items]


def _is_at(item: NavItem, here: str) -> bool:
    return item.url == here or (item.url.endswith("/dashboard/") and here.startswith(item.url))
