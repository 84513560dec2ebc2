"""The command that makes what is printed and sent."""

import sys
from pathlib import Path
from typing import Any

import click

from flows.command_line import CHECK_FAILED, campaign_argument, command, say
from flows.words import HELP

KINDS = ["recall", "proof", "print", "fees"]


@command("sheets")
@campaign_argument
@click.option("--only", "kinds", multiple=True, type=click.Choice(KINDS), help=say(HELP["--only"]))
@click.option("--unit", "units", metavar="NAME", multiple=True, help=say(HELP["--unit"]))
@click.option("--class", "classes", metavar="NAME", multiple=True, help=say(HELP["--class"]))
@click.option("--bundle", metavar="BUNDLE", help=say(HELP["--bundle"]))
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help=say(HELP["--out-sheets"])
)
def sheets(campaign: Path, kinds: Any, out: Path | None, **narrowed: Any) -> None:
    """Lists, proof sheets, photos to cut out and the fee, unit by unit."""
    from flows.purged import read_living
    from flows.sheets import Wanted, gathered, made_sheets, words
    from flows.sheets.making import SHEETS

    loaded = read_living(campaign)
    wanted = Wanted(kinds or tuple(KINDS), **narrowed)
    with gathered(loaded, wanted) as got:
        folder = out or loaded.out / SHEETS / got.head.run
        units = 0
        for made in made_sheets(loaded, got, wanted, folder):
            click.echo(say(words.told_unit(made)))
            units += 1
        if not units:
            click.echo(say(words.NOTHING))
        for line in words.told_end(got, wanted, folder):
            click.echo(say(line))
        for line in words.told_lacking(got.lacking):
            click.echo(say(line), err=True)
    if got.lacking.height:
        sys.exit(CHECK_FAILED)
