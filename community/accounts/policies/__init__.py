"""Who may do what with accounts, a module each theme."""

from community.accounts.policies.acting import can_act, can_revoke_session, can_write
from community.accounts.policies.administering import can_administer, can_appoint, can_judge

__all__ = ["can_act", "can_administer", "can_appoint", "can_judge", "can_revoke_session", "can_write"]
