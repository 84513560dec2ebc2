"""The commands. Prefect is imported only by those that run a flow; exit codes stand in `command_line`."""

import gc
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

import click

from flows import cli_decide, cli_desk, cli_diff, cli_feedback, cli_key, cli_purge, cli_serve, cli_sheets
from flows.command_line import (
    CHECK_FAILED,
    after_freeze_options,
    campaign_argument,
    cli,
    command,
    layout_option,
    refuse_unready,
    say,
    wait_option,
)
from flows.settings import language, quiet_prefect, workers
from flows.temporary_server import starting_server
from flows.words import HELP

DEMO_STUDENTS = 120
DRILL_DAYS = 200
OTHERS = 0o077
"""The rights that nobody but the owner has to any file or folder, also those of Prefect and of libraries."""
UNCOLLECTED = 50_000
"""Objects that may be made before Python looks for dead ones: what libraries make when imported stays."""


@command("demo")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--students",
    type=click.IntRange(min=30),
    default=DEMO_STUDENTS,
    show_default=True,
    help=say(HELP["--students"]),
)
@click.option("--seed", type=int, default=None, help=say(HELP["--seed"]))
@click.option("--megapixels", type=click.FloatRange(0.9, 50), default=None, help=say(HELP["--megapixels"]))
@click.option("--generate-only", is_flag=True, help=say(HELP["--generate-only"]))
@click.option("--makeup", is_flag=True, help=say(HELP["--makeup"]))
def demo(
    directory: Path,
    students: int,
    seed: int | None,
    megapixels: float | None,
    generate_only: bool,
    makeup: bool,
) -> None:
    """Generate a capture day and run it."""
    quiet_prefect()
    from flows.demo import run

    if makeup:
        run.makeup(directory, seed=seed, megapixels=megapixels, generate_only=generate_only)
    elif not run.day(
        directory, students=students, seed=seed, megapixels=megapixels, generate_only=generate_only
    ):
        sys.exit(CHECK_FAILED)


@command("run")
@campaign_argument
@click.option("--dry-run", is_flag=True, help=say(HELP["--dry-run"]))
@click.option("--full", is_flag=True, help=say(HELP["--full"]))
@wait_option
@after_freeze_options
def run(
    campaign: Path, dry_run: bool, full: bool, wait: bool, after_freeze: str | None, by: str | None
) -> None:
    """The post-capture flow."""
    quiet_prefect()
    with starting_server() as server:
        refuse_unready(campaign, signs=not dry_run, wait=wait)
        server.name_api()
        from flows.freeze import after_freeze_of
        from flows.outcome import tell
        from flows.post_capture import post_capture
        from flows.seal import name_of

        reason, who = after_freeze_of(after_freeze, by), name_of(by)
        server.wait()
    outcome = post_capture(
        str(campaign.resolve()), full=full, dry_run=dry_run, wait=wait, after_freeze=reason, sealed_by=who
    )
    tell(outcome)
    if outcome.held:
        sys.exit(CHECK_FAILED)


@command("makeup")
@campaign_argument
@click.option("--student", "students", metavar="NO", multiple=True, help=say(HELP["--student"]))
@click.option("--list", "listed", metavar="FILE", type=click.Path(path_type=Path), help=say(HELP["--list"]))
@wait_option
@after_freeze_options
def makeup(
    campaign: Path,
    students: tuple[str, ...],
    listed: Path | None,
    wait: bool,
    after_freeze: str | None,
    by: str | None,
) -> None:
    """The make-up flow."""
    quiet_prefect()
    with starting_server() as server:
        named = refuse_unready(campaign, students, listed, wait=wait)
        server.name_api()
        from flows.freeze import after_freeze_of
        from flows.makeup import makeup as makeup_flow
        from flows.outcome import tell
        from flows.seal import name_of

        reason, who = after_freeze_of(after_freeze, by), name_of(by)
        server.wait()
    outcome = makeup_flow(
        str(campaign.resolve()), students=named, wait=wait, after_freeze=reason, sealed_by=who
    )
    tell(outcome)
    if outcome.held:
        sys.exit(CHECK_FAILED)


@command("audit")
@campaign_argument
@click.option("--run", "run_id", metavar="ID", help=say(HELP["--run"]))
@click.option("--student", metavar="NO", help=say(HELP["--audit-student"]))
@click.option("--reason", metavar="CODE", help=say(HELP["--reason"]))
@layout_option
def audit(campaign: Path, run_id: str | None, student: str | None, reason: str | None, layout: Any) -> None:
    """What the ledger says."""
    import polars as pl

    from flows.audit import audit as ask
    from flows.audit import render
    from flows.ledger_key import numbers_meant
    from flows.sources import read_campaign
    from outputs.ledger import open_ledger

    loaded = read_campaign(campaign)
    identity = loaded.campaign.campaign.id
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        meant = numbers_meant(ledger, loaded.ledger_url, identity, student)
        answers = [ask(ledger, identity, run=run_id, student=each, reason=reason) for each in meant]
    click.echo(render(pl.concat(answers), layout, language()).rstrip("\n"))


@command("verify")
@click.argument("bundle", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.option(
    "--sources",
    metavar="DIR_OR_ZIP",
    type=click.Path(exists=True, path_type=Path),
    help=say(HELP["--sources"]),
)
@click.option(
    "--key", metavar="PUB.pem", type=click.Path(path_type=Path, dir_okay=False), help=say(HELP["--key"])
)
@click.option(
    "--campaign", metavar="CAMPAIGN.toml", type=click.Path(path_type=Path), help=say(HELP["--campaign"])
)
def verify(bundle: Path, sources: Path | None, key: Path | None, campaign: Path | None) -> None:
    """Check a bundle from outside."""
    from flows.outcome import tell_verified
    from flows.verify import verify as check

    verified = check(bundle, sources, key=key, campaign=campaign)
    tell_verified(verified)
    if verified.faults:
        sys.exit(CHECK_FAILED)


@command("reasons")
def reasons() -> None:
    """Print the catalogue."""
    from flows.catalogue import tell_reasons

    tell_reasons()


@command("profiles")
@click.argument("name", required=False)
def profiles(name: str | None) -> None:
    """Print the profiles with their citations."""
    from flows.catalogue import tell_profiles

    tell_profiles(name)


@command("drill")
@click.option(
    "--days", type=click.IntRange(min=1), default=DRILL_DAYS, show_default=True, help=say(HELP["--days"])
)
@click.option(
    "--mode",
    type=click.Choice(["swipe", "named", "code", "ticket", "all"]),
    default="all",
    show_default=True,
    help=say(HELP["--mode"]),
)
@click.option("--seed", type=int, default=0, show_default=True, help=say(HELP["--drill-seed"]))
def drill(days: int, mode: Any, seed: int) -> None:
    """Seeded capture days through the linking."""
    from flows.drill import run as drills
    from flows.drill.table import tell as tell_drill

    result = drills.drill(drills.MODES if mode == "all" else (mode,), days, seed, workers())
    beyond = drills.broken(result)
    tell_drill(result, beyond)
    if beyond:
        sys.exit(CHECK_FAILED)


DECLARED = (cli_decide, cli_desk, cli_diff, cli_feedback, cli_key, cli_purge, cli_serve, cli_sheets)
"""The modules whose commands are declared by being imported."""


def main() -> None:
    """The program's entry point: UTF-8 wherever the output goes, and what is written is its owner's alone."""
    os.umask(os.umask(OTHERS) | OTHERS)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    warnings.filterwarnings("ignore", module="PIL")  # what is wrong with a picture is a finding
    gc.set_threshold(UNCOLLECTED)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service manager's stop is a Ctrl-C
    cli()


if __name__ == "__main__":
    main()
