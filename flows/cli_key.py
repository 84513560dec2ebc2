"""The command for the key that signs bundles."""

from pathlib import Path

import click

from flows.command_line import command, say
from flows.words import HELP
from schemas.words import Text


@command("key")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--new", is_flag=True, help=say(HELP["--new"]))
def key(file: Path, new: bool) -> None:
    """A key's fingerprint; or a new pair."""
    from flows.signing_key import fingerprint_in, new_pair
    from outputs.signature import grouped

    if not new:
        click.echo(grouped(fingerprint_in(file)))
        return
    fingerprint, public = new_pair(file)
    for line in (
        Text(f"私钥：{file}（不得外传，另存备份）", f"private key: {file} (keep it, and a backup)"),
        Text(f"公钥：{public}（交给接收单位）", f"public key:  {public} (give it to receivers)"),
        Text(f"指纹：{grouped(fingerprint)}", f"fingerprint: {grouped(fingerprint)}"),
        Text("请当面或用电话与接收单位核对指纹", "read the fingerprint to receivers over the telephone"),
    ):
        click.echo(say(line))
