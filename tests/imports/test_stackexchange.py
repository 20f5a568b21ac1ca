"""What the rows of a dump become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.cast import Person
from tests.imports.conftest import Site
from tests.imports.dumps import Dump, at, village
from tests.visitor import Page, Visitor

As = Callable[[Person], Visitor]


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture
def dump() -> Dump:
    return village()


def imported(site: Site, dump: Dump) -> None:
    result = site.run(dump)
    assert result.exit_code == 0, result.output


def address(site: Site, title: str) -> str:
    number, slug = site.one("SELECT id, slug FROM posts WHERE title = :title", title=title)
    return f"/c/wheels/p/{number}-{slug}"


def read(site: Site, visitor: Visitor, title: str) -> Page:
    page = visitor.get(address(site, title))
    assert page.status == 200, page
    return page


def test_a_question_is_read_with_its_answers_below_it(site: Site, dump: Dump, as_: As, guest: Person) -> None:
    imported(site, dump)
    page = read(site, as_(guest), "Why do my brakes squeal?")
    assert page.text(".post__title") == "Why do my brakes squeal?"
    assert page.texts(".post > .prose strong") == ["wet"]
    assert page.texts(".post > .post__foot .score") == ["+7 imported"]
    assert page.texts(".answers > li > article .comment__text") == ["Toe the pads in.", "Ride less."]
    assert page.texts("article[data-accepted] .comment__text") == ["Toe the pads in."]


def test_comments_stand_beside_the_question_or_below_their_answer(
        site: Site, dump: Dump, as_: As, guest: Person) -> None:
    imported(site, dump)
    page = read(site, as_(guest), "Why do my brakes squeal?")
    assert page.texts(".notes .comment__text") == ["Rim or disc?"]
    assert page.texts(".answers ol .comment__text") == ["By how much?", "A card's width."]
    assert page.texts(".answers ol code") == ["width"]


def test_people_keep_what_they_said_of_themselves(site: Site, dump: Dump) -> None:
    imported(site, dump)
    name, bio, location, website, joined, seen = site.one("""
        SELECT display_name, bio, location, website, members.joined_at, members.last_active_at FROM profiles
        JOIN members USING (user_id) JOIN users ON users.id = user_id WHERE username = 'ana_lima'""")
    assert (name, location, website) == ("Ana Lima", "Porto", "https://ana.example/")
    assert str(bio).split() == ["I", "**mend**", "wheels.", "*", "Spokes", "*", "Hubs"]
    assert (joined, seen) == (moment("2012-03-01T08:30:00"), moment(at(20)))


def test_only_a_secure_website_is_taken(site: Site, dump: Dump) -> None:
    imported(site, dump)
    assert site.rows("SELECT website FROM profiles WHERE display_name = 'Ana Lima' ORDER BY user_id") == [
        ("https://ana.example/",), ("",)]


def test_people_of_one_name_get_different_usernames(site: Site, dump: Dump) -> None:
    dump.user(4, "Ana Lima")
    dump.user(5, "!!")
    dump.user(6, "Support")
    dump.user(7, " ")
    imported(site, dump)
    names = site.rows("""
        SELECT username, display_name FROM users JOIN profiles ON user_id = users.id JOIN members USING (user_id)
        JOIN import_records ON entity_id = members.id AND kind = 'Users' WHERE external_id IN ('1', '2', '4', '5', '6', '7')
        ORDER BY external_id""")
    assert names == [("ana_lima", "Ana Lima"), ("ana_lima_2", "Ana Lima"), ("ana_lima_4", "Ana Lima"), ("member", "!!"),
                     ("support_6", "Support"), ("user7", "user7")]


def test_a_name_that_somebody_here_has_is_not_taken_from_them(site: Site, dump: Dump) -> None:
    dump.user(4, "ADA")
    imported(site, dump)
    assert site.rows("SELECT username FROM users JOIN profiles ON user_id = users.id WHERE display_name = 'ADA'") == [
        ("ada_4",)]


def test_imported_people_cannot_log_in_and_have_no_address(site: Site, dump: Dump, as_: As, guest: Person) -> None:
    imported(site, dump)
    email, username, public_id, password = site.one(
        "SELECT email, username, public_id, password_hash FROM users WHERE username = 'ana_lima'")
    assert (email, password) == (f"imported_{public_id}@example.invalid", None)
    page = as_(guest).get("/login").form("main form:has([name=password])").send(identifier=username, password="anything at all")
    assert page.status == 422
    assert site.rows("SELECT 1 FROM sessions JOIN users ON users.id = user_id WHERE username = 'ana_lima'") == []


def test_everybody_is_a_member_of_the_spaces_all_join(site: Site, dump: Dump) -> None:
    imported(site, dump)
    people = len(dump.rows["Users"]) + 1
    assert site.one("SELECT count(*) FROM members WHERE joined_at < '2013-01-01'") == (people,)
    assert site.one("SELECT count(*) FROM member_periods WHERE started_at < '2013-01-01' AND ended_at IS NULL") == (people,)
    with_owner = people + 1
    assert site.one("SELECT member_count FROM communities WHERE slug = 'wheels'") == (with_owner,)
    counts = site.rows("SELECT spaces.member_count FROM spaces JOIN communities ON communities.id = community_id"
                       " WHERE communities.slug = 'wheels'")
    assert counts == [(with_owner,)] * 2


def test_rows_with_only_a_name_share_one_account_for_the_name(site: Site, dump: Dump, as_: As, guest: Person) -> None:
    imported(site, dump)
    page = read(site, as_(guest), "Which tape?")
    assert page.texts(".post .byline__name") == ["user99"]
    assert page.texts(".notes .comment__meta a")[0] == "user99"
    assert site.rows("SELECT count(*), min(users.created_at) FROM users JOIN profiles ON user_id = users.id"
                     " WHERE display_name = 'user99'") == [(1, moment(at(9)))]


def test_a_row_that_names_nobody_gets_an_unknown_author(site: Site, dump: Dump, as_: As, guest: Person) -> None:
    dump.question(30, "Whose bicycle is this?", OwnerUserId=None)
    imported(site, dump)
    assert read(site, as_(guest), "Whose bicycle is this?").texts(".post .byline__name") == ["Unknown author"]


def test_times_are_the_original_ones(site: Site, dump: Dump) -> None:
    imported(site, dump)
    asked, active, edited, answered = site.one(
        "SELECT published_at, last_activity_at, last_edited_at, answered_at FROM posts WHERE title LIKE 'Why%'")
    assert (asked, active, edited) == (moment(at(5, 9)), moment(at(8)), moment(at(8)))
    assert answered == moment("2012-03-07T00:00:00")
    assert site.one("SELECT created_at FROM comments WHERE content = 'By how much?'") == (moment(at(6, 10)),)


def test_a_comment_is_the_last_activity_of_its_question(site: Site, dump: Dump) -> None:
    imported(site, dump)
    assert site.one("SELECT last_activity_at FROM posts WHERE title = 'Which tape?'") == (moment(at(10)),)


def test_every_change_is_a_revision_with_its_editor(site: Site, dump: Dump, as_: As, ada: Person) -> None:
    imported(site, dump)
    page = as_(ada).get(f"{address(site, 'Why do my brakes squeal?').partition('-')[0]}/history")
    assert page.texts("section h2") == ["Why do my brakes squeal?", "Brakes squeal"]
    assert page.texts("section .source") == ["They squeal on **wet** days.", "They squeal. Loudly."]
    found = site.rows("""
        SELECT post_revisions.version, username, change_note, post_revisions.tags, post_revisions.created_at
        FROM post_revisions JOIN posts ON posts.id = post_id LEFT JOIN members ON members.id = editor_id
        LEFT JOIN users ON users.id = user_id WHERE posts.title LIKE 'Why%' ORDER BY 1""")
    assert found == [(1, "ana_lima", "", ["brakes"], moment(at(5, 9))),
                     (2, "ana_lima_2", "said when", ["brakes"], moment(at(8)))]


def test_a_roll_back_brings_the_older_text_back(site: Site, dump: Dump) -> None:
    dump.history(106, 12, 5, "Nonsense.", CreationDate=at(9))
    dump.history(107, 12, 8, "Toe the pads *in*.", CreationDate=at(10), UserId=2)
    imported(site, dump)
    assert site.one("SELECT content, version FROM comments WHERE imported_score = 9") == ("Toe the pads *in*.", 3)
    kept = site.rows("SELECT comment_revisions.content FROM comment_revisions JOIN comments ON comments.id = comment_id"
                     " WHERE imported_score = 9 ORDER BY comment_revisions.version")
    assert kept == [("Toe the pads *in*.",), ("Nonsense.",), ("Toe the pads *in*.",)]


def test_rows_need_not_stand_in_the_order_of_time(site: Site, dump: Dump) -> None:
    for rows in dump.rows.values():
        rows.reverse()
    imported(site, dump)
    assert site.one("SELECT content FROM posts WHERE title LIKE 'Why%'") == ("They squeal on **wet** days.",)
    order = site.rows("SELECT content FROM comments WHERE parent_id IS NOT NULL ORDER BY path")
    assert order == [("By how much?",), ("A card's `width`.",)]


def test_without_history_the_text_is_made_of_the_html(site: Site, dump: Dump) -> None:
    dump.question(30, "Is this true?",
                  Body='<p>See <a href="https://a.example/">here</a>, it is <em>so</em>.</p><ul><li>One</li></ul>')
    imported(site, dump)
    content, = site.one("SELECT content FROM posts WHERE title = 'Is this true?'")
    assert str(content).split() == ["See", "[here](https://a.example/),", "it", "is", "*so*.", "*", "One"]


def test_tags_keep_their_description_and_are_counted(site: Site, dump: Dump) -> None:
    dump.question(30, "About C++", Tags="<c++><c#>")
    imported(site, dump)
    assert site.rows("SELECT name, slug, description, post_count FROM tags ORDER BY name") == [
        ("brakes", "brakes", "How to stop.", 2), ("c#", "c", "", 1), ("c++", "c-2", "", 1), ("rim-tape", "rim-tape", "", 1)]


def test_tags_may_stand_between_bars(site: Site, dump: Dump) -> None:
    dump.question(30, "In newer dumps", Tags="|brakes|hub gears|")
    imported(site, dump)
    names = site.rows("SELECT name FROM tags JOIN post_tags ON tag_id = tags.id JOIN posts ON posts.id = post_id"
                      " WHERE title = 'In newer dumps' ORDER BY name")
    assert names == [("brakes",), ("hub gears",)]


def test_a_closed_question_is_locked_with_the_reason(site: Site, dump: Dump, as_: As, ada: Person) -> None:
    dump.question(30, "Squealing again?", ClosedDate=at(11))
    dump.history(110, 30, 10, '{"OriginalQuestionIds":[10]}', Comment="101", CreationDate=at(11))
    imported(site, dump)
    assert read(site, as_(ada), "Which tape?").has("main textarea")
    page = read(site, as_(ada), "Squealing again?")
    assert "Closed as a duplicate." in page.text("#comments .callout")
    assert not page.has("main textarea")


def test_linked_questions_are_related_and_duplicates_come_first(site: Site, dump: Dump, as_: As, guest: Person) -> None:
    dump.question(30, "Squealing again?")
    dump.add("PostLinks", Id=2, CreationDate=at(9), PostId=30, RelatedPostId=10, LinkTypeId=3)
    dump.add("PostLinks", Id=3, CreationDate=at(9), PostId=10, RelatedPostId=20, LinkTypeId=1)
    imported(site, dump)
    page = read(site, as_(guest), "Why do my brakes squeal?")
    assert page.texts("section[aria-labelledby=rail-related] li") == ["Squealing again?", "Which tape?"]
    assert site.one("SELECT count(*) FROM post_relations") == (4,)


def test_links_that_lead_nowhere_are_skipped_with_the_reason(site: Site, dump: Dump) -> None:
    ends = [(10, 999, 1), (10, 11, 1), (10, 10, 1), (10, 20, 7), (10, 90, 1)]
    for number, (one, other, kind) in enumerate(ends, start=2):
        dump.add("PostLinks", Id=number, CreationDate=at(9), PostId=one, RelatedPostId=other, LinkTypeId=kind)
    imported(site, dump)
    assert site.fates("PostLinks") == {
        "1": ("IMPORTED", ""), "2": ("SKIPPED", "one of its ends is not in the dump"),
        "3": ("SKIPPED", "one of its ends is an answer"), "4": ("SKIPPED", "it links a post to itself"),
        "5": ("SKIPPED", "links of the type 7 have no place"), "6": ("SKIPPED", "one of its ends was not taken")}


def test_votes_become_the_score_and_never_our_own_counters(site: Site, dump: Dump) -> None:
    dump.add("Votes", Id=6, PostId=11, VoteTypeId=1, CreationDate=at(6))
    dump.add("Votes", Id=7, PostId=10, VoteTypeId=10, CreationDate=at(6))
    dump.add("Votes", Id=8, PostId=999, VoteTypeId=2, CreationDate=at(6))
    imported(site, dump)
    assert site.one("SELECT imported_score, top_score, like_count, reaction_count FROM posts WHERE title LIKE 'Why%'") == (
        7, 7, 0, 0)
    assert site.rows("SELECT imported_score FROM comments WHERE is_answer ORDER BY 1") == [(-2,), (9,)]
    assert site.one("SELECT count(*) FROM reactions") == (0,)
    fates = site.fates("Votes")
    assert {fates[str(number)] for number in range(1, 6)} == {("IMPORTED", "")}
    assert fates["6"] == ("SKIPPED", "acceptances that were taken back")
    assert fates["7"] == ("SKIPPED", "votes to delete have no place yet")
    assert fates["8"] == ("SKIPPED", "its post is not in the dump")


def test_counters_agree_with_what_they_count(site: Site, dump: Dump) -> None:
    imported(site, dump)
    assert site.rows("SELECT title, comment_count FROM posts ORDER BY id") == [
        ("Why do my brakes squeal?", 5), ("Which tape?", 1)]
    assert site.rows("SELECT reply_count FROM comments WHERE is_answer ORDER BY imported_score") == [(0,), (2,)]
    assert site.one("SELECT post_count, comment_count FROM communities WHERE slug = 'wheels'") == (2, 6)
    assert site.one("SELECT spaces.post_count FROM spaces JOIN communities ON communities.id = community_id"
                    " WHERE spaces.slug = 'general' AND communities.slug = 'wheels'") == (2,)
    wrong = site.rows("""
        SELECT id FROM members WHERE post_count <> (SELECT count(*) FROM posts WHERE author_id = members.id)
        OR comment_count <> (SELECT count(*) FROM comments WHERE author_id = members.id)""")
    assert wrong == []


def test_nobody_is_told_of_what_was_imported(site: Site, dump: Dump) -> None:
    before = site.one("SELECT coalesce(max(id), 0) FROM outbox_events")[0]
    imported(site, dump)
    names = site.rows("SELECT name FROM outbox_events WHERE id > :before ORDER BY name", before=before)
    assert names == [("community.created",), ("member.joined",)], "the community and its owner, nothing else"
    assert site.one("SELECT count(*) FROM notifications") == (0,)


def test_what_has_no_place_is_skipped_with_the_reason(site: Site, dump: Dump) -> None:
    dump.add("Posts", Id=91, PostTypeId=5, CreationDate=at(5), Score=0, Body="<p>All about brakes.</p>", OwnerUserId=1)
    dump.add("Posts", Id=92, PostTypeId=4, CreationDate=at(5), Score=0, Body="Of no tag.", OwnerUserId=1)
    dump.add("Posts", Id=93, PostTypeId=6, CreationDate=at(5), Score=0, Body="Vote for me.", OwnerUserId=1)
    dump.comment(60, 91, "Well said.")
    dump.history(120, 91, 2, "All about brakes.")
    dump.history(121, 10, 25)
    dump.history(122, 10, 11)
    dump.history(123, 999, 2, "Of a deleted post.")
    imported(site, dump)
    posts, history = site.fates("Posts"), site.fates("PostHistory")
    assert posts["90"] == ("IMPORTED", "")
    assert posts["91"] == ("SKIPPED", "a tag wiki: only its excerpt has a place")
    assert posts["92"] == ("SKIPPED", "a tag's description without a tag")
    assert posts["93"] == ("SKIPPED", "a nomination of an election")
    assert site.fates("Comments")["60"] == ("SKIPPED", "it belongs to a post that is neither a question nor an answer")
    assert history["120"] == ("SKIPPED", "its post is a tag wiki or another page of the site")
    assert history["121"] == ("SKIPPED", "tweets have no place yet")
    assert history["122"] == ("SKIPPED", "reopenings have no place yet")
    assert history["123"] == ("SKIPPED", "its post is not in the dump")
    assert site.fates("Badges") == {"1": ("SKIPPED", "badges have no place yet")}
