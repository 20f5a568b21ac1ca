"""How one presents oneself: profile, privacy, name and region."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from community.accounts import queries, services
from community.accounts.forms import PrivacyForm, ProfileForm, RegionForm, UsernameForm, tags_in
from community.accounts.models import User
from community.accounts.privacy import Privacy
from community.core import pictures, zones
from community.core.errors import Invalid
from community.core.forms import Form, bind, blank
from community.core.fragments import fragment, replaced
from community.core.responses import no_store, redirect, render, respond
from community.core.web import blueprint

bp = blueprint("presenting", access="user", prefix="/settings")


@bp.get("/profile")
def profile() -> Response:
    user = queries.with_profile(g.viewer.user.id)
    return _profile_page(_as_form(user), user, done="saved" in request.args)


@bp.post("/profile")
def save_profile() -> Response:
    form = bind(ProfileForm, request.form)
    if not form.valid:
        return _profile_page(form, queries.with_profile(g.viewer.user.id), status=422)
    sent = form.data.model_dump()
    links = {name: sent.pop(name) for name, _ in queries.SOCIAL}
    interests, skills = tags_in(sent.pop("interests")), tags_in(sent.pop("skills"))
    services.update_profile(by=g.viewer, social_links=links, interests=interests, skills=skills, **sent)
    user = queries.with_profile(g.viewer.user.id)
    return respond(replaced("profile-form", fragment("accounts/_profile_form.html", form=_as_form(user), social=queries.SOCIAL)),
                   replaced("profile-meter", fragment("accounts/_meter.html", **_meter(user))),
                   otherwise="/settings/profile?saved=1", toast="Saved.")


@bp.get("/privacy")
def privacy() -> Response:
    chosen = Privacy.of(queries.with_profile(g.viewer.user.id).profile.privacy)
    return _privacy_page(blank(PrivacyForm, **chosen.stored()), done="saved" in request.args)


@bp.post("/privacy")
def save_privacy() -> Response:
    form = bind(PrivacyForm, request.form)
    if not form.valid:
        return _privacy_page(form, status=422)
    services.choose_privacy(Privacy(**form.data.model_dump()), by=g.viewer)
    return respond(otherwise="/settings/privacy?saved=1", toast="Saved.")


@bp.get("/account")
def account() -> Response:
    return _account_page(done=request.args.get("saved", ""))


@bp.post("/account/username")
def change_username() -> Response:
    """Take another username; the old one leads to the new one for a while."""
    form = bind(UsernameForm, request.form)
    if form.valid:
        try:
            services.rename(form.data.username, by=g.viewer)
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect("/settings/account?saved=username")
    return _account_page(username=form, status=422)


@bp.post("/account/region")
def change_region() -> Response:
    form = bind(RegionForm, request.form)
    if not form.valid:
        return _account_page(region=form, status=422)
    services.choose_region(by=g.viewer, language=form.data.preferred_language, timezone=form.data.timezone)
    return redirect("/settings/account?saved=region")


def _as_form(user: User) -> Form[ProfileForm]:
    shown = user.profile
    links = {name: shown.social_links.get(name, "") for name, _ in queries.SOCIAL}
    return blank(ProfileForm, display_name=shown.display_name, bio=shown.bio, pronouns=shown.pronouns,
                 location=shown.location, website=shown.website, birthdate=shown.birthdate,
                 interests=", ".join(shown.interests), skills=", ".join(shown.skills), **links)


def _meter(user: User) -> dict[str, Any]:
    parts = services.completeness_of(user)
    return {"percent": sum(points for points, _, is_there in parts if is_there),
            "missing": [label for _, label, is_there in parts if not is_there]}


def _profile_page(form: Form[ProfileForm], user: User, *, done: bool = False, status: int = 200) -> Response:
    return no_store(render("accounts/settings_profile.html", "accounts/_profile_form.html" if status == 422 else None,
                           pictures=pictures.panels("user", g.viewer.user.id),
                           form=form, social=queries.SOCIAL, done=done, status=status, **_meter(user)))


def _privacy_page(form: Form[PrivacyForm], *, done: bool = False, status: int = 200) -> Response:
    return no_store(render("accounts/settings_privacy.html", form=form, done=done, status=status))


def _account_page(*, username: Form[UsernameForm] | None = None, region: Form[RegionForm] | None = None, done: str = "",
                  status: int = 200) -> Response:
    user = queries.with_profile(g.viewer.user.id)
    return no_store(render(
        "accounts/settings_account.html", done=done, status=status, zones=zones.CHOICES,
        username=username or blank(UsernameForm, username=user.username),
        region=region or blank(RegionForm, timezone=user.timezone, preferred_language=user.preferred_language)))
