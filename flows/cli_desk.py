"""The command that opens the review desk."""

from contextlib import ExitStack
from pathlib import Path

import click

from flows.command_line import campaign_argument, command, say
from flows.words import HELP


@command("desk")
@campaign_argument
@click.option("--by", "by_whom", metavar="NAME", default="", help=say(HELP["--by"]))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help=say(HELP["--port"]))
@click.option("--no-open", is_flag=True, help=say(HELP["--no-open"]))
def desk(campaign: Path, by_whom: str, port: int, no_open: bool) -> None:
    """Serve the desk until Ctrl-C."""
    from flows.desk.phrases import GREETING, PARTING
    from flows.desk.server import opening_page, serve
    from flows.free_text import free_text
    from flows.purged import read_living
    from flows.settings import has_screen

    loaded = read_living(campaign.resolve())
    with ExitStack() as until_end:

        def greet(address: str) -> None:
            click.echo(f"{say(GREETING)}\n{address}")
            if has_screen() and not no_open:
                until_end.enter_context(opening_page(address))

        try:
            serve(loaded, port=port, by_whom=free_text(by_whom), ready=greet)
        except KeyboardInterrupt:
            click.echo(say(PARTING))
