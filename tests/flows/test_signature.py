"""A signed bundle: what its receiver can rely on, with this program or with OpenSSL alone."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import bagit
import polars as pl
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.cli import cli
from flows.seal import Seal, facts_of, name_of, seal_of, signer_of, with_seal
from flows.signing_key import fingerprint_in, new_pair, public_file, read_public, read_signer
from flows.sources import read_campaign
from flows.verify import Signed, verify
from outputs.archive import pack
from outputs.bundle import Bundle
from outputs.ledger import open_ledger
from outputs.ledger_rows import SEALED, SealedBundle
from outputs.provenance import SOURCES_FILE
from outputs.report.cover import COVER_FILE
from outputs.signature import SIGNATURE_FILE, Signer, grouped, sign_bag
from schemas.errors import DeliveryError, InputError
from tests.bundle_builders import sealed_in, some_contents
from tests.campaign_builders import a_campaign, write_campaign
from tests.run_frames import capture_day

SIGNED = "tagmanifest-sha256.txt"
WHO = "教务处 李老师"
OPENSSL = shutil.which("openssl")


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> Path:
    """The school's key, and somebody else's."""
    folder = tmp_path_factory.mktemp("keys")
    new_pair(folder / "school.pem")
    new_pair(folder / "other.pem")
    return folder


@pytest.fixture(scope="module")
def public(keys) -> Path:
    return public_file(keys / "school.pem")


def signed_in(place: Path, signer: Signer, by_whom: str | None = WHO) -> Bundle:
    contents = some_contents(place / "work")
    return sealed_in(place / "out", with_seal(contents, Seal(by_whom, signer)))


@pytest.fixture(scope="module")
def sealed(keys, tmp_path_factory) -> Bundle:
    return signed_in(tmp_path_factory.mktemp("signed"), read_signer(keys / "school.pem"))


@pytest.fixture
def folder(sealed, tmp_path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(sealed.folder, tmp_path / sealed.name))


def faults(bundle: Path, key: Path | None = None) -> dict[str, str]:
    """What is wrong with each file, in English; the last thing said of it."""
    return {file: text.en for file, text in verify(bundle, key=key).faults}


def manifests_made_anew(folder: Path) -> Path:
    """The bag as a forger leaves it who has no key: every manifest true again, the signature kept."""
    signature = (folder / SIGNATURE_FILE).read_bytes() if (folder / SIGNATURE_FILE).exists() else None
    (folder / SIGNATURE_FILE).unlink(missing_ok=True)
    bag = bagit.Bag(str(folder))
    bag.save(processes=1, manifests=True)
    assert bag.is_valid()
    if signature is not None:
        (folder / SIGNATURE_FILE).write_bytes(signature)
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_good_signature_verifies_in_folder_and_zip(sealed, public):
    for bundle in (sealed.folder, sealed.archive):
        found = verify(bundle, key=public)
        assert found.faults == ()
        assert found.signed == Signed(fingerprint_in(public), WHO, is_checked=True)


def test_without_a_key_it_is_told_and_not_called_good(sealed, public):
    assert verify(sealed.folder).signed == Signed(fingerprint_in(public), WHO, is_checked=False)
    told = CliRunner().invoke(cli, ["verify", str(sealed.archive)])
    assert told.exit_code == 0
    assert "签名未核对" in told.output
    assert "签名有效" not in told.output
    assert grouped(fingerprint_in(public)) in told.output


def test_signing_again_gives_the_same_zip(sealed, keys, tmp_path):
    again = signed_in(tmp_path, read_signer(keys / "school.pem"))
    assert again.archive_sha256 == sealed.archive_sha256
    (tmp_path / "unsigned").mkdir()
    unsigned = signed_in(tmp_path / "unsigned", None)
    assert unsigned.archive_sha256 != sealed.archive_sha256


def test_another_reader_of_bags_takes_a_signed_one(sealed):
    assert bagit.Bag(str(sealed.folder)).is_valid()


# -- what must not pass


def test_another_key_does_not_verify(sealed, keys):
    other = public_file(keys / "other.pem")
    said = faults(sealed.folder, other)[SIGNATURE_FILE]
    assert "by another key" in said
    assert fingerprint_in(other) in said


def test_a_forger_who_signs_with_a_key_of_his_own_is_found(folder, keys, public):
    change(folder / "bag-info.txt", fingerprint_in(public), fingerprint_in(keys / "other.pem"))
    (folder / SIGNATURE_FILE).unlink()
    sign_bag(manifests_made_anew(folder), read_signer(keys / "other.pem"))
    assert faults(folder) == {}
    assert "by another key" in faults(folder, public)[SIGNATURE_FILE]


def test_a_forger_who_claims_our_key_and_signs_with_his_is_found(folder, keys, public):
    (folder / SIGNATURE_FILE).unlink()
    sign_bag(folder, read_signer(keys / "other.pem"))
    assert "does not fit" in faults(folder, public)[SIGNATURE_FILE]


@pytest.mark.parametrize("name", ["bag-info.txt", COVER_FILE, SOURCES_FILE, "data/images.xml"])
def test_a_change_with_all_manifests_made_anew_breaks_the_signature(folder, public, name):
    assert faults(folder, public) == {}
    with (folder / name).open("ab") as file:
        file.write(b"\n")
    found = faults(manifests_made_anew(folder), public)
    assert found == {SIGNATURE_FILE: found[SIGNATURE_FILE]}
    assert "does not fit" in found[SIGNATURE_FILE]


@pytest.mark.parametrize("name", [SIGNED, "manifest-sha256.txt", "bagit.txt"])
def test_a_changed_manifest_is_found(folder, public, name):
    with (folder / name).open("ab") as file:
        file.write(b"\n")
    assert faults(folder, public)


@pytest.mark.parametrize("name", [SIGNED, "manifest-sha256.txt", "bag-info.txt", "data/degree.xml"])
def test_a_missing_file_is_found(folder, public, name):
    (folder / name).unlink()
    assert name in faults(folder, public)


def test_a_student_taken_out_with_care_is_found(folder, public):
    photo = next((folder / "data" / "photos").iterdir())
    photo.unlink()
    assert SIGNATURE_FILE in faults(manifests_made_anew(folder), public)


@pytest.mark.parametrize("name", ["tagmanifest-md5.txt", "tagmanifest-sha256.txt.bak", "x.sig"])
def test_a_file_slipped_in_beside_the_manifests_is_found(folder, public, name):
    (folder / name).write_text("")
    assert "is not listed" in faults(folder, public)[name]


def test_a_signature_taken_away_is_found_with_and_without_the_key(folder, public):
    (folder / SIGNATURE_FILE).unlink()
    for key in (None, public):
        assert "bag-info.txt says that the bundle is signed" in faults(folder, key)[SIGNATURE_FILE]


def test_a_signature_taken_away_with_every_trace_is_found_with_the_key(folder, public):
    (folder / SIGNATURE_FILE).unlink()
    change(folder / "bag-info.txt", f"Regpack-Signing-Key: {fingerprint_in(public)}\n", "")
    assert faults(manifests_made_anew(folder)) == {}
    assert "is not signed, or its signature was removed" in faults(folder, public)[SIGNATURE_FILE]


def test_a_signed_bundle_under_anothers_name_is_found(folder, public):
    renamed = folder.rename(folder.with_name("demo-2020-002"))
    assert faults(renamed) == {}
    told = {"bag-info.txt": "what was signed is demo-2020-001, and the folder is called demo-2020-002"}
    assert faults(renamed, public) == told


@pytest.mark.parametrize("size", [0, 1, 63, 65])
def test_a_cut_signature_is_found(folder, public, size):
    whole = (folder / SIGNATURE_FILE).read_bytes()
    (folder / SIGNATURE_FILE).write_bytes((whole + b"x")[:size])
    for key in (None, public):
        assert f"{size} bytes instead of 64" in faults(folder, key)[SIGNATURE_FILE]


@pytest.mark.parametrize("at", [0, 31, 32, 63])
def test_a_signature_with_one_changed_bit_does_not_verify(folder, public, at):
    signature = bytearray((folder / SIGNATURE_FILE).read_bytes())
    signature[at] ^= 1
    (folder / SIGNATURE_FILE).write_bytes(signature)
    assert "does not fit" in faults(folder, public)[SIGNATURE_FILE]


@pytest.mark.parametrize("claim", ["", "Regpack-Signing-Key: \x1b[2J\n", "Regpack-Signing-Key: abc\n"])
def test_a_signature_whose_key_is_not_named_is_found(folder, public, claim):
    change(folder / "bag-info.txt", f"Regpack-Signing-Key: {fingerprint_in(public)}\n", claim)
    found = verify(manifests_made_anew(folder), key=public)
    assert [text.en for _, text in found.faults] == [
        "names no key in Regpack-Signing-Key, and there is a signature"
    ]
    assert found.signed is None


def test_who_sealed_cannot_write_on_the_terminal(keys, tmp_path):
    made = signed_in(tmp_path, read_signer(keys / "school.pem"), by_whom="李\x1b[2J老师")
    told = CliRunner().invoke(cli, ["verify", str(made.folder)]).output
    assert "\x1b" not in told
    assert "李[2J老师" in told


def test_the_commands_say_it_with_their_exit_codes(sealed, folder, keys, public, tmp_path):
    def said(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["verify", *map(str, arguments)])
        return done.exit_code, done.output

    good = said("--key", public, sealed.archive)
    assert good[0] == 0
    assert "签名有效" in good[1]
    assert WHO in good[1]
    (folder / SIGNATURE_FILE).unlink()
    for arguments in (
        ("--key", public_file(keys / "other.pem"), sealed.archive),
        ("--key", public, folder),
        (folder,),
    ):
        code, told = said(*arguments)
        assert code == 3
        assert SIGNATURE_FILE in told
        assert "签名有效" not in told
    (tmp_path / "text.pem").write_text("no key")
    for unfit in (keys / "school.pem", tmp_path / "text.pem", tmp_path / "absent.pem"):
        assert said("--key", unfit, sealed.archive)[0] == 2


@pytest.mark.skipif(OPENSSL is None, reason="there is no openssl here")
def test_openssl_checks_it_without_this_program(folder, public):
    """The commands of docs/security.md."""
    verify_signature = [
        OPENSSL, "pkeyutl", "-verify", "-pubin", "-inkey", str(public), "-rawin", "-in", SIGNED,
        "-sigfile", SIGNATURE_FILE,
    ]  # fmt: skip

    def is_good() -> bool:
        return not subprocess.run(verify_signature, cwd=folder, capture_output=True, check=False).returncode

    assert is_good()
    for manifest in (SIGNED, "manifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--quiet", "--strict", manifest], cwd=folder, check=True)
    der = subprocess.run(
        [OPENSSL, "pkey", "-pubin", "-in", str(public), "-outform", "DER"], capture_output=True, check=True
    ).stdout
    digest = subprocess.run([OPENSSL, "sha256"], input=der, capture_output=True, check=True).stdout.decode()
    assert fingerprint_in(public) in digest
    with (folder / SIGNED).open("ab") as file:
        file.write(b"\n")
    assert not is_good()


# -- the ledger of those who sealed it


@pytest.fixture
def remembering(sealed, tmp_path) -> Path:
    """A campaign whose ledger knows the signed bundle."""
    loaded = loaded_with(tmp_path / "school", None, id='"demo-2020"')
    records = pl.DataFrame({name: ["a", "b", "c"] for name in SEALED}).with_columns(position=pl.lit(1))
    signer = Signer("ab" * 32, lambda message: message)
    entry = SealedBundle(sealed.name, 1, sealed.archive_sha256, None, records)
    entry = entry._replace(seal=facts_of(sealed, Seal(WHO, signer)))
    with (
        open_ledger(loaded.ledger_url) as ledger,
        ledger.recording(capture_day(), inputs={}, sealed=[entry]),
    ):
        pass
    return loaded.path


def of_ledger(bundle: Path, campaign: Path) -> dict[str, str]:
    return {file: text.en for file, text in verify(bundle, campaign=campaign).faults}


def test_the_ledger_knows_its_own_bundle(sealed, remembering):
    for bundle in (sealed.folder, sealed.archive):
        assert of_ledger(bundle, remembering) == {}


def test_the_ledger_does_not_know_another_of_that_name(folder, remembering, public):
    (folder / SIGNATURE_FILE).unlink()
    change(folder / "bag-info.txt", f"Regpack-Signing-Key: {fingerprint_in(public)}\n", "")
    packed = folder.parent / "forged.zip"
    pack(manifests_made_anew(folder), packed)
    assert faults(packed) == {}
    found = of_ledger(packed, remembering)
    assert found == {
        "forged.zip": "is not the zip that the ledger knows",
        SIGNED: "is not that of the bundle that the ledger knows",
        SIGNATURE_FILE: "is missing, and the ledger has the bundle as signed",
    }
    assert set(of_ledger(folder, remembering)) == {SIGNED, SIGNATURE_FILE}


def test_the_ledger_does_not_know_another_name(folder, remembering):
    renamed = folder.rename(folder.with_name("demo-2020-009"))
    assert of_ledger(renamed, remembering) == {renamed.name: "is not a bundle that the ledger knows"}
    done = CliRunner().invoke(cli, ["verify", str(renamed), "--campaign", str(remembering)])
    assert done.exit_code == 3
    assert "台账中没有这个上报包" in done.output


# -- the key


def test_a_key_is_for_its_owner_alone_and_never_replaced(keys, tmp_path):
    path = tmp_path / "new" / "key.pem"
    fingerprint, public = new_pair(path)
    assert fingerprint == fingerprint_in(path) == fingerprint_in(public)
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(InputError):
        new_pair(path)
    public.unlink()
    with pytest.raises(InputError):
        new_pair(path)
    assert path.read_bytes() == before
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError):
        new_pair(tmp_path / "file" / "key.pem")


def test_the_key_command_tells_the_fingerprint(tmp_path):
    path = tmp_path / "key.pem"
    made = CliRunner().invoke(cli, ["key", str(path), "--new"])
    shown = grouped(fingerprint_in(path))
    assert shown in made.output
    for each in (path, public_file(path)):
        assert CliRunner().invoke(cli, ["key", str(each)]).output.strip() == shown
    assert CliRunner().invoke(cli, ["key", str(path), "--new"]).exit_code == 2


def test_a_passphrase_keeps_the_key(tmp_path, monkeypatch):
    path = tmp_path / "key.pem"
    monkeypatch.setenv("REGPACK_SIGNING_PASSPHRASE", "一二三")
    fingerprint, _ = new_pair(path)
    assert b"ENCRYPTED" in path.read_bytes()
    assert read_signer(path).fingerprint == fingerprint
    monkeypatch.setenv("REGPACK_SIGNING_PASSPHRASE", "wrong")
    with pytest.raises(InputError, match="passphrase is wrong"):
        read_signer(path)
    monkeypatch.delenv("REGPACK_SIGNING_PASSPHRASE")
    with pytest.raises(InputError, match="REGPACK_SIGNING_PASSPHRASE"):
        read_signer(path)


def test_a_passphrase_that_is_not_needed_does_no_harm(keys, monkeypatch):
    monkeypatch.setenv("REGPACK_SIGNING_PASSPHRASE", "x")
    assert read_signer(keys / "school.pem")


def pem_of(key) -> bytes:
    pkcs8, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, pkcs8, none)


def test_what_is_no_key_is_refused(keys, public, tmp_path):
    path = tmp_path / "key.pem"
    whole = pem_of(Ed25519PrivateKey.generate())
    for content in (b"", b"no key", pem_of(ec.generate_private_key(ec.SECP256R1())), whole[:60], whole[5:]):
        path.write_bytes(content)
        path.chmod(0o600)
        for read in (read_signer, read_public):
            with pytest.raises(InputError):
                read(path)
    with pytest.raises(InputError, match="not there"):
        read_signer(tmp_path / "absent")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a file's rights elsewhere")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_may_read_or_change_is_refused(keys, tmp_path, mode):
    path = Path(shutil.copy(keys / "school.pem", tmp_path))
    path.chmod(mode)
    with pytest.raises(InputError, match="others may read the key"):
        read_signer(path)


def loaded_with(folder: Path, key: str | None, **campaign: str):
    if not (folder / "roster.xlsx").exists():
        folder.mkdir(exist_ok=True)
        a_campaign(folder)
    signing = {"signing": {"key": f'"{key}"'}} if key else {}
    return read_campaign(write_campaign(folder, {"campaign": campaign, **signing}))


def test_campaign_and_environment_name_the_key(keys, tmp_path, monkeypatch):
    shutil.copy(keys / "school.pem", tmp_path)
    assert signer_of(loaded_with(tmp_path, None)) is None
    signer = signer_of(loaded_with(tmp_path, "school.pem"))
    assert signer.fingerprint == fingerprint_in(keys / "school.pem")
    monkeypatch.setenv("REGPACK_SIGNING_KEY_FILE", str(keys / "other.pem"))
    for named in (None, "school.pem"):
        other = signer_of(loaded_with(tmp_path, named))
        assert other.fingerprint == fingerprint_in(keys / "other.pem")


def test_a_key_among_the_results_is_refused(keys, tmp_path):
    loaded = loaded_with(tmp_path, "out/school.pem")
    loaded.out.mkdir()
    shutil.copy(keys / "school.pem", loaded.out)
    with pytest.raises(InputError, match="output folder"):
        signer_of(loaded)


def test_who_seals_is_named_for_the_run_or_in_the_campaign(tmp_path):
    assert seal_of(loaded_with(tmp_path, None), None).by_whom is None
    loaded = loaded_with(tmp_path, None, sealed_by='" 李老师\\n"')
    assert seal_of(loaded, None).by_whom == "李老师"
    assert seal_of(loaded, name_of(" 王\n主任 ")).by_whom == "王 主任"
    assert name_of("  ") is None


def test_a_run_whose_key_is_not_there_stops_before_any_work(tmp_path):
    loaded = loaded_with(tmp_path, "absent.pem")
    for command in ("run", "makeup", "serve"):
        done = CliRunner().invoke(cli, [command, str(loaded.path)])
        assert done.exit_code == 2
        assert "absent.pem" in done.output
    assert not loaded.out.exists()
