"""The commands of a campaign that runs by itself: `serve` and `approve`."""

from pathlib import Path

import click

from flows.command_line import campaign_argument, command, say
from flows.settings import quiet_prefect
from flows.words import HELP


@command("serve")
@campaign_argument
def serve(campaign: Path) -> None:
    """Run what is due until Ctrl-C."""
    quiet_prefect()
    from flows.serve.run import serve as serve_campaign

    serve_campaign(campaign)


@command("approve")
@campaign_argument
@click.option("--run", "run_id", metavar="ID", help=say(HELP["--approve-run"]))
@click.option("--by", "by_whom", metavar="NAME", required=True, help=say(HELP["--by"]))
@click.option("--reject", is_flag=True, help=say(HELP["--reject"]))
@click.option("--because", metavar="TEXT", default="", help=say(HELP["--because"]))
def approve(campaign: Path, run_id: str | None, by_whom: str, reject: bool, because: str) -> None:
    """Answer a run that waits."""
    quiet_prefect()
    from flows.serve.place import find_server
    from flows.sources import read_campaign

    loaded = read_campaign(campaign.resolve())
    find_server(loaded)
    from flows.answering import SAID, answer

    run = answer(loaded, run_id, {"approve": not reject, "by": by_whom, "because": because})
    click.echo(f"{run}: {say(SAID[not reject])}")
