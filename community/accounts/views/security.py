"""Settings of how one logs in: password, address, two-step log-in, passkeys, and what happened."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, request

from community.accounts import queries, services
from community.accounts.forms.security import (
    CodeForm,
    DisableForm,
    NameForm,
    NewAddressForm,
    PasskeyForm,
    PasswordForm,
)
from community.accounts.queries import security
from community.accounts.services import two_factor
from community.accounts.views.access import renew
from community.core.authz import require_recent
from community.core.errors import Invalid
from community.core.forms import Form, bind, blank
from community.core.fragments import fragment, replaced
from community.core.ids import number_of
from community.core.limits import limited
from community.core.responses import no_store, redirect, render, respond
from community.core.web import blueprint

bp = blueprint("security", access="user", prefix="/settings")


@bp.get("/security")
def hub() -> Response:
    """The state of everything that protects the account, at a glance."""
    user = queries.with_profile(g.viewer.user.id)
    return no_store(render(
        "accounts/settings_security.html", user=user, passkeys=security.passkeys_of(g.viewer),
        codes_left=security.recovery_codes_left(user.id), alerts=security.latest_alerts(g.viewer)))


@bp.post("/security/alerts/resolve")
def resolve() -> Response:
    services.resolve_alerts(by=g.viewer)
    return respond(replaced("alerts", fragment("accounts/_alerts.html", alerts=security.latest_alerts(g.viewer))),
                   otherwise="/settings/security", toast="Good.")


@bp.get("/login-history")
def history() -> Response:
    """One's log-ins of 90 days."""
    page = security.login_history(g.viewer, request.args.get("after"))
    return no_store(render("accounts/settings_history.html", "accounts/_history_page.html", rows=page.items,
                           more=f"/settings/login-history?after={page.next_cursor}" if page.next_cursor else ""))


@bp.get("/password")
def password() -> Response:
    require_recent(g.viewer)
    return _password_page(blank(PasswordForm))


@bp.post("/password")
@limited(10, "hour", scope="password")
def save_password() -> Response:
    form = bind(PasswordForm, request.form)
    if not form.valid:
        return _password_page(form, status=422)
    try:
        renew(services.change_password(form.data.password, by=g.viewer))
    except Invalid as error:
        form.merge(error.fields)
        return _password_page(form, status=422)
    return redirect("/settings/security")


@bp.get("/email")
def email() -> Response:
    require_recent(g.viewer)
    return _email_page(blank(NewAddressForm))


@bp.post("/email")
@limited(5, "hour", scope="change-email")
def save_email() -> Response:
    form = bind(NewAddressForm, request.form)
    if not form.valid:
        return _email_page(form, status=422)
    try:
        services.request_email_change(form.data.email, by=g.viewer)
    except Invalid as error:
        form.merge(error.fields)
        return _email_page(form, status=422)
    return redirect("/settings/email?sent=1")


@bp.get("/security/two-factor")
def two_factor_page() -> Response:
    require_recent(g.viewer)
    return _two_factor_page(blank(CodeForm))


@bp.post("/security/two-factor/start")
@limited(20, "hour", scope="two-factor")
def start_two_factor() -> Response:
    services.begin_enrolment(by=g.viewer)
    return redirect("/settings/security/two-factor")


@bp.post("/security/two-factor")
@limited(20, "hour", scope="two-factor")
def enable_two_factor() -> Response:
    form = bind(CodeForm, request.form)
    if not form.valid:
        return _two_factor_page(form, status=422)
    try:
        enrolled = services.enrol(form.data.code, by=g.viewer)
    except Invalid as error:
        form.merge(error.fields or {"": str(error)})
        return _two_factor_page(form, status=422)
    renew(enrolled.session_token)
    return _codes_page(enrolled.codes, is_new=True)


@bp.post("/security/two-factor/delete")
@bp.delete("/security/two-factor")
@limited(20, "hour", scope="two-factor")
def disable_two_factor() -> Response:
    form = bind(DisableForm, request.form)
    if form.valid:
        try:
            services.disable(form.data.password, form.data.code, by=g.viewer)
            return redirect("/settings/security")
        except Invalid as error:
            form.merge(error.fields or {"": str(error)})
    return _two_factor_page(blank(CodeForm), disabling=form, status=422)


@bp.post("/security/recovery-codes")
@limited(20, "hour", scope="two-factor")
def renew_codes() -> Response:
    return _codes_page(services.renew_recovery_codes(by=g.viewer), is_new=False)


@bp.get("/security/passkeys")
def passkeys() -> Response:
    require_recent(g.viewer)
    return _passkeys_page(blank(PasskeyForm))


@bp.post("/security/passkeys/options")
@limited(60, "hour", scope="passkeys")
def passkey_options() -> Response:
    """What the browser needs to make a passkey."""
    body = services.offer_registration(by=g.viewer)
    return no_store(current_app.response_class(body, mimetype="application/json"))


@bp.post("/security/passkeys")
@limited(60, "hour", scope="passkeys")
def add_passkey() -> Response:
    form = bind(PasskeyForm, request.form)
    if not form.valid:
        return _passkeys_page(form, status=422)
    try:
        services.add_passkey(form.data.credential, form.data.name, by=g.viewer)
    except Invalid as error:
        form.error("", str(error))
        return _passkeys_page(form, status=422)
    return redirect("/settings/security/passkeys")


@bp.post("/security/passkeys/<number>/name")
@limited(60, "hour", scope="passkeys")
def name_passkey(number: str) -> Response:
    form = bind(NameForm, request.form)
    if not form.valid:
        again = blank(PasskeyForm)
        again.error("", "Please give a name of up to 60 characters.")
        return _passkeys_page(again, status=422)
    services.rename_passkey(number_of(number), form.data.name, by=g.viewer)
    return redirect("/settings/security/passkeys")


@bp.post("/security/passkeys/<number>/delete")
@bp.delete("/security/passkeys/<number>")
@limited(60, "hour", scope="passkeys")
def remove_passkey(number: str) -> Response:
    services.remove_passkey(number_of(number), by=g.viewer)
    return redirect("/settings/security/passkeys")


def _password_page(form: Form[PasswordForm], status: int = 200) -> Response:
    user = queries.with_profile(g.viewer.user.id)
    return no_store(render("accounts/settings_password.html", form=form, user=user, status=status))


def _email_page(form: Form[NewAddressForm], status: int = 200) -> Response:
    user = queries.with_profile(g.viewer.user.id)
    return no_store(render("accounts/settings_email.html", form=form, user=user, sent="sent" in request.args,
                           changed="changed" in request.args, status=status))


def _passkeys_page(form: Form[PasskeyForm], status: int = 200) -> Response:
    return no_store(render("accounts/settings_passkeys.html", form=form, passkeys=security.passkeys_of(g.viewer),
                           status=status))


def _codes_page(codes: list[str], *, is_new: bool) -> Response:
    return no_store(render("accounts/settings_codes.html", codes=codes, is_new=is_new))


def _two_factor_page(form: Form[CodeForm], *, disabling: Form[DisableForm] | None = None, status: int = 200) -> Response:
    user = queries.with_profile(g.viewer.user.id)
    context: dict[str, Any] = {"secret": None, "address": "", "qr": None}
    if not user.two_factor_enabled and user.two_factor_secret:
        address = two_factor.address_of(user)
        context = {"secret": user.two_factor_secret, "address": address, "qr": _modules(address)}
    return no_store(render("accounts/settings_two_factor.html", form=form, user=user,
                           codes_left=security.recovery_codes_left(user.id),
                           disabling=disabling or blank(DisableForm), status=status, **context))


def _modules(text: str) -> dict[str, object]:
    """A QR code as the path of an SVG: one `d`, and the size of its square."""
    import segno

    rows = list(segno.make(text, error="m").matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"path": path, "size": len(rows)}
