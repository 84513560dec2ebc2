"""The command that records what people decided."""

import sys
from pathlib import Path

import click

from flows.command_line import campaign_argument, command, say
from flows.settings import language
from flows.words import HELP

file = click.Path(path_type=Path, dir_okay=False)


@command("decide")
@campaign_argument
@click.option("--waive", metavar="CODE", help=say(HELP["--waive"]))
@click.option("--choose", metavar="CAPTURE", help=say(HELP["--choose"]))
@click.option("--release", metavar="CAPTURE", help=say(HELP["--release"]))
@click.option("--reject", is_flag=True, flag_value="", default=None, help=say(HELP["--decide-reject"]))
@click.option("--retake", is_flag=True, flag_value="", default=None, help=say(HELP["--retake"]))
@click.option("--crop", metavar="LEFT,TOP,WIDTH", help=say(HELP["--crop"]))
@click.option("--withdraw", metavar="ID", help=say(HELP["--withdraw"]))
@click.option("--from", "source", metavar="FILE", type=file, help=say(HELP["--from"]))
@click.option("--list", "is_list", is_flag=True, help=say(HELP["--decisions"]))
@click.option("--student", metavar="NO", help=say(HELP["--decide-student"]))
@click.option("--because", metavar="TEXT", help=say(HELP["--because"]))
@click.option("--by", metavar="NAME", help=say(HELP["--by"]))
@click.option("--until", metavar="DATE", help=say(HELP["--until"]))
@click.option("--after-freeze", metavar="TEXT", help=say(HELP["--after-freeze"]))
def decide(campaign: Path, source: Path | None, is_list: bool, **options: str | None) -> None:
    """Waivers, choices, releases, rejections, retakes and withdrawals."""
    from flows import decision_words as words
    from flows.decisions import Refused
    from flows.purged import read_living

    loaded = read_living(campaign)
    try:
        told = words.listed(loaded) if is_list else words.decided(loaded, source, options)
    except Refused as refused:
        for fault in refused.faults:
            click.echo(" ".join(fault.say(language()).splitlines()), err=True)
        if source is not None:
            click.echo(say(words.nothing_recorded(len(refused.faults))), err=True)
        sys.exit(2)
    click.echo(told.rstrip("\n"))
