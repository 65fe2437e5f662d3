"""Signing in: who gets in, how long, and what slows down those who guess."""

import datetime as dt

import pyotp
import pytest
from sqlalchemy import select

from crm.clock import SHANGHAI
from crm.errors import Invalid, TooMany
from crm.extensions import db
from crm.people import second_factor, services, signing_in
from crm.people.accounts import Account, AuditRow, SignIn, SignInAttempt
from crm.people.models import Staff
from crm.people.settings import change_settings
from crm.people.signing_in import Visitor
from crm.transactions import atomic
from tests.people_builders import PASSWORD, keep, staff

HERE = Visitor("10.0.0.1", "a telephone")
ELSEWHERE = Visitor("10.9.9.9", "somebody's script")
MORNING = dt.datetime(2026, 11, 20, 8, 30)
SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def wang(people, store):
    people.staff("A01")
    return people.account("A01", "wang", PASSWORD)


def fields(**values):
    return {"login": "wang", "password": PASSWORD} | values


def test_the_right_password_opens_a_session_whose_token_is_not_stored(wang):
    sign_in, token = signing_in.sign_in("Wang ", PASSWORD, HERE, MORNING)
    assert sign_in.account_id == wang
    assert token not in (sign_in.token_hash, str(sign_in.session_id))
    assert signing_in.session_of(token).session_id == sign_in.session_id


@pytest.mark.parametrize(("login", "password"), [("wang", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_sentence(wang, login, password):
    with pytest.raises(Invalid, match=r"name or the password is wrong"):
        signing_in.sign_in(login, password, HERE, MORNING)
    assert db.session.scalars(select(SignIn)).all() == []


def test_after_five_wrong_tries_from_one_place_the_sixth_has_to_wait(wang):
    for _ in range(signing_in.FREE_TRIES_PAIR):
        with pytest.raises(Invalid):
            signing_in.sign_in("wang", "wrong", HERE, MORNING)
    with pytest.raises(TooMany):
        signing_in.sign_in("wang", PASSWORD, HERE, MORNING + SECOND)
    assert signing_in.sign_in("wang", PASSWORD, HERE, MORNING + 2 * SECOND)


def test_the_wait_grows_with_each_further_try(wang):
    at = MORNING
    waits = []
    for _ in range(9):
        with pytest.raises(Invalid):
            signing_in.sign_in("wang", "wrong", HERE, at)
        waits.append(signing_in.wait_of("wang", HERE.address, at))
        at += dt.timedelta(seconds=waits[-1])
    assert waits == [0, 0, 0, 0, 2, 4, 8, 16, 32]


def test_a_stranger_cannot_lock_out_someone_who_signs_in_from_a_known_place(wang):
    signing_in.sign_in("wang", PASSWORD, HERE, MORNING - dt.timedelta(days=1))
    with atomic() as session:
        session.add_all(
            SignInAttempt(login="wang", address=f"10.9.9.{number}", at=MORNING) for number in range(200)
        )
    assert signing_in.wait_of("wang", "10.7.7.7", MORNING) > 60
    assert signing_in.sign_in("wang", PASSWORD, HERE, MORNING)


def test_one_address_that_tries_many_names_has_to_wait(wang):
    with atomic() as session:
        session.add_all(
            SignInAttempt(login=f"name{number}", address=ELSEWHERE.address, at=MORNING)
            for number in range(30)
        )
    with pytest.raises(TooMany):
        signing_in.sign_in("wang", PASSWORD, ELSEWHERE, MORNING)


def test_a_try_that_succeeds_forgets_the_failed_ones_of_the_place(wang):
    with pytest.raises(Invalid):
        signing_in.sign_in("wang", "wrong", HERE, MORNING)
    signing_in.sign_in("wang", PASSWORD, HERE, MORNING)
    assert db.session.scalars(select(SignInAttempt)).all() == []


def test_signings_in_good_and_bad_are_in_the_log_without_the_password(wang):
    with pytest.raises(Invalid):
        signing_in.sign_in("wang", "my secret guess", HERE, MORNING)
    signing_in.sign_in("wang", PASSWORD, HERE, MORNING)
    lines = db.session.scalars(select(AuditRow).order_by(AuditRow.audit_id)).all()
    assert [(line.actor, line.action) for line in lines] == [
        ("wang", "sign_in.failed"),
        ("A01", "sign_in.done"),
    ]
    assert "guess" not in repr([vars(line) for line in lines])


def test_a_first_password_is_good_for_one_sign_in(store):
    keep([staff("A02")])
    account, first = services.make_account("A02", "li", MORNING, "admin")
    assert account.must_change
    signing_in.sign_in("li", first, HERE, MORNING)
    with pytest.raises(Invalid):
        signing_in.sign_in("li", first, HERE, MORNING + MINUTE)


@pytest.mark.parametrize(("late", "opens"), [(-SECOND, True), (dt.timedelta(0), False)])
def test_a_first_password_expires_after_three_days(store, late, opens):
    keep([staff("A02")])
    _, first = services.make_account("A02", "li", MORNING, "admin")
    at = MORNING + services.FIRST_PASSWORD_LASTS + late
    if opens:
        assert signing_in.sign_in("li", first, HERE, at)
    else:
        with pytest.raises(Invalid):
            signing_in.sign_in("li", first, HERE, at)


@pytest.mark.parametrize("new", ["short", "password", "12345678", "woaini1314", "wang2026", "x" * 201])
def test_short_long_and_common_passwords_and_the_own_name_are_refused(wang, new):
    account = db.session.get_one(Account, wang)
    with pytest.raises(Invalid) as problem:
        services.change_password(account, PASSWORD, new, MORNING, keep_session=0)
    assert problem.value.field == "new"


def test_a_change_of_password_ends_the_other_sessions_and_keeps_this_one(wang):
    here, token = signing_in.sign_in("wang", PASSWORD, HERE, MORNING)
    _, other = signing_in.sign_in("wang", PASSWORD, ELSEWHERE, MORNING)
    services.change_password(here.account, PASSWORD, "four unrelated words", MORNING, here.session_id)
    assert signing_in.session_of(token).ended_at is None
    assert signing_in.session_of(other).ended_because == "password changed"
    assert signing_in.sign_in("wang", "four unrelated words", HERE, MORNING)


def test_a_change_of_password_needs_the_present_one(wang):
    with pytest.raises(Invalid) as problem:
        services.change_password(
            db.session.get_one(Account, wang), "guess", "four unrelated words", MORNING, 0
        )
    assert problem.value.field == "old"


def test_a_disabled_account_is_out_at_once(wang, people):
    browser = people.browser_of(wang)
    assert browser.get("/me").status_code == 200
    services.disable_account(wang, MORNING, "admin")
    assert "/sign-in" in browser.get("/me").headers["Location"]
    with pytest.raises(Invalid):
        signing_in.sign_in("wang", PASSWORD, HERE, MORNING)


def test_whoever_has_left_is_out_the_day_after_the_last(wang, people, at):
    at(dt.datetime(2026, 11, 20, 23, 59))
    browser = people.browser_of(wang)
    with atomic() as session:
        session.get_one(Staff, "A01").left_on = dt.date(2026, 11, 20)
    assert browser.get("/me").status_code == 200
    at(dt.datetime(2026, 11, 21, 0, 0))
    assert "/sign-in" in browser.get("/me").headers["Location"]


def test_a_new_role_acts_on_the_next_request(people, store):
    browser = people.browser("consultant", "A09")
    assert b"consultant" not in browser.get("/me").data
    before = browser.get("/me").get_data(as_text=True)
    with atomic() as session:
        session.get_one(Staff, "A09").role = "hr"
    after = browser.get("/me").get_data(as_text=True)
    assert "顾问" in before
    assert "人事" in after


@pytest.mark.parametrize(
    ("idle", "inside"), [(dt.timedelta(minutes=60), True), (dt.timedelta(minutes=65), False)]
)
def test_a_session_ends_after_an_idle_hour(people, at, idle, inside):
    at(MORNING)
    browser = people.browser()
    at(MORNING + idle)
    assert (browser.get("/me").status_code == 200) is inside


@pytest.mark.parametrize(("hours", "inside"), [(11, True), (12, False)])
def test_a_session_ends_after_twelve_hours_however_busy(people, at, hours, inside):
    browser = None
    for half_hour in range(hours * 2 + 1):
        at(MORNING + half_hour * dt.timedelta(minutes=30))
        browser = browser or people.browser()
        answer = browser.get("/me")
    assert (answer.status_code == 200) is inside


def test_signing_out_ends_the_session_on_the_server(wang, people):
    browser = people.browser_of(wang)
    with browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    browser.post("/sign-out")
    assert signing_in.session_of(token).ended_because == "signed out"
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert "/sign-in" in browser.get("/me").headers["Location"]


def test_a_session_of_someone_else_cannot_be_ended(people, store):
    mine, theirs = people.browser(), people.browser()
    other = db.session.scalars(select(SignIn).order_by(SignIn.session_id.desc())).first().session_id
    assert mine.post(f"/me/sessions/{other}/end").status_code == 404
    assert theirs.get("/me").status_code == 200


def code_at(secret: str, at: dt.datetime) -> str:
    return pyotp.TOTP(secret).at(at.replace(tzinfo=SHANGHAI))


def test_with_a_second_factor_the_password_alone_opens_nothing(wang, client):
    secret = second_factor.new_secret()
    account = db.session.get_one(Account, wang)
    second_factor.switch_on(account, secret, code_at(secret, MORNING), MORNING)
    answer = client.post("/sign-in", data=fields())
    assert answer.headers["Location"].startswith("/sign-in/code")
    assert "/sign-in" in client.get("/me").headers["Location"]


def test_the_second_factor_opens_the_session_under_a_new_token_and_a_code_works_once(wang):
    secret = second_factor.new_secret()
    second_factor.switch_on(db.session.get_one(Account, wang), secret, code_at(secret, MORNING), MORNING)
    later = MORNING + MINUTE
    _, waiting = signing_in.sign_in("wang", PASSWORD, HERE, later)
    code = code_at(secret, later)
    opened, token = signing_in.give_second_factor(waiting, code, HERE, later)
    assert not opened.waits_for_factor
    assert signing_in.session_of(waiting) is None
    _, again = signing_in.sign_in("wang", PASSWORD, HERE, later)
    with pytest.raises(Invalid):
        signing_in.give_second_factor(again, code, HERE, later)
    assert token != waiting


@pytest.mark.parametrize(("minutes", "opens"), [(10, True), (11, False)])
def test_a_code_opens_only_what_a_password_began_just_now(wang, minutes, opens):
    secret = second_factor.new_secret()
    second_factor.switch_on(db.session.get_one(Account, wang), secret, code_at(secret, MORNING), MORNING)
    _, waiting = signing_in.sign_in("wang", PASSWORD, HERE, MORNING)
    later = MORNING + minutes * MINUTE
    if opens:
        assert signing_in.give_second_factor(waiting, code_at(secret, later), HERE, later)
    else:
        with pytest.raises(Invalid, match="begin again"):
            signing_in.give_second_factor(waiting, code_at(secret, later), HERE, later)


def test_a_disabled_account_is_not_opened_by_its_code(wang):
    secret = second_factor.new_secret()
    second_factor.switch_on(db.session.get_one(Account, wang), secret, code_at(secret, MORNING), MORNING)
    _, waiting = signing_in.sign_in("wang", PASSWORD, HERE, MORNING)
    services.disable_account(wang, MORNING, "admin")
    with pytest.raises(Invalid):
        signing_in.give_second_factor(waiting, code_at(secret, MORNING + MINUTE), HERE, MORNING + MINUTE)


def test_a_recovery_code_stands_in_once(wang):
    secret = second_factor.new_secret()
    codes = second_factor.switch_on(
        db.session.get_one(Account, wang), secret, code_at(secret, MORNING), MORNING
    )
    assert len(set(codes)) == 10
    for expected in (True, False):
        _, waiting = signing_in.sign_in("wang", PASSWORD, HERE, MORNING)
        if expected:
            assert signing_in.give_second_factor(waiting, codes[3].upper(), HERE, MORNING)
        else:
            with pytest.raises(Invalid):
                signing_in.give_second_factor(waiting, codes[3], HERE, MORNING)


def test_a_role_that_must_have_a_second_factor_is_led_to_it_first(people, store):
    browser = people.browser("hr")
    change_settings({"totp_roles": ["hr"]})
    assert browser.get("/me").headers["Location"] == "/me/factor"
    assert browser.get("/me/factor").status_code == 200


def test_a_first_password_must_be_changed_before_anything_else(store, client):
    keep([staff("A02")])
    _, first = services.make_account("A02", "li", dt.datetime.now(), "admin")
    assert client.post("/sign-in", data=fields(login="li", password=first)).status_code == 302
    assert client.get("/me").headers["Location"] == "/me/password"
    client.post("/me/password", data={"old": first, "new": "four unrelated words"})
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("asked", "led"),
    [("/me", "/me"), ("//evil.example", "/"), ("https://evil.example/", "/"), ("/\\evil.example", "/")],
)
def test_after_signing_in_one_is_led_only_within_the_site(wang, client, asked, led):
    answer = client.post("/sign-in", data=fields(next=asked))
    assert answer.headers["Location"] == led


def test_the_cookie_is_closed_to_scripts_and_other_sites(wang, client):
    cookie = client.post("/sign-in", data=fields()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_setting_up_is_gone_once_somebody_can_sign_in(app, client, store):
    first = {
        "company": "示例公司",
        "project": "滨江壹号",
        "records_begin": "2026-01-01",
        "name": "管理员",
        "login": "boss",
        "password": "four unrelated words",
    }
    assert client.get("/").headers["Location"] == "/setup"
    assert client.post("/setup", data=first).status_code == 302
    for method in (client.get, client.post):
        assert method("/setup").status_code == 404
        assert method("/setup", headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 404
    assert client.post("/sign-in", data={"login": "boss", "password": first["password"]}).status_code == 302
    assert db.session.scalar(select(Account)).role == "admin"


@pytest.mark.usefixtures("csrf_on")
def test_every_form_needs_its_token(app, people):
    browser = people.browser("consultant")
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert posts
    with app.test_request_context():
        addresses = [app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, 1)) for rule in posts]
    assert {browser.post(address).status_code for address in addresses} == {400}


def test_personal_pages_are_not_kept_and_cannot_be_framed(signed_in):
    headers = signed_in("consultant").get("/me").headers
    assert headers["Cache-Control"] == "no-store"
    for word in ("frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "'nonce-"):
        assert word in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_showing_the_password_again_and_again_does_not_bring_on_the_brakes(wang):
    sign_in, _ = signing_in.sign_in("wang", PASSWORD, HERE, MORNING)
    for _ in range(20):
        signing_in.prove_again(sign_in, PASSWORD, HERE, MORNING)
    with pytest.raises(Invalid):
        signing_in.prove_again(sign_in, "wrong", HERE, MORNING)
    assert signing_in.proved_lately(sign_in, MORNING + signing_in.PROOF_LASTS)
    assert not signing_in.proved_lately(sign_in, MORNING + signing_in.PROOF_LASTS + SECOND)
