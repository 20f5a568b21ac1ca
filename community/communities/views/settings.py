"""The settings of a community, closing it and opening it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, request

from community.communities import policies, preferences, queries, services
from community.communities.forms import AccessForm, ContentForm, DeleteForm, GeneralForm, SafetyForm
from community.communities.models import Community
from community.core import pictures, zones
from community.core.errors import Gone, Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.responses import no_store, redirect, render
from community.core.viewer import elsewhere
from community.core.web import blueprint

bp = blueprint("community_settings", access="admin", tenant=True, prefix="/dashboard/settings")
shut = blueprint("restoring", access="anyone", tenant=True, prefix="/restore")
Shown = Mapping[str, object]


@bp.get("")
def general() -> Response:
    return _page("general", blank(GeneralForm, **_general(_here())))


@bp.post("")
def save_general() -> Response:
    form = bind(GeneralForm, request.form)

    def save() -> Community:
        values = form.data.model_dump(exclude={"version"})
        return services.update_community(values, version=form.data.version, by=g.viewer)

    return _save("general", form, save, _general)


@bp.get("/access")
def access() -> Response:
    return _page("access", blank(AccessForm, **_access(_here())))


@bp.post("/access")
def save_access() -> Response:
    form = bind(AccessForm, request.form)

    def save() -> Community:
        data = form.data
        wanted = services.Access(visibility=data.visibility, join_policy=data.join_policy, rules=data.rules,
                                 questions=[services.Question(*one) for one in data.asked])
        return services.update_access(wanted, version=data.version, confirmed=data.confirmed, by=g.viewer)

    try:
        return _save("access", form, save, _access)
    except services.Widens as error:
        return _page("access", form, widens=error.posts, status=409)


@bp.get("/content")
def content() -> Response:
    return _page("content", blank(ContentForm, **_content(_here())))


@bp.post("/content")
def save_content() -> Response:
    form = bind(ContentForm, request.form)

    def save() -> Community:
        values = form.data.model_dump()
        return services.update_preferences(values, version=values.pop("version"), by=g.viewer)

    return _save("content", form, save, _content)


@bp.get("/safety")
def safety() -> Response:
    return _page("safety", blank(SafetyForm, **_safety(_here())))


@bp.post("/safety")
def save_safety() -> Response:
    form = bind(SafetyForm, request.form)

    def save() -> Community:
        return services.update_preferences({"require_2fa_staff": form.data.require_2fa_staff}, version=form.data.version,
                                           by=g.viewer)

    return _save("safety", form, save, _safety)


@bp.post("/delete")
def delete() -> Response:
    form = bind(DeleteForm, request.form)
    if form.valid:
        try:
            services.delete_community(form.data.slug, by=g.viewer)
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(f"{g.viewer.community.url}restore")
    return _page("safety", blank(SafetyForm, **_safety(_here())), delete_form=form, status=422)


@shut.get("")
def restore_page() -> Response:
    return no_store(render("communities/restore.html", community=_shut()))


@shut.post("")
def restore() -> Response:
    _shut()
    services.restore_community(by=g.viewer)
    return redirect(g.viewer.community.url)


def _shut() -> Community:
    """The community at hand, if it is shut and the viewer may open it; for all others it is gone."""
    place = g.viewer.community
    if place.status != "LOCKED" or not policies.can_know_community(g.viewer):
        g.viewer = elsewhere(g.viewer)
        raise NotFound
    if not policies.can_own(g.viewer):
        raise Gone("This community was closed.")
    return queries.get_community(place.id)


def _save(section: str, form: Form[Any], save: Callable[[], Community], shown: Callable[[Community], Shown]) -> Response:
    """Save, and go back to the page; with what somebody else saved meanwhile, the form and both versions."""
    if not form.valid:
        return _page(section, form, status=422)
    try:
        saved = save()
    except Invalid as error:
        form.merge(error.fields)
        return _page(section, form, status=422)
    except services.StaleSettings as error:
        theirs = shown(error.community)
        form.values["version"] = str(error.community.version)
        mine = blank(type(form.data), **theirs).values
        return _page(section, form, theirs={name: value for name, value in mine.items()
                                            if name not in ("version", "confirmed") and value != form.values[name]}, status=409)
    return redirect(f"/c/{saved.slug}/dashboard/settings{'' if section == 'general' else '/' + section}?saved=1")


def _page(section: str, form: Form[Any], *, status: int = 200, theirs: Mapping[str, object] | None = None,
          widens: int | None = None, delete_form: Form[DeleteForm] | None = None) -> Response:
    community = _here()
    return no_store(render(
        f"communities/settings_{section}.html", form=form, community=community, section_name=section, theirs=theirs or {},
        widens=widens, done="saved" in request.args and request.method == "GET", owns=bool(policies.can_own(g.viewer)),
        delete_form=delete_form or blank(DeleteForm), base=f"{g.viewer.community.url}dashboard/settings",
        spaces=g.viewer.spaces, zones=zones.choices(str(form.values.get("timezone", ""))),
        pictures=pictures.panels("community", community.id) if section == "general" else {}, status=status))


def _here() -> Community:
    return queries.get_community(g.viewer.community.id)


def _general(community: Community) -> Shown:
    names = ("version", "name", "slug", "description", "about", "hue", "locale", "timezone")
    return {name: getattr(community, name) for name in names}


def _access(community: Community) -> Shown:
    asked = queries.questions(community.id)
    return {"version": community.version, "visibility": community.visibility, "join_policy": community.join_policy,
            "rules": community.rules,
            **{f"question_{n}": one.text for n, one in enumerate(asked, 1)},
            **{f"required_{n}": asked[n - 1].required if n <= len(asked) else True for n in range(1, 6)}}


def _content(community: Community) -> Shown:
    known = preferences.of(community.settings).model_dump(exclude={"require_2fa_staff"})
    return {"version": community.version, **known}


def _safety(community: Community) -> Shown:
    return {"version": community.version, "require_2fa_staff": preferences.of(community.settings).require_2fa_staff}
