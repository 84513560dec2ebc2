"""`regpack demo`: a capture day is generated, run, and held against what was planted."""

from pathlib import Path

import click

from flows.demo.day import SEED, generate
from flows.demo.makeup import makeup_day
from flows.demo.pictures import MEGAPIXELS
from flows.demo.truth import check_truth
from flows.outcome import tell
from flows.progress import DRAWING, progress_bar
from flows.settings import language, workers
from flows.temporary_server import starting_server
from schemas.words import Text

CAMPAIGN_FILE = "campaign.toml"


def day(
    directory: Path, *, students: int, seed: int | None, megapixels: float | None, generate_only: bool
) -> bool:
    """Generate a day in a folder and run it; whether everything planted was found."""
    with progress_bar(DRAWING, students) as show:
        generated = generate(
            directory,
            students=students,
            seed=SEED if seed is None else seed,
            megapixels=megapixels or MEGAPIXELS,
            workers=workers(),
            progress=show,
        )
    rows, files = generated.enrolments, generated.captures
    _say(Text(f"已在 {directory} 生成：名册 {rows} 行，拍摄 {files} 张",
              f"generated in {directory}: {rows} roster rows, {files} captures"))  # fmt: skip
    return generate_only or _run(directory)


def _run(directory: Path) -> bool:
    with starting_server() as server:
        server.name_api()
        from flows.post_capture import post_capture  # Prefect's start is for those who run something

        server.wait()
    outcome = post_capture(str((directory / CAMPAIGN_FILE).resolve()))
    tell(outcome)
    found = check_truth(directory, outcome.audit)
    for sentence in found.missed:
        click.echo(sentence, err=True)
    click.echo(f"planted {found.planted}, found {found.found}")
    return not found.missed


def makeup(directory: Path, *, seed: int | None, megapixels: float | None, generate_only: bool) -> None:
    """Let the absent of a generated day come, and run the make-up flow."""
    chosen = SEED if seed is None else seed
    came = makeup_day(directory, seed=chosen, workers=workers(), megapixels=megapixels or MEGAPIXELS)
    _say(Text(f"补拍 {len(came)} 人：{'、'.join(came)}", f"{len(came)} came: {', '.join(came)}"))
    if generate_only:
        return
    with starting_server() as server:
        server.name_api()
        from flows.makeup import makeup as makeup_flow

        server.wait()
    tell(makeup_flow(str((directory / CAMPAIGN_FILE).resolve())))


def _say(text: Text) -> None:
    click.echo(text.say(language()))
