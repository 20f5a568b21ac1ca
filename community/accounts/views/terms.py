"""What one agrees to by having an account."""

from __future__ import annotations

from flask import Response

from community.core.responses import render
from community.core.web import blueprint

bp = blueprint("terms", access="anyone", prefix="/terms")


@bp.get("")
def page() -> Response:
    return render("accounts/terms.html")
