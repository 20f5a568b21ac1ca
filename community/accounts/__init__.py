"""Accounts: a person's log-in, profile and sessions, global to the installation.

Promises: an address is proven before its owner may write; passwords and tokens are kept only as hashes; a revoked
session is refused by the next request. Publishes `user.*`; hears its own `user.created` to send the verification mail.
"""
