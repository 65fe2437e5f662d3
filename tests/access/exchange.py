"""Importing a workbook. A job is seen by whoever began it alone, so nobody gets at one of somebody else."""

from tests.access import Row, Thing

IMPORTERS = {"store_manager": "all", "manager": "all", "admin": "all"}
NOBODY: dict[str, str] = {}
JOB = Thing("no-such-job", "no-such-job", "no-such-job")

ROWS = [
    Row("exchange.upload", "GET", IMPORTERS),
    Row("exchange.upload", "POST", IMPORTERS, form={"check_only": "1"}),
    Row("exchange.job", "GET", NOBODY, path={"job_id": JOB}),
    Row("exchange.template", "GET", IMPORTERS),
]
