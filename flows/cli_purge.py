"""The command that ends a campaign."""

from pathlib import Path

import click

from flows.command_line import campaign_argument, command, say
from flows.words import HELP


@command("purge")
@campaign_argument
@click.option("--yes", is_flag=True, help=say(HELP["--yes"]))
@click.option("--by", "by_whom", metavar="NAME", default="", help=say(HELP["--purge-by"]))
@click.option("--because", metavar="TEXT", default="", help=say(HELP["--purge-because"]))
@click.option("--anyway", is_flag=True, help=say(HELP["--anyway"]))
def purge(campaign: Path, yes: bool, by_whom: str, because: str, anyway: bool) -> None:
    """Show what would be deleted, or delete it."""
    from flows import purge_words as words
    from flows.purge import Order, previewed
    from flows.purge import purge as delete
    from flows.sources import read_campaign

    loaded = read_campaign(campaign)
    if yes:
        lines = words.told_purged(delete(loaded, Order(by_whom, because, anyway)))
    else:
        lines = words.told_preview(previewed(loaded))
    for line in lines:
        click.echo(say(line))
