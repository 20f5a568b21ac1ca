"""Who may do what with accounts, a module each theme."""

from community.accounts.policies.acting import can_act, can_revoke_session, can_write

__all__ = ["can_act", "can_revoke_session", "can_write"]
