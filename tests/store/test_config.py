"""The set-up: what is asked of it, and how it says what is wrong."""

import pytest
from flask import request

from crm.app import create_app
from crm.config import settings_from
from crm.errors import Misconfigured
from crm.extensions import db

KEY = "0123456789abcdef0123456789abcdef"


def settings(tmp_path, **environment):
    return settings_from({"CRM_HOME": str(tmp_path), **environment})


def test_without_anything_the_users_data_folder_is_the_home(tmp_path):
    found = settings_from({"XDG_DATA_HOME": str(tmp_path)})
    assert found.home == tmp_path / "yingban-crm"
    assert found.database_url.database == str(tmp_path / "yingban-crm" / "crm.sqlite3")


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first, second = settings(tmp_path), settings(tmp_path)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["short", "dev", "a" * 64, "changeme"])
def test_a_short_or_known_key_is_refused(tmp_path, key):
    with pytest.raises(Misconfigured):
        settings(tmp_path, CRM_SECRET_KEY=key)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRM_HTTPS", "maybe"),
        ("CRM_PROXIES", "-1"),
        ("CRM_PROXIES", "one"),
        ("CRM_LANG", "fr"),
        ("CRM_SESSION_HOURS", "0"),
        ("CRM_DATABASE_URL", "mysql://x/y"),
        ("CRM_DATABASE_URL", "sqlite://"),
        ("CRM_DATABASE_URL", "nonsense"),
        ("CRM_DATABSE_URL", "sqlite:////tmp/x"),
    ],
)
def test_what_is_set_wrongly_stops_the_start_and_is_named(tmp_path, name, value):
    with pytest.raises(Misconfigured) as problem:
        settings(tmp_path, **{name: value})
    assert name in problem.value.zh or value.split(":")[0] in problem.value.zh
    assert name in problem.value.en or value.split(":")[0] in problem.value.en


def test_a_plain_postgresql_address_gets_the_driver(tmp_path):
    found = settings(tmp_path, CRM_DATABASE_URL="postgresql://crm@db/crm")
    assert found.database_url.drivername == "postgresql+psycopg"


def test_with_https_cookies_are_secure_and_bound_to_the_host(tmp_path):
    flask = settings(tmp_path, CRM_HTTPS="1").for_flask()
    assert flask["SESSION_COOKIE_SECURE"] is True
    assert flask["SESSION_COOKIE_NAME"] == "__Host-crm"


@pytest.mark.parametrize(("proxies", "seen"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
def test_forwarded_addresses_count_only_behind_a_named_proxy(tmp_path, proxies, seen):
    app = create_app(settings(tmp_path, CRM_PROXIES=proxies, CRM_SECRET_KEY=KEY), {"TESTING": True})
    seen_by = []
    app.before_request(lambda: seen_by.append(request.remote_addr))
    app.test_client().get("/sign-in", headers={"X-Forwarded-For": "203.0.113.9"})
    assert seen_by == [seen]
    with app.app_context():
        db.engine.dispose()
