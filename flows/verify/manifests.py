"""The bag's own word held against its files: RFC 8493 as far as our bundles use it."""

from collections.abc import Iterator, Mapping

from flows.verify.fault import Fault, summed_up
from flows.verify.source import Files
from outputs.bag import DECLARATION, MANIFEST, TAG_MANIFEST, Oxum, read_bag_info, read_manifest
from outputs.signature import SIGNATURE_FILE
from schemas.words import Text

LISTED = 1000
"""So many files are told one by one of which a manifest says something else."""
TAGS_LARGEST = 64_000_000
"""No tag file is larger than this, in bytes; a larger one is not read."""


def bag_faults(files: Files) -> Iterator[Fault]:
    """Everything in which the files are not what the tag files say."""
    payload = {path: digest for path, digest in files.digests.items() if path.startswith("data/")}
    tags = {
        path: digest
        for path, digest in files.digests.items()
        if path not in payload and path not in {TAG_MANIFEST, SIGNATURE_FILE}
    }
    yield from _declaration_faults(files)
    yield from _manifest_faults(files, MANIFEST, payload)
    yield from _manifest_faults(files, TAG_MANIFEST, tags)
    yield from _oxum_faults(files, payload)


def read_text(files: Files, path: str) -> str | None:
    """A tag file's text; None where it is missing, too large or not UTF-8."""
    if files.sizes.get(path, TAGS_LARGEST) >= TAGS_LARGEST:
        return None
    try:
        return files.read(path).decode()
    except UnicodeDecodeError:
        return None


def bag_info_of(files: Files) -> dict[str, str]:
    """The entries of bag-info.txt, none where it cannot be read."""
    return read_bag_info(read_text(files, "bag-info.txt") or "")


def _declaration_faults(files: Files) -> Iterator[Fault]:
    if read_text(files, "bagit.txt") != DECLARATION:
        yield Fault("bagit.txt", Text("缺失或不是 BagIt 1.0", "is missing or does not declare BagIt 1.0"))
    if "fetch.txt" in files.digests:
        yield Fault("fetch.txt", Text("上报包不得引用包外文件", "a bundle may not refer to files elsewhere"))


def _manifest_faults(files: Files, manifest: str, present: Mapping[str, str]) -> Iterator[Fault]:
    """Every file that the manifest lists and is not there, that is there and not listed, or that differs."""
    text = read_text(files, manifest)
    if text is None:
        yield Fault(manifest, Text("缺失或读不出来", "is missing or cannot be read"))
        return
    listed, wrong = read_manifest(text)
    yield from summed_up(
        Fault(manifest, Text(f"第 {line} 行无效或重复", f"line {line} is not valid or repeats a path"))
        for line in wrong
    )
    told = ((path, _difference(listed.get(path), present.get(path), manifest))
            for path in sorted(listed.keys() | present.keys()))  # fmt: skip
    yield from summed_up((Fault(path, said) for path, said in told if said is not None), shown=LISTED)


def _difference(listed: str | None, present: str | None, manifest: str) -> Text | None:
    if present is None:
        return Text(f"{manifest} 中有，文件缺失", f"is listed in {manifest} and missing")
    if listed is None:
        return Text(f"不在 {manifest} 中，属多余文件", f"is not listed in {manifest}")
    if listed != present:
        return Text(f"内容与 {manifest} 不符", f"differs from {manifest}")
    return None


def _oxum_faults(files: Files, payload: Mapping[str, str]) -> Iterator[Fault]:
    measured = str(Oxum(sum(files.sizes[path] for path in payload), len(payload)))
    if bag_info_of(files).get("Payload-Oxum") != measured:
        yield Fault(
            "bag-info.txt",
            Text(f"Payload-Oxum 与文件不符，应为 {measured}", f"Payload-Oxum should be {measured}"),
        )
