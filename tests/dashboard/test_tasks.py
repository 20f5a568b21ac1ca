"""What the staff of a community has to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.events import StorageThresholdReached
from community.communities.models import Community, JoinQuestion, Member, MemberPeriod
from community.core.outbox import record
from community.dashboard import handlers
from community.dashboard.models import Task
from community.dashboard.services import WAITS_LONG, hasten_requests
from community.extensions import db
from tests.cast import Cast, Person, PlaceFacts
from tests.visitor import Page, Visitor

As = Callable[[Person], Visitor]
Drain = Callable[[], object]
TASKS = "/c/bikes/dashboard/tasks"


@pytest.fixture
def asking(as_: As, eve: Person, bikes: PlaceFacts, drain: Drain) -> Member:
    """Eve asked to join bikes and answered its question; the staff has a task."""
    db.session.get(Community, bikes.id).join_policy = "APPROVAL"
    db.session.add(JoinQuestion(community_id=bikes.id, text="Which bike is yours?"))
    page = as_(eve).get("/c/bikes/join")
    [field] = page.select("main textarea")
    sent = page.form("main form").send(**{str(field.attributes["name"]): "A blue one."})
    assert sent.location == "/c/bikes/about"
    drain()
    return db.session.query(Member).filter_by(community_id=bikes.id, user_id=eve.user_id).one()


def titles(page: Page) -> list[str]:
    """What the page asks for, besides setting the community up."""
    return [title for title in page.texts(".task h3") if title not in STEPS]


STEPS = [title for title, _, _ in handlers.STEPS.values()]


@pytest.mark.parametrize(("name", "status"), [("ada", 200), ("mia", 200), ("bob", 403), ("eve", 403), ("guest", 303)])
def test_the_staff_alone_sees_the_tasks(
    name: str, status: int, as_: As, cast: Cast, guest: Person, asking: Member
) -> None:
    page = as_({**cast.people, "guest": guest}[name]).get(TASKS)
    assert page.status == status
    assert titles(page) == (["Eve Novak asks to join"] if status == 200 else [])


def test_a_request_is_approved_on_the_list_of_tasks(
    as_: As, ada: Person, eve: Person, asking: Member, bikes: PlaceFacts, drain: Drain, mails
) -> None:
    before = db.session.get(Community, bikes.id).member_count
    page = as_(ada).get(TASKS)
    assert page.texts(".answers dt") == ["Which bike is yours?"]
    assert page.texts(".answers dd") == ["A blue one."]
    after = page.form("form[action$='/approve']").send().follow()
    assert titles(after) == []
    assert db.session.get(Member, asking.id).status == "ACTIVE"
    assert db.session.get(Community, bikes.id).member_count == before + 1
    assert db.session.query(MemberPeriod).filter_by(member_id=asking.id, ended_at=None).count() == 1
    drain()
    assert as_(eve).get("/notifications").texts(".notice__text") == ["You are a member of Bikes now"]
    assert [mail["Subject"] for mail in mails() if "eve@" in mail["To"]] == ["You are a member of Bikes now"]
    as_(eve).post("/c/bikes/leave")
    db.session.get(Community, bikes.id).join_policy = "OPEN"
    page = as_(eve).get("/c/bikes/join")
    page.form("main form").send(**{str(page.one("main textarea").attributes["name"]): "Still blue."})
    assert db.session.query(MemberPeriod).filter_by(member_id=asking.id).count() == 2
    assert db.session.query(Member).filter_by(community_id=bikes.id, user_id=eve.user_id).count() == 1


def test_a_request_is_declined_with_a_reason(
    as_: As, ada: Person, mia: Person, eve: Person, asking: Member, drain: Drain, mails
) -> None:
    answer = as_(mia).htmx_post(f"{TASKS}/{task().public_id}/decline", reason="Only for people from here.")
    assert titles(answer) == []
    drain()
    [mail] = [mail for mail in mails() if "eve@" in mail["To"]]
    assert "Only for people from here." in mail.get_body(("plain",)).get_content()
    assert "Only for people from here." in as_(eve).get("/c/bikes/about").text(".page-head__actions .note")
    member = db.session.get(Member, asking.id)
    member.declined_at -= WAITS_LONG * 4
    page = as_(eve).get("/c/bikes/join")
    page.form("main form").send(**{str(page.one("main textarea").attributes["name"]): "I moved."})
    drain()
    again = as_(ada).get(TASKS)
    assert titles(again) == ["Eve Novak asks to join"], "a new request is a new task"
    assert "Only for people from here." in again.text(".request .note"), "the earlier no is there to see"


def test_a_request_answered_elsewhere_leaves_the_list(as_: As, ada: Person, mia: Person, asking: Member, drain: Drain) -> None:
    assert as_(ada).post(f"/c/bikes/members/{asking.id}/approve").status == 303
    assert titles(as_(mia).get(TASKS)) == [], "at once"
    drain()
    assert task().status == "COMPLETED"
    assert as_(mia).post(f"{TASKS}/{task().public_id}/approve").status == 409


def test_a_withdrawn_request_leaves_the_list(as_: As, ada: Person, eve: Person, asking: Member, drain: Drain) -> None:
    assert titles(as_(ada).get(TASKS)) == ["Eve Novak asks to join"]
    as_(eve).post("/c/bikes/leave")
    drain()
    assert titles(as_(ada).get(TASKS)) == []
    assert task().status == "COMPLETED"


def test_finishing_a_task_does_not_decide_its_subject(as_: As, ada: Person, asking: Member) -> None:
    page = as_(ada).post(f"{TASKS}/{task().public_id}/status", status="COMPLETED")
    assert page.status == 303
    assert (task().status, task().completed_at is not None) == ("COMPLETED", True)
    assert db.session.get(Member, asking.id).status == "PENDING"
    assert as_(ada).post(f"{TASKS}/{task().public_id}/status", status="COMPLETED").status == 303, "once more is no change"
    as_(ada).post(f"{TASKS}/{task().public_id}/status", status="PENDING")
    assert (task().status, task().completed_at) == ("PENDING", None)
    assert as_(ada).post(f"{TASKS}/{task().public_id}/status", status="LOST").status == 422


def test_a_required_question_is_answered_and_the_answer_is_kept(as_: As, eve: Person, bikes: PlaceFacts) -> None:
    db.session.add(JoinQuestion(community_id=bikes.id, text="Why?"))
    db.session.add(JoinQuestion(community_id=bikes.id, text="Since when?", required=False, sort_order=1))
    page = as_(eve).get("/c/bikes/join")
    why, since = (str(one.attributes["name"]) for one in page.select("main textarea"))
    refused = page.form("main form").send(**{since: "2019"})
    assert refused.status == 422
    assert refused.text(f"#f-{why}-error") == "Please answer this."
    assert refused.form("main form").fields[since] == "2019"
    assert refused.form("main form").send(**{why: "Wind."}).status == 303
    member = db.session.query(Member).filter_by(community_id=bikes.id, user_id=eve.user_id).one()
    assert member.join_answers == [{"question": "Why?", "answer": "Wind."}, {"question": "Since when?", "answer": "2019"}]


def test_a_moderator_does_not_see_what_is_left_to_set_up(as_: As, ada: Person, mia: Person, eve: Person, drain: Drain) -> None:
    as_(ada).post("/communities/new", name="Boats", slug="boats")
    drain()
    boats = "/c/boats/dashboard/tasks"
    assert as_(ada).get(boats).texts(".task h3") == STEPS
    as_(mia).post("/c/boats/join")
    place = db.session.query(Community).filter_by(slug="boats").one()
    db.session.query(Member).filter_by(community_id=place.id, user_id=mia.user_id).update({"role": "MODERATOR"})
    drain()
    assert as_(mia).get(boats).texts(".task h3") == []
    step = db.session.query(Task).filter_by(community_id=place.id).first()
    assert as_(mia).post(f"{boats}/{step.public_id}/status", status="DISMISSED").status == 404
    assert as_(ada).post(f"{TASKS}/{step.public_id}/status", status="DISMISSED").status == 404, "of another community"


def test_a_first_step_that_is_done_leaves_the_list(as_: As, ada: Person, drain: Drain) -> None:
    as_(ada).post("/communities/new", name="Boats", slug="boats")
    drain()
    as_(ada).post("/c/boats/spaces/new", name="Harbour", slug="harbour")
    drain()
    assert "Open a space of your own" not in as_(ada).get("/c/boats/dashboard/tasks").texts(".task h3")


def test_a_request_that_waits_for_two_days_is_urgent(as_: As, ada: Person, asking: Member) -> None:
    assert hasten_requests() == 0
    task().created_at -= WAITS_LONG
    db.session.flush()
    assert hasten_requests() == 1
    assert as_(ada).get(TASKS).text(".task .badge") == "High"


def test_a_full_storage_is_a_task_until_there_is_room(as_: As, ada: Person, bikes: PlaceFacts, drain: Drain) -> None:
    place = db.session.get(Community, bikes.id)
    for used, shown in ((91, ["The storage is nearly full"]), (100, ["The storage is nearly full", "The storage is full"]),
                        (50, [])):  # fmt: skip
        db.session.get(Community, bikes.id).storage_used = place.storage_limit * used // 100
        record(StorageThresholdReached(community_id=bikes.id, percent=used))
        drain()
        assert titles(as_(ada).get(TASKS)) == shown
        assert {task.priority for task in db.session.query(Task).filter(Task.title.startswith("The storage"))} == {"URGENT"}


def test_the_first_steps_are_offered_until_they_are_put_away(as_: As, eve: Person, bikes: PlaceFacts) -> None:
    visitor = as_(eve)
    visitor.post("/c/bikes/join")
    welcome = visitor.get("/c/bikes/welcome")
    assert welcome.texts(".first-steps a")[0] == "Introduce yourself"
    assert 0 < len(welcome.select(".place-card")) <= 3
    assert visitor.get("/c/bikes/").has('.notice-bar a[href="/c/bikes/welcome"]')
    visitor.post("/c/bikes/welcome/dismiss")
    assert not visitor.get("/c/bikes/").has('.notice-bar a[href="/c/bikes/welcome"]')


def task() -> Task:
    return db.session.query(Task).filter_by(type="MEMBER_APPROVAL").order_by(Task.id.desc()).first()
