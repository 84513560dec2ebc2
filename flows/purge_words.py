"""What the purge says."""

from collections.abc import Iterator

from flows.purge import Preview, Purged
from outputs.certificate import by_kind
from schemas.purge import KINDS
from schemas.words import Text

MEGABYTE = 1_000_000


def told_preview(seen: Preview) -> Iterator[Text]:
    """What would be deleted, what would stay, what speaks against it, and how to go on."""
    yield Text("将删除：", "to be deleted:")
    for kind, what in KINDS.items():
        if kind in seen.kinds:
            yield _counted(what, *seen.kinds[kind])
    if not seen.kinds:
        yield Text("  没有文件", "  no files")
    yield Text(
        "  台账中的文件名、理由和按证件号码查人的哈希",
        "  in the ledger: file names, reasons, hashes of documents",
    )
    yield Text(
        f"继续保存：上报包 {len(seen.bundles)} 个，台账中的学号、状态、原因代码和哈希",
        f"kept: {len(seen.bundles)} bundles; student numbers, states, reason codes and digests in the ledger",
    )
    if seen.others_among_captures:
        count = seen.others_among_captures
        yield Text(f"照片文件夹中另有 {count} 个不是照片的文件，不会删除，请自行处理",
                   f"{count} other files in the captures folder are left to you")  # fmt: skip
    for each in seen.against:
        yield Text(f"注意：{each.what.zh}", f"mind: {each.what.en}")
    yield _GO_ON if seen.is_begun else _DO_IT


def told_purged(done: Purged) -> Iterator[Text]:
    """What was deleted, and where the certificate lies."""
    if done.written is None:
        yield Text("已经销毁过，没有可删除的了", "purged before: nothing is left to delete")
        return
    yield Text("已删除：", "deleted:")
    for each in by_kind(done.written.deleted):
        yield _counted(each.what, each.files, each.size)
    rows = sum(done.written.erased.values())
    yield Text(f"  台账 {rows} 行中的个人信息", f"  what was personal in {rows} rows of the ledger")
    if done.kept_for_others:
        yield Text(f"有 {done.kept_for_others} 个文件其他批次还在用，没有删除",
                   f"{done.kept_for_others} files are used by other campaigns and were kept")  # fmt: skip
    yield Text(f"销毁证明：{done.certificate}", f"certificate: {done.certificate}")


def _counted(what: Text, count: int, size: int) -> Text:
    megabytes = f"{size / MEGABYTE:,.1f} MB"
    return Text(f"  {what.zh}：{count} 个，{megabytes}", f"  {what.en}: {count} files, {megabytes}")


_DO_IT = Text(
    "以上尚未删除；确认删除：regpack purge 批次文件 --yes --by 姓名",
    "nothing was deleted yet; to delete: regpack purge CAMPAIGN.toml --yes --by NAME",
)
_GO_ON = Text(
    "上一次销毁没有完成；继续：regpack purge 批次文件 --yes",
    "a purge was interrupted; to go on: regpack purge CAMPAIGN.toml --yes",
)
