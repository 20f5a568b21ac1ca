"""Uploading and removing the pictures of people and places."""

from __future__ import annotations

from flask import Response, g

from community.communities.queries import get_space
from community.core import uploads
from community.core.errors import Invalid, LoginNeeded, StorageFull, TooLarge, WrongType
from community.core.fragments import fragment, partial
from community.core.limits import limited
from community.core.pictures import Panel
from community.core.responses import no_store, render, respond, wants_partial
from community.core.web import access, blueprint, keep_writes
from community.media import owners, queries, services
from community.media.owners import Slot

MISSING = "Choose a picture first."

people = blueprint("own_pictures", access="user", prefix="/settings/profile")
places = blueprint("pictures", access="admin", tenant=True)
upload = limited(30, "hour", scope="upload")


@people.get("/avatar", defaults={"what": "avatar"})
@people.get("/banner", defaults={"what": "banner"})
def own(what: str) -> Response:
    return _shown(_own(what))


@people.post("/avatar", defaults={"what": "avatar"})
@people.post("/banner", defaults={"what": "banner"})
@upload
def change_own(what: str) -> Response:
    return _changed(_own(what), "/settings/profile")


@people.post("/avatar/delete", defaults={"what": "avatar"})
@people.post("/banner/delete", defaults={"what": "banner"})
@people.delete("/avatar", defaults={"what": "avatar"})
@people.delete("/banner", defaults={"what": "banner"})
def remove_own(what: str) -> Response:
    return _removed(_own(what), "/settings/profile")


@places.get("/dashboard/settings/avatar", defaults={"what": "avatar"})
@places.get("/dashboard/settings/banner", defaults={"what": "banner"})
def of_community(what: str) -> Response:
    return _shown(_of_community(what))


@places.post("/dashboard/settings/avatar", defaults={"what": "avatar"})
@places.post("/dashboard/settings/banner", defaults={"what": "banner"})
@upload
def change_of_community(what: str) -> Response:
    return _changed(_of_community(what))


@places.post("/dashboard/settings/avatar/delete", defaults={"what": "avatar"})
@places.post("/dashboard/settings/banner/delete", defaults={"what": "banner"})
@places.delete("/dashboard/settings/avatar", defaults={"what": "avatar"})
@places.delete("/dashboard/settings/banner", defaults={"what": "banner"})
def remove_of_community(what: str) -> Response:
    return _removed(_of_community(what))


@places.get("/s/<space>/settings/banner")
@access("reader")
def of_space(space: str) -> Response:
    return _shown(_of_space(space))


@places.post("/s/<space>/settings/banner")
@access("reader")
@upload
def change_of_space(space: str) -> Response:
    return _changed(_of_space(space))


@places.post("/s/<space>/settings/banner/delete")
@places.delete("/s/<space>/settings/banner")
@access("reader")
def remove_of_space(space: str) -> Response:
    return _removed(_of_space(space))


@places.get("/dashboard/emoji/<code>/picture")
def of_emoji(code: str) -> Response:
    return _shown(_of_emoji(code))


@places.post("/dashboard/emoji/<code>/picture")
@upload
def change_of_emoji(code: str) -> Response:
    return _changed(_of_emoji(code))


def _own(what: str) -> Slot:
    return owners.slot("user", g.viewer.user.id, what)


def _of_community(what: str) -> Slot:
    place = g.viewer.community
    return owners.slot("community", place.id, what, community_id=place.id)


def _of_space(slug: str) -> Slot:
    if g.viewer.is_guest:
        raise LoginNeeded
    return owners.slot("space", get_space(g.viewer, slug).id, "banner", community_id=g.viewer.community.id)


def _of_emoji(code: str) -> Slot:
    place = g.viewer.community
    return owners.slot("emoji", queries.emoji_id(place.id, code), "picture", community_id=place.id)


def _shown(slot: Slot) -> Response:
    """The panel by itself: where scripts look whether an upload is ready, and a page without them."""
    queries.ask_to_change(g.viewer, slot)
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
    return partial("#account-button", fragment("media/_face.html", person=panel), swap="innerHTML")


def _page(panel: Panel, *, wrong: str = "", status: int = 200) -> Response:
    return render("media/picture.html", "media/_panel.html", panel=panel, wrong=wrong, status=status)
