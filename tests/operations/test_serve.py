"""`crm serve` as an administrator starts it: a process of its own, real sockets, real files."""

import http.client
import shutil
import sqlite3
import ssl
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.web.served import Served, environment, serving
from benchmarks.web.visitor import Visitor, hidden
from tests.operations.conftest import PASSWORD

pytestmark = pytest.mark.slow


def _refused(home: Path, *options: str) -> str:
    command = [sys.executable, "-m", "crm", "serve", "--port", "0", *options]
    done = subprocess.run(
        command, env=environment(home), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_it_says_its_address_serves_pages_and_ends_with_0_when_told_to(home: Path) -> None:
    with serving(home) as served, closing(Visitor(served.port)) as visitor:
        assert visitor.get("/health").text == "ok\n"
        visitor.sign_in("a1", PASSWORD)
        assert visitor.get("/today").status == 200
        assert served.stop() == 0
        assert f"http://127.0.0.1:{served.port}/" in served.log.read_text("utf-8")


def test_a_request_under_way_is_finished_before_it_stops(home: Path) -> None:
    with (
        serving(home) as served,
        closing(Visitor(served.port)) as visitor,
        closing(sqlite3.connect(home / "crm.sqlite3")) as database,
    ):
        visitor.sign_in("a1", PASSWORD)
        form = hidden(visitor.get("/customers/C001/record").text, "/customers/C001/record")
        database.execute("BEGIN IMMEDIATE")  # the record has to wait for this
        answers: list[int] = []
        values = form | {"kind": "follow_up", "effective": "1", "note": "慢"}
        asking = threading.Thread(
            target=lambda: answers.append(visitor.post("/customers/C001/record", values).status)
        )
        asking.start()
        asking.join(0.5)
        assert asking.is_alive()
        stopping = threading.Thread(target=served.stop)
        stopping.start()
        stopping.join(0.5)
        database.rollback()
        asking.join(20)
        stopping.join(40)
        assert answers == [303]
        assert database.execute("SELECT note FROM contacts").fetchall() == [("慢",)]


def test_the_nightly_jobs_run_in_one_process_and_move_to_another_when_it_dies(home: Path) -> None:
    with serving(home) as served:
        first = _job_process(served)
        subprocess.run(["kill", "-9", str(first)], check=True)
        second = _job_process(served, but=first)
        assert second in _children(served)


def _children(served: Served) -> set[int]:
    found = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text("ascii").split()
    return {int(one) for one in found}


def _job_process(served: Served, but: int = 0) -> int:
    """The one process that holds the lock of the nightly jobs."""
    clock = threading.Event()
    for _ in range(200):
        clock.wait(0.05)
        holders = _holders(served.log.parent / "jobs.lock") - {but}
        assert len(holders) <= 1
        if holders and len(_children(served) - {but}) >= 2:
            return holders.pop()
    raise AssertionError("no process took the jobs")


def _holders(lock: Path) -> set[int]:
    if not lock.exists():
        return set()
    inode = f":{lock.stat().st_ino} "
    lines = Path("/proc/locks").read_text("ascii").splitlines()
    return {int(line.split()[4]) for line in lines if inode in line and "->" not in line}


def test_an_open_address_is_refused_while_there_is_no_administrator(tmp_path: Path) -> None:
    said = _refused(tmp_path, "--host", "0.0.0.0", "--proxy", "10.0.0.5")
    assert "There is no administrator yet" in said


def test_an_open_address_without_tls_is_refused(home: Path) -> None:
    assert "in the clear" in _refused(home, "--host", "0.0.0.0")


def test_the_schema_of_a_newer_program_is_refused_in_plain_words(home: Path) -> None:
    with closing(sqlite3.connect(home / "crm.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    assert "made by a newer version" in _refused(home)


def test_an_old_schema_is_brought_up_to_date_by_itself(home: Path) -> None:
    command = [sys.executable, "-m", "crm", "db", "downgrade", "0002"]
    subprocess.run(command, env=environment(home), check=True, capture_output=True, timeout=60)
    with serving(home) as served, closing(Visitor(served.port)) as visitor:
        visitor.sign_in("a1", PASSWORD)
        assert visitor.get("/today").status == 200


def test_a_bad_certificate_is_no_reason_to_serve_without(home: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (home / name).write_text("no certificate", "ascii")
    said = _refused(home, "--certificate", str(home / "cert.pem"), "--key", str(home / "key.pem"))
    assert "cert.pem" in said


def test_with_its_own_certificate_cookies_are_for_https_only(home: Path) -> None:
    certificate, key = _self_signed(home)
    with serving(home, "--host", "0.0.0.0", "--certificate", str(certificate), "--key", str(key)) as served:
        context = ssl.create_default_context(cafile=str(certificate))
        connection = http.client.HTTPSConnection("localhost", served.port, context=context, timeout=20)
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        assert answer.status == 200
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-crm=")
        assert "Secure" in cookie
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        connection.close()


def _self_signed(folder: Path) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    assert openssl, "openssl is needed to make a certificate"
    certificate, key = folder / "cert.pem", folder / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return certificate, key
