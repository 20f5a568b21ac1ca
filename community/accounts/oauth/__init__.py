"""Logging in by an account elsewhere: which providers are configured, and the conversation with them.

Nothing a provider hands out is kept but who the person is there. Its tokens are used once, to ask that, and forgotten.
"""

from community.accounts.oauth.conversation import Started, ask, begin
from community.accounts.oauth.identity import Identity, ProviderDown, ProviderRefused
from community.accounts.oauth.providers import Provider, find, providers

__all__ = ["Identity", "Provider", "ProviderDown", "ProviderRefused", "Started", "ask", "begin", "find", "providers"]
