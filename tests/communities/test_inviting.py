"""Inviting people, and coming in by an invitation."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask

from community.communities import services, viewers
from community.communities.models import Community, Invite, InviteUse, Member, SpaceMember
from community.communities.services import Offer
from community.core.clock import now
from community.core.errors import Gone
from community.extensions import db
from tests.cast import Cast, Person, PlaceFacts
from tests.communities.conftest import Found
from tests.databases import Database
from tests.pictures import send
from tests.together import together
from tests.visitor import Visitor

As = Callable[[Person], Visitor]
INVITES = "/c/bikes/dashboard/invites"


def viewer(person: Person, place: PlaceFacts):
    return viewers.for_community(viewers.of_user(person.user_id), place.id)


def invite(by: Person, place: PlaceFacts, offer: Offer = Offer(), **more: str) -> Invite:  # noqa: B008 - frozen
    made = services.create_invite(offer, by=viewer(by, place), **more)
    db.session.commit()
    return made


def membership(person: Person, place: PlaceFacts) -> Member | None:
    return db.session.query(Member).filter_by(community_id=place.id, user_id=person.user_id).first()


@pytest.mark.parametrize(("name", "may"), [("ada", True), ("mia", True), ("bob", False)])
def test_the_staff_makes_links(name: str, may: bool, as_: As, cast: Cast, db_session: object) -> None:
    page = as_(cast.people[name]).get(INVITES)
    assert page.status == 200
    assert page.has("#invites") == may
    assert as_(cast.people[name]).post(INVITES, days="7", max_uses="3").status == (303 if may else 403)
    assert db.session.query(Invite).count() == may


def test_a_link_lets_somebody_in_past_the_approval(as_: As, ada: Person, eve: Person, bikes: PlaceFacts) -> None:
    db.session.get(Community, bikes.id).join_policy = "APPROVAL"
    made = as_(ada).get(INVITES).form(f'form[action="{INVITES}"]').send(max_uses="2")
    assert made.status == 303, (made.texts(".field__error"), made.visitor)
    link = str(as_(ada).get(INVITES).one(".invite input").attributes["value"])
    path = link.removeprefix("http://localhost")
    assert link == f"http://localhost{path}"
    page = as_(eve).get(path)
    assert "Ada Okafor invites you to" in page.text("main")
    assert membership(eve, bikes) is None, "looking changes nothing"
    assert page.form("main form").send().location == "/c/bikes/welcome"
    member = membership(eve, bikes)
    assert (member.status, member.role, member.invited_by) == ("ACTIVE", "MEMBER", ada.member_id)
    assert "1 of 2 used" in as_(ada).get(INVITES).text(".invite small")


def test_the_code_is_kept_as_a_hash_and_encrypted(ada: Person, bikes: PlaceFacts, db_session: object) -> None:
    made = invite(ada, bikes)
    raw = db.session.execute(db.text("SELECT code, code_hash FROM invites WHERE id = :id"), {"id": made.id}).one()
    assert made.code.encode() not in bytes(raw.code) + bytes(raw.code_hash)


@pytest.mark.parametrize("state", ["expired", "used", "revoked"])
def test_what_is_over_says_so_and_shows_a_way_on(state: str, as_: As, ada: Person, eve: Person, bikes: PlaceFacts) -> None:
    made = invite(ada, bikes, Offer(max_uses=1))
    path = f"/c/bikes/invite/{made.code}"
    assert as_(eve).get(path).status == 200
    if state == "expired":
        made.expires_at = now() - dt.timedelta(minutes=1)
    elif state == "used":
        made.used_count = 1
    else:
        assert as_(ada).post(f"{INVITES}/{made.id}/revoke").status == 303
    gone = as_(eve).get(path)
    assert gone.status == 410
    assert gone.one("main a.btn--primary").attributes["href"] == "/c/bikes/about"
    assert as_(eve).post(path).status == 410
    assert membership(eve, bikes) is None


def test_a_hidden_community_shows_itself_to_who_holds_an_invitation(
    as_: As, ada: Person, eve: Person, found: Found
) -> None:
    place = found("secret", visibility="HIDDEN")
    made = invite(ada, PlaceFacts(place.id, "", "secret", "/c/secret/"))
    assert as_(eve).get(f"/c/secret/invite/{made.code}").text("h1") == "Secret"
    for answer in (as_(eve).get("/c/secret/invite/unknown"), as_(eve).get("/c/secret/about"), as_(eve).get("/c/secret/invite")):
        assert answer.status == 404
        assert "Secret" not in answer.html
    db.session.get(Invite, made.id).revoked_at = now()
    assert as_(eve).get(f"/c/secret/invite/{made.code}").status == 404


def test_a_guest_is_led_through_the_sign_up_and_back(
    as_: As, ada: Person, guest: Person, bikes: PlaceFacts, drain, mails
) -> None:
    path = f"/c/bikes/invite/{invite(ada, bikes).code}"
    visitor = as_(guest)
    sign_up = visitor.get(path).form("main form").send().follow()
    done = sign_up.form("main form").send(display_name="Zoe Zander", email="zoe@example.org", username="zoe",
                                          password="correct horse battery")
    assert done.status == 303
    drain()
    [mail] = [mail for mail in mails() if "zoe@" in mail["To"]]
    proof = re.search(r"/verify-email/\S+", mail.get_body(("plain",)).get_content())[0]
    assert visitor.get(proof).form("main form").send().location == path
    assert visitor.get(path).form("main form").send().location == "/c/bikes/welcome"
    assert db.session.query(InviteUse).count() == 1


def test_a_mailed_invitation_is_for_its_address_alone(
    as_: As, ada: Person, eve: Person, cleo: Person, found: Found, drain, mails
) -> None:
    found("boats")
    page = as_(ada).post("/c/boats/dashboard/invites/mail", addresses="Name,E-mail\nEve,eve@example.org\nnonsense line")
    assert page.texts("section[role=status] strong") == ["eve@example.org", "nonsense line"]
    drain()
    [mail] = [mail for mail in mails() if mail["To"] == "eve@example.org"]
    path = re.search(r"/c/boats/invite/\S+", mail.get_body(("plain",)).get_content())[0]
    assert db.session.query(Invite).one().mailed_at is not None
    refused = as_(cleo).post(path)
    assert refused.status == 403
    assert "another address" in refused.text("main")
    assert as_(eve).post(path).location == "/c/boats/welcome"
    again = as_(ada).post("/c/boats/dashboard/invites/mail", addresses="eve@example.org")
    assert "eve@example.org" in again.text("section[role=status]"), "who belongs already is not told"


def test_who_belongs_gets_no_mail_and_is_not_told(as_: As, ada: Person, drain, mails, db_session: object) -> None:
    as_(ada).post(f"{INVITES}/mail", addresses="cleo@example.org\nnobody@example.org")
    drain()
    assert {mail["To"] for mail in mails()} == {"nobody@example.org"}


def test_an_invitation_leads_into_a_space(as_: As, ada: Person, eve: Person, bikes: PlaceFacts, workshop: PlaceFacts) -> None:
    made = invite(ada, bikes, Offer(space=viewer(ada, bikes).space(workshop.id)))
    as_(eve).post(f"/c/bikes/invite/{made.code}")
    place = db.session.query(SpaceMember).filter_by(space_id=workshop.id, member_id=membership(eve, bikes).id).one()
    assert place.status == "ACTIVE"
    assert as_(eve).get(workshop.url).status == 200


def test_nobody_gives_a_role_that_is_not_below_the_own(as_: As, mia: Person, ada: Person, eve: Person, bikes: PlaceFacts) -> None:
    assert as_(mia).post(INVITES, role="MODERATOR").status == 403
    made = invite(ada, bikes, Offer(role="MODERATOR"))
    owner = db.session.get(Member, ada.member_id)
    owner.role = "MODERATOR"
    as_(eve).post(f"/c/bikes/invite/{made.code}")
    assert membership(eve, bikes).role == "MEMBER", "the inviter's rights count when it is used"


def test_an_invitation_dies_with_the_right_to_invite(as_: As, mia: Person, eve: Person, bikes: PlaceFacts) -> None:
    made = invite(mia, bikes)
    db.session.get(Member, mia.member_id).role = "MEMBER"
    assert as_(eve).post(f"/c/bikes/invite/{made.code}").status == 410
    assert membership(eve, bikes) is None
    assert db.session.get(Invite, made.id).used_count == 0


def test_members_invite_where_that_is_allowed_and_twenty_a_day(as_: As, bob: Person, bikes: PlaceFacts, redis) -> None:
    db.session.get(Community, bikes.id).settings = {"allow_member_invites": True}
    db.session.get(Member, bob.member_id).trust_level = "NEW"
    redis.flushdb()
    assert as_(bob).post(INVITES).status == 403, "not while new"
    db.session.get(Member, bob.member_id).trust_level = "ACTIVE"
    redis.flushdb()
    for _ in range(20):
        assert as_(bob).post(INVITES).status == 303
    assert as_(bob).post(INVITES).status == 429
    assert len(as_(bob).get(INVITES).select(".invite")) == 20


def test_the_rules_are_accepted_with_the_invitation(as_: As, ada: Person, eve: Person, bikes: PlaceFacts) -> None:
    place = db.session.get(Community, bikes.id)
    place.rules, place.rules_html = "Be kind.", "<p>Be kind.</p>"
    path = f"/c/bikes/invite/{invite(ada, bikes).code}"
    assert as_(eve).get(path).form("main form").send().status == 422
    assert as_(eve).get(path).form("main form").send(accept="on").status == 303


def test_a_code_is_typed(as_: As, ada: Person, eve: Person, bikes: PlaceFacts) -> None:
    made = invite(ada, bikes)
    form = as_(eve).get("/c/bikes/invite").form("main form")
    assert form.send(code=f"http://localhost/c/bikes/invite/{made.code}").location == f"/c/bikes/invite/{made.code}"
    assert form.send(code="nonsense").text("#f-code-error").startswith("We do not know this invitation.")


def test_the_last_place_goes_to_exactly_one(
    app: Flask, committed_db: Database, ada: Person, eve: Person, bikes: PlaceFacts
) -> None:
    from community.accounts.services import add_user

    rival = add_user(email="zoe@example.org", username="zoe", display_name="Zoe", password_hash=None)
    rival.verify_email(at=now())
    db.session.commit()
    code, rival_id = invite(ada, bikes, Offer(max_uses=1)).code, rival.id

    def accept(user_id: int) -> str:
        return services.accept_invite(code, by=viewers.for_community(viewers.of_user(user_id), bikes.id)).status

    results = together(app, [lambda: accept(eve.user_id), lambda: accept(rival_id)])
    assert sorted(str(type(one).__name__) for one in results) == [Gone.__name__, "str"]
    assert db.session.query(InviteUse).count() == 1
    assert db.session.query(Invite).one().used_count == 1


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("Name,E-mail\nEve,eve@example.org", ["eve@example.org"], []),
        ("\n\nE-Mail;Name\nzoe@example.org;Zoe", ["zoe@example.org"], []),
        ("a@example.org\nmail me", ["a@example.org"], ["mail me"]),
        ('"Eve, the first" <eve@example.org>\n<zoe@example.org>', ["zoe@example.org"], ['Eve, the first <eve@example.org>']),
        ("", [], []),
    ],
)  # fmt: skip
def test_a_list_of_addresses_is_read_as_people_write_them(text: str, good: list[str], bad: list[str]) -> None:
    from community.communities.forms import addresses_in

    assert addresses_in(text) == (good, bad)


def test_a_table_is_sent_as_a_file(as_: As, ada: Person, db_session: object) -> None:
    table = "Name,E-mail\nRosa,rosa@example.org\nTim,tim@example.org\nno address\n".encode("utf-8-sig")
    page = send(as_(ada), f"{INVITES}/mail", table, name="friends.csv")
    assert page.texts("section[role=status] strong") == ["rosa@example.org", "tim@example.org", "no address"]
    assert db.session.query(Invite).count() == 2
    assert send(as_(ada), f"{INVITES}/mail", b"\xff\xfe\x00", name="picture.png").status == 422
