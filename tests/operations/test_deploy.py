"""What is shipped to run the program on a server says what it should; no container engine runs here, so it is read."""

import configparser
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = ("yingban.service", "yingban-backup.service", "yingban-backup.timer")


def _unit(name: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / name, "utf-8")
    return {section: dict(parser[section]) for section in parser.sections()}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(name: str, tmp_path: Path) -> None:
    """With systemd's own words where it is installed; everywhere its sections are the known ones."""
    assert set(_unit(name)) <= {"Unit", "Service", "Install", "Timer"}
    analyze = shutil.which("systemd-analyze")
    if analyze:
        text = (DEPLOY / name).read_text("utf-8").replace("/opt/yingban/bin/crm", "/bin/true")
        (tmp_path / name).write_text(text, "utf-8")
        if name.endswith(".timer"):
            shutil.copy(DEPLOY / "yingban-backup.service", tmp_path)
        done = subprocess.run(
            [analyze, "verify", str(tmp_path / name)], capture_output=True, text=True, timeout=60, check=False
        )
        said = [line for line in done.stderr.splitlines() if name in line and "not executable" not in line]
        assert said == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("UMask", "0077"),
        ("StateDirectoryMode", "0700"),
        ("User", "yingban"),
    ],
)
def test_the_service_may_do_little(setting: str, value: str) -> None:
    assert _unit("yingban.service")["Service"][setting] == value


def test_the_service_is_asked_through_a_named_proxy_and_stops_in_its_own_time() -> None:
    from crm.operations.server import PATIENCE_SECONDS

    service = _unit("yingban.service")["Service"]
    assert "--host 127.0.0.1" in service["ExecStart"]
    assert "--proxy 127.0.0.1" in service["ExecStart"]
    assert int(service["TimeoutStopSec"]) > PATIENCE_SECONDS


def test_every_command_that_is_shipped_exists() -> None:
    from click.testing import CliRunner

    from crm.cli import main

    for name in ("yingban.service", "yingban-backup.service"):
        words = _unit(name)["Service"]["ExecStart"].split()
        shown = CliRunner().invoke(main, [words[1], "--help"]).output
        assert all(word in shown for word in words if word.startswith("--")), shown


def test_the_compose_file_has_volumes_secrets_and_networks_for_whatever_it_names(
    compose: dict[str, Any],
) -> None:
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).is_file(), (name, volume)
        assert set(service.get("secrets", [])) <= set(compose["secrets"]), name
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        for other, condition in service.get("depends_on", {}).items():
            assert other in compose["services"]
            healthy = condition["condition"] == "service_healthy"
            own = "healthcheck" in compose["services"][other] or "build" in compose["services"][other]
            assert own or not healthy, (name, other)


def test_no_secret_stands_in_the_compose_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for variable, value in service.get("environment", {}).items():
            assert "PASSWORD" not in variable or value.startswith("/run/secrets/")
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())


def test_only_the_proxy_is_reached_from_outside_and_the_server_trusts_its_network(
    compose: dict[str, Any],
) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]
    subnet = compose["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert f'"--proxy", "{subnet}"' in (DEPLOY / "Dockerfile").read_text("utf-8")


@pytest.mark.parametrize("name", ["nginx.conf", "nginx.compose.conf"])
def test_the_proxy_sets_the_forwarded_headers_itself(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    for header, value in (("For", "$remote_addr"), ("Proto", "$scheme"), ("Host", "$host")):
        assert f"proxy_set_header X-Forwarded-{header} {value};" in text
    assert text.count("{") == text.count("}")
    assert "$proxy_add_x_forwarded_for" not in text


def test_the_entrypoint_takes_the_password_out_of_a_file_and_hands_nothing_else_on(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret\n", "ascii")
    command = ["sh", str(DEPLOY / "entrypoint.sh"), "env"]
    environment = {"DATABASE_PASSWORD_FILE": str(secret), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "CRM_DATABASE_URL=postgresql+psycopg://yingban:s3cret@database/yingban\n" in done.stdout
    assert "DATABASE_PASSWORD_FILE" not in done.stdout
