"""`crm doctor`: what an administrator should know before something breaks."""

import click

from crm.cli.application import STOPPED, application
from crm.cli.options import language

SIGNS = {"good": "✓", "soon": "!", "bad": "✗"}


@click.command()
@language
def doctor(lang: str) -> None:
    """Check versions, disk, key, schema, backups, calendar, time zone and duties; status 1 when something is wrong."""
    from crm.clock import now
    from crm.extensions import db
    from crm.operations.doctor import BAD, examine

    with application(ready=True) as app:
        findings = examine(db.engine, app.config["CRM"], now(), thorough=True)
    for finding in findings:
        click.echo(f"{SIGNS[finding.verdict]} {finding.sentence(lang)}")
    if any(finding.verdict == BAD for finding in findings):
        raise SystemExit(STOPPED)
