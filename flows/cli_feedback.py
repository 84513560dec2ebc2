"""The command that reads what comes back after a bundle was sent."""

from pathlib import Path
from typing import Any

import click

from flows.command_line import campaign_argument, command, layout_option, say
from flows.settings import language, now
from flows.words import HELP

listed = click.Path(path_type=Path)
written = click.Path(path_type=Path, dir_okay=False)


@command("feedback")
@campaign_argument
@click.option("--platform", metavar="FILE", type=listed, help=say(HELP["--platform"]))
@click.option("--vendor", metavar="FILE", type=listed, help=say(HELP["--vendor"]))
@click.option("--complaints", metavar="FILE", type=listed, help=say(HELP["--complaints"]))
@click.option("--complaint", metavar="NO", help=say(HELP["--complaint"]))
@click.option("--withdraw", metavar="CASE", type=int, help=say(HELP["--end-case"]))
@click.option("--because", metavar="TEXT", help=say(HELP["--case-because"]))
@click.option("--by", "by_whom", metavar="NAME", help=say(HELP["--case-by"]))
@click.option("--out", metavar="FILE", type=written, help=say(HELP["--out"]))
@layout_option
def feedback(campaign: Path, layout: Any, out: Path | None, **asked: Any) -> None:
    """Lists read, cases opened and ended, and what is open."""
    from flows import feedback_words as words
    from flows.feedback import standing
    from flows.feedback_asked import done
    from flows.purged import read_living
    from outputs.ledger import open_ledger
    from outputs.personal_file import write_personal

    loaded = read_living(campaign)
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        said = done(loaded, ledger, asked)
        now_open = standing(loaded, ledger)
    is_for_programs = layout != "table"
    for line in said:
        click.echo(say(line), err=is_for_programs)
    if out is not None:
        write_personal(out, words.todo_file(now_open.to_do, out, now()))
    if said and not is_for_programs:
        click.echo(say(words.told_standing(now_open)))
        click.echo(say(words.look_at(campaign, out)))
    else:
        click.echo(words.render(now_open, layout, language()).rstrip("\n"))
