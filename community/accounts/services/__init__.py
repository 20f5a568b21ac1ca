"""What people do with their accounts."""

from community.accounts.services.addresses import (
    change_email,
    request_email_change,
    undo_email_change,
)
from community.accounts.services.alerts import (
    raise_alert,
    resolve_alerts,
)
from community.accounts.services.apart import (
    PERIODS,
    block,
    end_expired_mutes,
    mute,
    unblock,
    unmute,
)
from community.accounts.services.confirming import (
    Proof,
    confirm_identity,
    mint_code,
    request_code,
)
from community.accounts.services.connections import (
    link,
    log_in_with,
    sign_up_with,
    unlink,
)
from community.accounts.services.follows import (
    accept_all,
    accept_follow,
    choose_posts_told,
    decline_all,
    decline_follow,
    follow,
    unfollow,
)
from community.accounts.services.guarding import (
    unlock,
)
from community.accounts.services.keys import (
    create_key,
    revoke_key,
)
from community.accounts.services.leaving import (
    erase_due,
    keep_account,
    request_deletion,
)
from community.accounts.services.passkeys import (
    add_passkey,
    log_in_with_passkey,
    offer_log_in,
    offer_registration,
    remove_passkey,
    rename_passkey,
)
from community.accounts.services.passwords import (
    change_password,
    disown,
    request_reset,
    reset_password,
)
from community.accounts.services.profiles import (
    choose_privacy,
    choose_region,
    choose_theme,
    completeness_of,
    rename,
    set_completeness,
    show_on_profile,
    update_profile,
)
from community.accounts.services.sessions import (
    Admission,
    admit,
    end_sessions,
    log_in,
    log_out,
    renew_session,
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
from community.accounts.services.tokens import (
    issue_token,
    mint_token,
)
from community.accounts.services.two_factor import (
    begin_enrolment,
    disable,
    enrol,
    pass_second_factor,
    renew_recovery_codes,
)

__all__ = [
    "PERIODS", "VERIFICATION_LIFE", "Admission", "Proof", "accept_all", "accept_follow", "add_passkey", "add_user",
    "admit", "begin_enrolment", "block", "change_email", "change_password", "choose_posts_told", "choose_privacy",
    "choose_region", "choose_theme", "completeness_of", "confirm_identity", "correct_address", "create_key",
    "decline_all", "decline_follow", "disable", "disown", "end_expired_mutes", "end_sessions", "enrol", "erase_due",
    "follow", "issue_token", "issue_verification", "keep_account", "link", "log_in", "log_in_with",
    "log_in_with_passkey", "log_out", "mint_code", "mint_token", "mute", "offer_log_in", "offer_registration",
    "pass_second_factor", "raise_alert", "remove_passkey", "rename", "rename_passkey", "renew_recovery_codes",
    "renew_session", "request_code", "request_deletion", "request_email_change", "request_reset",
    "request_verification", "reset_password", "resolve_alerts", "revoke_key", "revoke_other_sessions",
    "revoke_session", "send_link_again", "set_completeness", "show_on_profile", "sign_up", "sign_up_with",
    "start_session", "unblock", "undo_email_change", "unfollow", "unlink", "unlock", "unmute", "update_profile",
    "verify_email",
]
