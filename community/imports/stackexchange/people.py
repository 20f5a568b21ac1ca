"""Users, and the people of whom only a name is left: each becomes an account and a member."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from community.accounts import importing as accounts
from community.accounts.importing import ImportedAccount
from community.communities import importing as communities
from community.communities.importing import ImportedMember
from community.imports.records import Fate, imported
from community.imports.stackexchange.job import Job, read_each
from community.imports.stackexchange.rows import Refused, Row, name_in
from community.imports.stackexchange.staging import KINDS, Staging
from community.imports.stackexchange.texts import cut, from_html

NAMES = "names"
"""The kind of the records of people known by name alone; the empty name stands for those who have not even one."""
NOBODY = "Unknown author"
BATCH = 500


def import_users(job: Job) -> None:
    """Make an account and a member of each row of Users."""
    job.each(job.staging.rows("Users", BATCH), lambda rows: _add_users(job, rows))


def import_names(job: Job) -> None:
    """Make one account for each name under which rows stand that know no user, of the times at which it appears."""
    job.staging.keep("names", """
        WITH nameless AS (
            SELECT name, at FROM staged_posts WHERE person IS NULL AND type IN ('1', '2')
            UNION ALL SELECT name, at FROM staged_comments WHERE person IS NULL
            UNION ALL SELECT name, at FROM staged_posthistory WHERE person IS NULL AND name IS NOT NULL
                AND type IN ('1', '2', '3', '4', '5', '6', '7', '8', '9'))
        SELECT row_number() OVER (ORDER BY min(at), name) AS place, coalesce(name, '') AS name, min(at) AS first,
            max(at) AS last FROM nameless WHERE at IS NOT NULL GROUP BY name""")
    job.each(job.staging.batches("SELECT * FROM names WHERE place > %(after)s ORDER BY place LIMIT %(size)s", BATCH),
             lambda found: _add_names(job, found))


def missing_users(staging: Staging) -> tuple[int, list[str]]:
    """How many users rows name that Users does not hold, and the Ids of the first of them."""
    found = staging.query("""
        WITH named AS (
            SELECT person FROM staged_posts WHERE type IN ('1', '2')
            UNION SELECT person FROM staged_comments UNION SELECT person FROM staged_posthistory)
        SELECT named.person, count(*) OVER () AS number FROM named
        LEFT JOIN staged_users AS known ON known.external_id = named.person
        WHERE named.person IS NOT NULL AND known.external_id IS NULL ORDER BY length(named.person), named.person LIMIT 5""")
    return (found[0]["number"] if found else 0), [row["person"] for row in found]


class Authors:
    """The members who wrote a batch of rows."""

    def __init__(self, job: Job, rows: Collection[Row]) -> None:
        users = {user for row in rows if (user := _user(row))}
        self._users = job.ledger.known("Users", users)
        self._names = job.ledger.imported(NAMES, {_name(row) for row in rows if not _user(row)})

    def of(self, row: Row) -> int:
        """The member who wrote a row. Raises `Refused` for a user who is not there."""
        user = _user(row)
        if user is None:
            found = self._names.get(_name(row))
            if found is None:
                raise Refused("nobody is known as its author")
            return found[1]
        fate = self._users.get(user)
        if fate is None:
            raise Refused(f"user {user} is not in Users.xml")
        if fate.entity_id is None:
            raise Refused(f"user {user} could not be taken")
        return fate.entity_id

    def names_user(self, row: Row) -> bool:
        """Whether the row says who, whether or not we know them."""
        return _user(row) is not None

    def known(self, row: Row) -> int | None:
        """The member who wrote a row, or None where nobody knows."""
        user = _user(row)
        if user is not None:
            return self._users[user].entity_id if user in self._users else None
        found = self._names.get(_name(row))
        return found[1] if found and _name(row) else None


def _user(row: Row) -> str | None:
    return row.attributes.get(KINDS[row.kind].person, "").strip() or None


def _name(row: Row) -> str:
    return name_in(row.attributes, KINDS[row.kind].name) or ""


def _add_users(job: Job, rows: Sequence[Row]) -> None:
    taken, fates = read_each(job.pending("Users", rows), _account)
    job.ledger.settle("Users", fates | _add(job, taken))


def _add_names(job: Job, found: Sequence[Mapping[str, Any]]) -> None:
    done = job.ledger.imported(NAMES, [row["name"] for row in found])
    new = {row["name"]: ImportedAccount(display_name=row["name"] or NOBODY, created_at=row["first"].astimezone(dt.UTC),
                                        last_seen_at=row["last"].astimezone(dt.UTC))
           for row in found if row["name"] not in done}
    job.ledger.settle(NAMES, _add(job, new))


def _add(job: Job, people: Mapping[str, ImportedAccount]) -> dict[str, Fate]:
    user_ids = accounts.add_accounts(list(people.values()))
    members = [ImportedMember(user_id, person.created_at, person.last_seen_at)
               for user_id, person in zip(user_ids, people.values(), strict=True)]
    member_ids = communities.add_members(job.community_id, members)
    return {key: imported("member", number) for key, number in zip(people, member_ids, strict=True)}


def _account(row: Row) -> ImportedAccount:
    created_at = row.moment("CreationDate")
    return ImportedAccount(
        display_name=name_in(row.attributes, "DisplayName") or f"user{row.external_id}",
        created_at=created_at,
        last_seen_at=row.moment_or_none("LastAccessDate") or created_at,
        bio=cut(from_html(row.given("AboutMe")), accounts.BIO_MAX),
        location=row.given("Location").strip()[: accounts.LOCATION_MAX],
        website=_secure(row.given("WebsiteUrl").strip()),
        hint=row.external_id.removeprefix("-"))


def _secure(address: str) -> str:
    """The address, if it is one that a profile may show."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_shown = parts.scheme == "https" and parts.hostname and len(address) <= accounts.WEBSITE_MAX
    return address if is_shown and not any(map(str.isspace, address)) else ""
