"""`python -m tests.planted_bug quiet|plain CAMPAIGN.toml` runs a campaign with a bug in one of its tasks.

The error quotes everybody in the roster, as a library's error quotes what it choked on. `plain` does the same
in a task and flow of Prefect's own kind, to show what becomes of it there.
"""

import sys
from pathlib import Path

import polars as pl

PERSONAL = ("name", "document_no", "examinee_no")


def personal(roster: pl.DataFrame) -> list[str]:
    """Everything in a roster that nobody else may read."""
    cells = [cell for column in PERSONAL for cell in roster[column].drop_nulls().to_list()]
    return sorted({cell for cell in cells if len(cell) > 1})


def choke(roster: pl.DataFrame) -> None:
    """Fail as a library would, in two steps."""
    try:
        int(roster["name"][0])
    except ValueError as error:
        raise KeyError(*personal(roster)) from error


def quiet(campaign: str) -> None:
    """The command, with the bug in the assessment."""
    from transforms import assessment

    assessment.assess = lambda day, *_: choke(day.roster)
    from flows.cli import main

    sys.argv = ["regpack", "run", campaign]
    main()


def plain(campaign: str) -> None:
    """A flow that nobody guards."""
    from flows.settings import quiet_prefect

    quiet_prefect()
    from prefect import flow, task

    from flows.inputs import read_roster
    from flows.sources import read_campaign

    roster = read_roster(read_campaign(Path(campaign)))
    failing = task(name="plain")(lambda: choke(roster))
    flow(name="plain")(lambda: failing() or None)()


if __name__ == "__main__":
    {"quiet": quiet, "plain": plain}[sys.argv[1]](sys.argv[2])
