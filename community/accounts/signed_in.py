"""What Flask-Login keeps in the cookie."""

from __future__ import annotations

from flask_login import UserMixin

from community.core.viewer import current
from community.extensions import login_manager


class LoggedIn(UserMixin):
    """The token of the session, never an account's id."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        return self.token


@login_manager.user_loader
def load_session(token: str) -> LoggedIn | None:
    """Flask-Login's question, answered by the viewer of the request."""
    viewer = current()
    return LoggedIn(token) if viewer is not None and viewer.user is not None else None
