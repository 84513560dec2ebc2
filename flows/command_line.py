"""What every command is declared with: the group, its help, its words and exit codes. Loads nothing heavy.

0 done; 2 an input is unusable; 3 a check failed; 130 stopped by Ctrl-C; 1 only for a bug, with its place.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.exceptions import Exit

from flows.bug_report import bug_report
from flows.settings import language, translate_click
from flows.words import COMMAND, EPILOGUE, HELP, OPTIONS, STOPPED
from schemas.errors import PipelineError
from schemas.words import Text

CHECK_FAILED = 3
BUG = 1
INTERRUPTED = 130
"""128 + SIGINT, as a shell has it."""

translate_click()


def say(text: Text) -> str:
    """A sentence in the operator's language."""
    return text.say(language())


class Commands(click.Group):
    """A group whose commands end with one line for a wrong file, and without a trace for Ctrl-C."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn a PipelineError into its line and its exit code."""
        try:
            return super().invoke(ctx)
        except PipelineError as wrong:
            click.echo(" ".join(wrong.say(language()).splitlines()), err=True)
            ctx.exit(wrong.exit_code)
        except KeyboardInterrupt:
            click.echo(say(STOPPED), err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.Abort, Exit):
            raise
        except Exception as bug:  # noqa: BLE001  told without its text, which may be personal
            click.echo(bug_report(bug), err=True)
            ctx.exit(BUG)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Commands in the order of a campaign, which is that of their help, not of the alphabet."""
        return sorted(self.commands, key=list(HELP).index)


def command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Declare a command; its help is `flows.words.HELP[name]`."""

    def declare(function: Callable[..., None]) -> click.Command:
        return cli.command(name, help=say(HELP[name]), options_metavar=say(OPTIONS))(function)

    return declare


@click.group(
    cls=Commands,
    help=say(HELP["regpack"]),
    epilog=say(EPILOGUE),
    options_metavar=say(OPTIONS),
    subcommand_metavar=say(COMMAND),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="regpack")
def cli() -> None:
    """The program; its help is in `flows.words`."""


campaign_argument = click.argument("campaign", metavar="CAMPAIGN.toml", type=click.Path(path_type=Path))
wait_option = click.option("--wait", is_flag=True, help=say(HELP["--wait"]))
layout_option = click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    help=say(HELP["--format"]),
)


def after_freeze_options(function: Callable[..., None]) -> Callable[..., None]:
    """Declare who seals, and what lets something be sealed after the campaign's freeze date."""
    by = click.option("--by", metavar="NAME", help=say(HELP["--sealed-by"]))
    return click.option("--after-freeze", metavar="TEXT", help=say(HELP["--after-freeze"]))(by(function))


def refuse_unusable(
    campaign: Path, students: tuple[str, ...] = (), listed: Path | None = None
) -> tuple[str, ...]:
    """Read all inputs before Prefect starts, so that a wrong file is told at once; the students named."""
    from flows.detectors import second_detector
    from flows.inputs import named_students, read_inputs
    from flows.purged import read_living

    second_detector()
    loaded = read_living(campaign)
    inputs = read_inputs(loaded)
    if loaded.campaign.engine.kind == "dask":
        from flows.cluster import refuse_unready

        refuse_unready(loaded)
    return named_students(inputs.roster, students, listed)


def refuse_unready(
    campaign: Path,
    students: tuple[str, ...] = (),
    listed: Path | None = None,
    *,
    signs: bool = True,
    wait: bool,
) -> tuple[str, ...]:
    """The same before a run: InputError also for a key that cannot sign, and while the campaign is run."""
    named = refuse_unusable(campaign, students, listed)
    from flows.run_lock import only_run
    from flows.seal import signer_of
    from flows.sources import read_campaign

    loaded = read_campaign(campaign)
    if signs:
        signer_of(loaded)
    if not wait:
        with only_run(loaded):
            pass
    return named
