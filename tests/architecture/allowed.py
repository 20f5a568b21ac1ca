"""Every exception to a rule: where, and why. What is listed here and not needed is a failure too."""

from __future__ import annotations

SERVICES_WITHOUT_REQUIRE = {
    "accounts/services/sessions.py:log_out": "everybody may end the session at hand",
    "accounts/services/sessions.py:revoke_session": "asks the policy and answers 404: sessions of others stay unknown",
    "comments/services.py:add_comment": "the same form sent twice is answered with the comment it made, then it asks",
    "communities/services/membership.py:join": "joining twice is no error, then it asks",
}
COMMITS = {"core/transactions.py": "the unit of work"}
SQL_IN_VIEWS: dict[str, str] = {}
CLOCKS = {
    "core/clock.py": "the clock",
    "core/assets.py": "compares the ages of files",
    "core/limits.py": "windows of the limiter, whose library has a clock of its own",
    "embedded/": "runs before there is an application",
    "launch/": "runs before there is an application",
    "bench/": "measures from outside",
}
ENVIRONMENT = {
    "launch/launcher.py": "hands its own environment on to its children",
    "bench/": "hands its own environment on to what it measures",
}
MARKUP = {
    "core/fragments.py": "what a template rendered",
    "core/i18n.py": "texts of the templates themselves; the values in them are escaped",
    "core/markdown/__init__.py": "the renderer",
}
FOREIGN_PARTS = {
    "admin/views/people.py imports accounts.forms": "what administrators say of an account belongs to accounts",
    "admin/forms.py imports accounts.forms": "the first account has the rules of every account",
    "admin/forms.py imports communities.forms": "the first community has the rules of every community",
    "posts/views/reading.py imports comments.forms": "a post's page ends in an empty form for a comment",
}
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS = {
    "laboratory.py:_add_routes": "ten short routes beside each other",
    "journeys/": "a journey reads from top to bottom",
    "browser/test_without_scripts.py:test_the_whole_way_works_without_scripts": "a journey too",
}
KEYS_WITHOUT_COMMUNITY = {"comments.post_id+parent_id": "an answer stands under the same post, hence in its community"}
