"""Uploading and removing the pictures of people and places."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Response, g

from community.communities.queries import get_space
from community.core import uploads
from community.core.authz import require
from community.core.errors import Invalid, LoginNeeded, StorageFull, TooLarge, WrongType
from community.core.fragments import fragment
from community.core.fragments import partial as addressed
from community.core.limits import limited
from community.core.pictures import Panel
from community.core.responses import no_store, render, respond, wants_partial
from community.core.web import SliceBlueprint, access, blueprint, keep_writes
from community.media import owners, policies, queries, services
from community.media.owners import Slot

MISSING = "Choose a picture first."

people = blueprint("own_pictures", access="user", prefix="/settings/profile")
places = blueprint("pictures", access="admin", tenant=True)


def _own(what: str) -> Slot:
    return owners.slot("user", g.viewer.user.id, what)


def _of_community(what: str) -> Slot:
    place = g.viewer.community
    return owners.slot("community", place.id, what, community_id=place.id)


def _of_space(space: str) -> Slot:
    if g.viewer.is_guest:
        raise LoginNeeded
    return owners.slot("space", get_space(g.viewer, space).id, "banner", community_id=g.viewer.community.id)


def _of_emoji(code: str) -> Slot:
    place = g.viewer.community
    return owners.slot("emoji", queries.emoji_id(place.id, code), "picture", community_id=place.id)


def _shown(slot: Slot) -> Response:
    """The panel by itself: where scripts look whether an upload is ready, and a page without them."""
    require(policies.can_change_picture(g.viewer, slot))
    panel = _panel(slot)
    if wants_partial():
        return no_store(respond(_fragment(panel), _everywhere(slot, panel), otherwise=""))
    return no_store(_page(panel))


def _changed(slot: Slot, back: str = "") -> Response:
    """Take the file of the form in; what is wrong with it is said on the panel."""
    try:
        content = uploads.one_file("file", limit=slot.purpose.max_bytes, missing=MISSING,
                                   too_large=f"This file is too large. Choose one of up to {slot.purpose.size_named}.")
        services.upload_picture(slot, content, by=g.viewer)
    except (Invalid, TooLarge, WrongType) as error:
        if isinstance(error, StorageFull):
            keep_writes()
        return no_store(_page(_panel(slot), wrong=str(error), status=error.status))
    panel = _panel(slot)
    return respond(_fragment(panel), otherwise=back or panel.url)


def _removed(slot: Slot, back: str = "") -> Response:
    services.remove_picture(slot, by=g.viewer)
    panel = _panel(slot)
    return respond(_fragment(panel), _everywhere(slot, panel), otherwise=back or panel.url, toast="Removed.")


def _panel(slot: Slot) -> Panel:
    return queries.panels(slot.kind, slot.owner_id)[slot.what]


def _fragment(panel: Panel) -> str:
    return fragment("media/_panel.html", panel=panel, wrong="")


def _everywhere(slot: Slot, panel: Panel) -> str:
    """One's own picture in the frame of the page, once it is ready."""
    if slot.kind != "user" or slot.what != "avatar" or panel.state == "pending":
        return ""
    return addressed("#account-button", fragment("media/_face.html", person=panel), swap="innerHTML")


def _page(panel: Panel, *, wrong: str = "", status: int = 200) -> Response:
    return render("media/picture.html", "media/_panel.html", panel=panel, wrong=wrong, status=status)


def _routes(bp: SliceBlueprint, address: str, find: Callable[..., Slot], *, name: str, level: str = "", back: str = "",
            is_removable: bool = True) -> None:
    """The addresses of one picture: looking at its panel, sending another, and taking it away."""

    def show(**place: str) -> Response:
        return _shown(find(**place))

    def send(**place: str) -> Response:
        return _changed(find(**place), back)

    def remove(**place: str) -> Response:
        return _removed(find(**place), back)

    for view in (show, send, remove):
        view.__name__ = view.__qualname__ = f"{view.__name__}_{name}"  # limits and addresses are known by these
        if level:
            access(level)(view)
    bp.get(address)(show)
    bp.post(address)(limited(30, "hour", scope="upload")(send))
    if is_removable:
        bp.post(f"{address}/delete")(remove)
        bp.delete(address)(remove)


for _what in ("avatar", "banner"):
    _routes(people, f"/{_what}", partial(_own, _what), name=_what, back="/settings/profile")
    _routes(places, f"/dashboard/settings/{_what}", partial(_of_community, _what), name=f"community_{_what}")
_routes(places, "/s/<space>/settings/banner", _of_space, name="space_banner", level="reader")
_routes(places, "/dashboard/emoji/<code>/picture", _of_emoji, name="emoji_picture", is_removable=False)
