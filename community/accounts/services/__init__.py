"""What people do with their accounts."""

from community.accounts.services.profiles import choose_theme, update_profile
from community.accounts.services.sessions import (
    log_in,
    log_out,
    revoke_other_sessions,
    revoke_session,
    start_session,
)
from community.accounts.services.signing_up import (
    VERIFICATION_LIFE,
    add_user,
    correct_address,
    issue_verification,
    request_verification,
    send_link_again,
    sign_up,
    verify_email,
)

__all__ = [
    "VERIFICATION_LIFE", "add_user", "choose_theme", "correct_address", "issue_verification", "log_in", "log_out",
    "request_verification", "revoke_other_sessions", "revoke_session", "send_link_again", "sign_up", "start_session",
    "update_profile", "verify_email",
]
