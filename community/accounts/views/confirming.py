"""The page "Confirm that it is you", which loses nothing of what one was doing."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Response, g, make_response, request, url_for

from community.accounts import queries, services
from community.accounts.devices import device_of
from community.accounts.queries.security import proofs_of
from community.accounts.services import Proof
from community.accounts.views.access import renew
from community.core import confirming
from community.core.authz import require_recent
from community.core.errors import AppError, LoginNeeded, NotConfirmed
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.transactions import unit_of_work
from community.core.urls import safe_next
from community.core.viewer import Viewer
from community.core.web import SAFE_METHODS, blueprint

bp = blueprint("confirming", access="user", prefix="/confirm")


@bp.post("")
@limited(30, "15 minute", scope="confirm")
def go_back() -> Response:
    """To the page that asked, once the proof was taken on the way here."""
    require_recent(g.viewer)
    return redirect(safe_next(request.form.get("next"), "/settings/security"))


def prove(viewer: Viewer, sent: Mapping[str, str]) -> Viewer:
    """Take the proof that came with a form. A wrong one is noted before the refusal goes out."""
    proof = Proof(password=sent.get("password", ""), code=sent.get("code", ""), mailed=sent.get("mailed", ""),
                  passkey=sent.get("passkey", ""))
    refused: AppError | None = None
    with unit_of_work():
        if "send" in sent:
            services.request_code(by=viewer)
            refused = NotConfirmed("We sent a code to your address. It may take a minute.", code_sent=True)
        elif not (proof.password or proof.code or proof.mailed or proof.passkey):
            refused = NotConfirmed("Please fill one of these in.", is_wrong=True)
        else:
            try:
                viewer, token = services.confirm_identity(proof, by=viewer, device=device_of(request))
                renew(token)
            except NotConfirmed as error:
                refused = error
    if refused is not None:
        raise refused
    return viewer


def page(error: NotConfirmed) -> Response:
    """The question, with what was typed along; as a whole page also for htmx, which puts it in place of the body."""
    if g.viewer.user is None:
        raise LoginNeeded
    action, fields = _where_to_go_on()
    user = queries.with_profile(g.viewer.user.id)
    answer = no_store(render(
        "accounts/confirm.html", action=action, fields=fields, proofs=proofs_of(user), error=error,
        can_mail=user.is_verified_email, back=_back(), status=error.status))
    if request.headers.get("HX-Request") == "true":
        answer = make_response(answer)
        for name, value in {"Retarget": "body", "Reswap": "innerHTML", "Reselect": "body > *", "Push-Url": "false"}.items():
            answer.headers[f"HX-{name}"] = value
    return answer


def _where_to_go_on() -> tuple[str, list[tuple[str, str]]]:
    """The address the answer goes to, and the fields it carries along."""
    here = request.full_path.rstrip("?")
    if request.method in SAFE_METHODS:
        return "/confirm", [("next", here)]
    fields = [(name, value) for name, values in request.form.lists() for value in values]
    if request.method != "POST":  # a plain form knows nothing else; every such address has a twin for it
        values = dict(request.view_args or {})
        here = url_for(request.endpoint or "", _method="POST", **values, **({"community": g.slug} if "slug" in g else {}))
    return here, fields


def _back() -> str:
    """The page one came from, for those who would rather not."""
    if request.method in SAFE_METHODS:
        return "/settings/profile"
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    return safe_next(came_from.path, "/settings/security")


confirming.register(prove=prove, ask=page)
