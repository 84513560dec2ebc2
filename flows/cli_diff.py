"""The command that compares bundles."""

from pathlib import Path
from typing import Any

import click

from flows.command_line import command, layout_option, refuse_unusable, say
from flows.settings import language, quiet_prefect
from flows.words import HELP

side = click.Path(exists=True, path_type=Path)


@command("diff")
@click.argument("before", metavar="A", type=side)
@click.argument("after", metavar="[B]", type=side, required=False)
@layout_option
@click.option(
    "--html", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help=say(HELP["--html"])
)
@click.option("--show-numbers", is_flag=True, help=say(HELP["--show-numbers"]))
def diff(before: Path, after: Path | None, layout: Any, html: Path | None, show_numbers: bool) -> None:
    """What changed between two bundles, or would with the next run."""
    from flows import diff as sides
    from flows.diff_words import compared_lines, for_page, render
    from outputs.personal_file import write_personal
    from outputs.report.diff_page import render_diff

    if sides.needs_run(before, after):
        quiet_prefect()
        refuse_unusable(after or before)
    with sides.diff(before, after) as found:
        lines = compared_lines(found, show_numbers=show_numbers)
        if html is not None:
            page = render_diff(for_page(found, lines, language()), found.photos, language())
            write_personal(html, page.encode())
    click.echo(render(found, lines, layout, language()).rstrip("\n"))
