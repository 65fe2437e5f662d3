"""The `crm` command. Each subcommand lives in a module of its own, loaded only when it is called."""

from importlib import import_module

import click

COMMANDS = {
    "template": "crm.cli.template:template",
    "replay": "crm.cli.replay:replay",
    "duties": "crm.cli.duties:duties",
    "attribution": "crm.cli.attribution:attribution",
    "rules": "crm.cli.rules:rules",
    "import": "crm.cli.store:import_",
    "export": "crm.cli.store:export",
    "settle": "crm.cli.ledger:settle",
    "close": "crm.cli.closing:close",
    "verify": "crm.cli.closing:verify",
    "worker": "crm.cli.ledger:worker",
    "db": "crm.cli.database:database",
    "serve": "crm.cli.serve:serve",
    "demo": "crm.cli.demo:demo",
    "backup": "crm.cli.backup:backup",
    "restore": "crm.cli.backup:restore",
    "doctor": "crm.cli.doctor:doctor",
}


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is asked for: pandas alone takes a third of a second."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(
    cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="yingban-crm", prog_name="crm")
@click.pass_context
def main(ctx: click.Context) -> None:
    """应办：置业顾问的职责台账。什么到期，得了什么、扣了什么，为什么。

    Yingban: what is due now, what was earned or forfeited, and exactly why.
    """
    use_utf8()
    if ctx.invoked_subcommand is None:
        from crm.cli.first import begin

        begin(ctx)


def use_utf8() -> None:
    """Write UTF-8 whatever the terminal's own encoding is: a pipe or a file must not lose Chinese."""
    import sys

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
