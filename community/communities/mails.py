"""The mails of this domain."""

from __future__ import annotations

from community.accounts.models import User
from community.adapters.mail import Mail, site_link
from community.communities.models import Community, Invite


def approved(user: User, community: Community) -> Mail:
    """The staff let somebody in."""
    return Mail(to=user.email, template="communities/approved", subject=f"You are a member of {community.name} now",
                context={"name": user.profile.display_name, "community": community.name,
                         "link": site_link(f"/c/{community.slug}/welcome")})


def declined(user: User, community: Community, reason: str) -> Mail:
    """The staff said no to a request, perhaps with a reason."""
    return Mail(to=user.email, template="communities/declined", subject=f"Your request to join {community.name}",
                context={"name": user.profile.display_name, "community": community.name, "reason": reason,
                         "link": site_link(f"/c/{community.slug}/about")})


def invitation(invite: Invite, community: Community, inviter: str) -> Mail:
    """Somebody invites an address."""
    return Mail(to=invite.email or "", template="communities/invitation", subject=f"{inviter} invites you to {community.name}",
                context={"inviter": inviter, "community": community.name, "description": community.description,
                         "until": f"{invite.expires_at:%d %B %Y}",
                         "link": site_link(f"/c/{community.slug}/invite/{invite.code}")})
