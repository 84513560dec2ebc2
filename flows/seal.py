"""Who seals a bundle, and with which key it is signed."""

import getpass
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr
from pydantic.json_schema import SkipJsonSchema

from flows.free_text import free_text
from flows.settings import SIGNING_KEY_FILE, language
from flows.sources import LoadedCampaign
from outputs.bag import TAG_MANIFEST
from outputs.bundle import Bundle, Contents
from outputs.handover import Staging
from outputs.ledger_rows import SealFacts
from outputs.personal_file import write_personal
from outputs.report.dispatch import DISPATCH_FILE, Dispatch, Parcel, render_dispatch
from outputs.signature import SEALED_BY, SIGNING_KEY, Signer
from outputs.staging import digest_of
from schemas.errors import InputError
from schemas.words import Text

GivenName = SkipJsonSchema[SecretStr] | None
"""Who seals, as a flow's parameter: Prefect is not shown it, and its form does not ask for it."""


class Seal(NamedTuple):
    """Who seals, if that was said; and the key that signs, if there is one."""

    by_whom: str | None = None
    signer: Signer | None = None


def name_of(given: str | None) -> GivenName:
    """A name as it was given on the command line."""
    name = free_text(given)
    return SecretStr(name) if name else None


def seal_of(loaded: LoadedCampaign, given: SecretStr | None) -> Seal:
    """The seal of a run: `given` is who was named for it, before whom the campaign file names."""
    named = given.get_secret_value() if given else free_text(loaded.campaign.campaign.sealed_by)
    return Seal(named or None, signer_of(loaded))


def signer_of(loaded: LoadedCampaign) -> Signer | None:
    """The key that the environment or the campaign file names. InputError where it does not do."""
    path = _key_file(loaded)
    if path is None:
        return None
    from flows.signing_key import read_signer  # noqa: PLC0415  cryptography, only where something is signed

    _refuse_in_results(path, loaded.out)
    return read_signer(path)


def with_seal(contents: Contents, seal: Seal) -> Contents:
    """A bundle's contents with what bag-info.txt says of its seal, to be signed."""
    said = {SEALED_BY: seal.by_whom, SIGNING_KEY: seal.signer and seal.signer.fingerprint}
    told = {label: value for label, value in said.items() if value}
    return contents._replace(info={**contents.info, **told}, signer=seal.signer)


def facts_of(bundle: Bundle, seal: Seal) -> SealFacts:
    """How a bundle was sealed, for the ledger."""
    key = seal.signer.fingerprint if seal.signer else None
    return SealFacts(digest_of(bundle.folder / TAG_MANIFEST), key, seal.by_whom, account())


def write_dispatch(
    loaded: LoadedCampaign, staging: Staging, bundles: Sequence[Bundle], seal: Seal, at: datetime
) -> None:
    """Put the dispatch note of a run's bundles, sealed at a moment (UTC), into its staged audit."""
    identity = loaded.campaign.campaign
    parcels = [
        Parcel(each.archive.name, each.archive_sha256, each.archive.stat().st_size, each.photos)
        for each in bundles
    ]
    fingerprint = seal.signer.fingerprint if seal.signer else None
    sent = Dispatch(
        identity.school_name, identity.id, staging.run, at.astimezone(), seal.by_whom, fingerprint, parcels
    )
    write_personal(staging.audit / DISPATCH_FILE, render_dispatch(sent, language()).encode())


def account() -> str | None:
    """The name of the account that runs this program, for the ledger; None where the system tells none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _key_file(loaded: LoadedCampaign) -> Path | None:
    named = os.environ.get(SIGNING_KEY_FILE)
    signing = loaded.campaign.signing
    if named:
        return Path(named)
    return loaded.path.parent / signing.key if signing else None


def _refuse_in_results(path: Path, out: Path) -> None:
    """What lies in the output folder is handed on, copied and backed up: no place for a private key."""
    if path.resolve().is_relative_to(out.resolve()):
        raise InputError(
            path,
            Text("签名密钥放在输出文件夹里", "the signing key lies in the output folder"),
            Text("请移到只有您能读的文件夹", "move it to a folder that only you can read"),
        )
