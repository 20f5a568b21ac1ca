"""A community of any size, written by the database itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import create_engine, text

from community.accounts import services as accounts
from community.accounts.devices import Device
from community.accounts.models import User
from community.communities import services as communities
from community.communities.viewers import of_user
from community.core import crypto
from community.core.clock import now
from community.core.transactions import unit_of_work
from community.core.viewer import for_community
from community.extensions import db

MEMBERS = 2000
HTML = "<p>" + "A sentence of an ordinary post about ordinary things. " * 12 + "</p>"
PASSWORD = "bench-bench-bench"


@dataclass(frozen=True)
class Seeded:
    """What the pages to be measured need to know."""

    slug: str
    small_slug: str
    token: str
    long_post: str


def seed(app: Flask, *, posts: int) -> Seeded:
    """Fill the instance: one community with `posts` posts, one with five; a member of both who is logged in."""
    with app.app_context():
        with unit_of_work():
            owner = _person("bench")
            viewer = of_user(owner.id)
            ids = [communities.create_community(by=viewer, name=name, slug=slug).id
                   for name, slug in (("Bench", "bench"), ("Small", "small"))]
            communities.create_space(by=for_community(viewer, ids[0]), name="Closed", slug="closed", visibility="PRIVATE")
            device = Device(None, "bench", "OTHER", "bench")
            token = accounts.start_session(owner, remember=True, device=device)
        with unit_of_work():
            _people()
            for community_id, count in zip(ids, (posts, 5), strict=True):
                _fill(community_id, count)
        long_post = _long(ids[0])
    analyse(app)
    return Seeded(slug="bench", small_slug="small", token=token, long_post=long_post)


def analyse(app: Flask) -> None:
    """Give the planner its figures; only the owner of the tables may."""
    owner = create_engine(app.extensions["config"].database_owner_url or "", isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("ANALYZE"))
    owner.dispose()


def _person(username: str) -> User:
    user = accounts.add_user(email=f"{username}@bench.example", username=username, display_name=username.title(),
                             password_hash=crypto.hash_password(PASSWORD))
    user.verify_email(at=now())
    db.session.flush()
    return user


def _people() -> None:
    db.session.execute(text("""
        INSERT INTO users (email, username, status) SELECT 'm' || n || '@bench.example', 'member' || n, 'ACTIVE'
        FROM generate_series(1, :n) n"""), {"n": MEMBERS})
    db.session.execute(text("""
        INSERT INTO profiles (user_id, display_name) SELECT id, initcap(username) FROM users
        WHERE id NOT IN (SELECT user_id FROM profiles)"""))


def _fill(community_id: int, posts: int) -> None:
    """Posts spread over two years; comments and reactions lie mostly on a few of them."""
    given = {"c": community_id, "n": posts, "html": HTML, "now": now(), "step": dt.timedelta(days=730) / posts}
    for statement in STATEMENTS:
        db.session.execute(text(statement), given)


STATEMENTS = (
    """INSERT INTO members (community_id, user_id, status, joined_at)
       SELECT :c, id, 'ACTIVE', now() FROM users WHERE username LIKE 'member%'""",
    """INSERT INTO posts (community_id, space_id, author_id, kind, status, title, slug, content, content_html, content_hash,
                          excerpt, published_at, last_activity_at, created_at)
       SELECT :c, s.ids[1 + n % array_length(s.ids, 1)], m.ids[1 + n % array_length(m.ids, 1)],
              CASE WHEN n % 5 = 0 THEN 'QUESTION' ELSE 'DISCUSSION' END, 'PUBLISHED', 'Post number ' || n || ' about a thing',
              'post-number-' || n, :html, :html, sha256(n::text::bytea), left(:html, 200),
              :now - :step * n, :now - :step * n * 0.7, :now - :step * n
       FROM generate_series(1, :n) n,
            (SELECT array_agg(id) ids FROM spaces WHERE community_id = :c) s,
            (SELECT array_agg(id) ids FROM members WHERE community_id = :c) m""",
    """INSERT INTO comments (community_id, post_id, author_id, content, content_html, created_at)
       SELECT :c, p.id, m.ids[1 + (p.id * 7 + k) % array_length(m.ids, 1)], 'x', '<p>A comment of a line or two, as people write.</p>',
              p.published_at + k * interval '1 minute'
       FROM (SELECT id, published_at, row_number() OVER (ORDER BY id) AS place FROM posts WHERE community_id = :c) p,
            (SELECT array_agg(id) ids FROM members WHERE community_id = :c) m,
            LATERAL generate_series(1, CASE WHEN p.place = 1 THEN 500 WHEN p.place % 10 = 0 THEN 12 ELSE 1 END) k""",
    """UPDATE comments SET root_id = id, path = ARRAY[id] WHERE community_id = :c AND root_id IS NULL""",
    """INSERT INTO reactions (community_id, member_id, target_type, target_id, emoji_code, created_at)
       SELECT :c, m.ids[1 + (p.id * 13 + k) % array_length(m.ids, 1)], 'POST', p.id,
              (ARRAY['like', 'love', 'fire'])[1 + k % 3], :now
       FROM posts p, (SELECT array_agg(id) ids FROM members WHERE community_id = :c) m, generate_series(1, 3) k
       WHERE p.community_id = :c""",
    """INSERT INTO reaction_counts (target_type, target_id, emoji_code, count)
       SELECT target_type, target_id, emoji_code, count(*) FROM reactions WHERE community_id = :c GROUP BY 1, 2, 3""",
    """UPDATE posts SET like_count = 1, reaction_count = 3, top_score = id % 50,
              comment_count = (SELECT count(*) FROM comments WHERE post_id = posts.id) WHERE community_id = :c""",
    """UPDATE communities SET member_count = 2001, post_count = :n WHERE id = :c""",
)


def _long(community_id: int) -> str:
    row = db.session.execute(text(
        "SELECT id, slug FROM posts WHERE community_id = :c ORDER BY comment_count DESC LIMIT 1"), {"c": community_id}).one()
    return f"{row.id}-{row.slug}"
