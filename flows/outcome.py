"""What the terminal says when a command is done."""

from pathlib import Path

import click

from flows.delivery import Outcome, Recovered
from flows.scope import MAKEUP
from flows.settings import language
from flows.verify import Signed, Verified
from outputs.bundle import Bundle
from outputs.report.dispatch import DISPATCH_FILE
from outputs.signature import grouped
from schemas.audit import Summary
from schemas.inert import legible
from schemas.words import Text


def tell(outcome: Outcome) -> None:
    """Print a run's counts, and where bundle, zip and report lie."""
    for line in lines_of(outcome):
        click.echo(line.say(language()))


def lines_of(outcome: Outcome) -> list[Text]:
    """A run in a few lines."""
    summary = outcome.summary
    return [
        *_recovered(outcome.recovered),
        Text(
            f"批次 {summary.campaign}，运行 {summary.run}", f"campaign {summary.campaign}, run {summary.run}"
        ),
        _people(summary),
        _files(summary),
        *_named(outcome),
        *_bundle(outcome),
        Text(
            f"报告：{_shown(outcome.audit / 'report.html')}",
            f"report: {_shown(outcome.audit / 'report.html')}",
        ),
        *_dispatch(outcome),
        *_sheets(summary),
    ]


def _dispatch(outcome: Outcome) -> list[Text]:
    """Where the paper lies that goes along with what was sealed."""
    if outcome.bundle is None:
        return []
    note = _shown(outcome.audit / DISPATCH_FILE)
    return [Text(f"报送单：{note}（打印，随包送达）", f"dispatch note: {note} (print it and send it along)")]


def _sheets(counts: Summary) -> list[Text]:
    """How to go on; a dry run, which the ledger does not remember, has no sheets."""
    if counts.kind.endswith("dry-run"):
        return []
    return [
        Text(
            "发给学院的名单和打印件：regpack sheets 批次文件",
            "lists for the units, and what is printed: regpack sheets CAMPAIGN.toml",
        )
    ]


def _recovered(recovered: Recovered) -> list[Text]:
    completed, damaged, absent = ("、".join(names) for names in recovered)
    said = {
        completed: Text(
            f"补完了被中断的运行 {completed}：结果已放到位",
            f"completed the interrupted run {completed}: its results are in place now",
        ),
        damaged: Text(
            f"运行 {damaged} 留下的上报包与台账不符，未作处理，请检查输出文件夹中的 .staging 文件夹",
            f"what run {damaged} staged is not what the ledger knows: see .staging in the output folder",
        ),
        absent: Text(
            f"台账中的上报包 {absent} 不在输出文件夹中（已移走？）",
            f"the ledger's bundle {absent} is not in the output folder (moved away?)",
        ),
    }
    return [said[names] for names in (completed, damaged, absent) if names]


def _people(counts: Summary) -> Text:
    return Text(
        f"应拍 {counts.expected} = 合格 {counts.accepted} + 退回 {counts.rejected} + 缺拍 {counts.missing}"
        f" + 已注册 {counts.locked}（另有不在范围 {counts.ineligible}）",
        f"expected {counts.expected} = accepted {counts.accepted} + rejected {counts.rejected}"
        f" + missing {counts.missing} + locked {counts.locked} (and {counts.ineligible} ineligible)",
    )


def _files(counts: Summary) -> Text:
    return Text(
        f"拍摄 {counts.captures} = 采用 {counts.used} + 未选用 {counts.superseded}"
        f" + 存疑 {counts.quarantined} + 无主 {counts.orphan}"
        f" + 无法读取 {counts.unreadable}；提醒 {counts.warnings} 条",
        f"captures {counts.captures} = used {counts.used} + superseded {counts.superseded}"
        f" + quarantined {counts.quarantined} + orphan {counts.orphan} + unreadable {counts.unreadable};"
        f" {counts.warnings} warnings",
    )


def _named(outcome: Outcome) -> list[Text]:
    """Who came in by name, and who was named in vain."""
    if not outcome.summary.kind.startswith(MAKEUP):
        return []
    let_in, left_out = ("、".join(numbers) for numbers in (outcome.let_in, outcome.left_out))
    came = Text(f"往届学生经点名列入：{let_in}", f"let in by name from earlier years: {let_in}")
    stayed = Text(
        f"点名但已注册或不在采集范围，没有列入：{left_out}",
        f"named, but registered or not to be captured: {left_out}",
    )
    return [came] * bool(let_in) + [stayed] * bool(left_out)


def _bundle(outcome: Outcome) -> list[Text]:
    if not outcome.bundles and outcome.summary.kind.endswith("dry-run"):
        return [Text("试运行：没有生成上报包", "dry run: no bundle was sealed")]
    if outcome.held:
        return [
            Text(
                f"批次已冻结：{outcome.held} 人没有上报；确须上报的，写明 --after-freeze 理由 --by 姓名",
                f"the campaign is frozen: {outcome.held} students were not sealed; "
                "if they must be, say why: --after-freeze REASON --by NAME",
            )
        ]
    if outcome.withheld:
        return [Text("未经批准，没有生成上报包", "not approved: no bundle was sealed")]
    if not outcome.bundles:
        return [Text("没有新的或有变化的合格学生，没有生成上报包", "nothing new: no bundle was sealed")]
    count = len(outcome.bundles)
    parted = Text(
        f"按规格的上限分为 {count} 包，请一并报送：", f"{count} parts, as the profile's limits ask; send all:"
    )
    return [parted] * (count > 1) + [line for bundle in outcome.bundles for line in _sealed(bundle)]


def _sealed(bundle: Bundle) -> list[Text]:
    return [
        Text(
            f"上报包：{_shown(bundle.folder)}（{bundle.photos} 人）",
            f"bundle: {_shown(bundle.folder)} ({bundle.photos} students)",
        ),
        Text(f"压缩包：{_shown(bundle.archive)}", f"zip:    {_shown(bundle.archive)}"),
        Text(f"SHA-256：{bundle.archive_sha256}", f"SHA-256: {bundle.archive_sha256}"),
    ]


def _shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def tell_verified(verified: Verified) -> None:
    """Print what `verify` found, a line a fault."""
    for fault in verified.faults:
        click.echo(legible(f"{fault.file}: {fault.text.say(language())}"), err=True)
    count = len(verified.faults)
    records = "，".join(f"{name} {rows}" for name, rows in verified.records.items())
    if count:
        text = Text(f"{verified.bundle}：检查未通过，{count} 处错误", f"{verified.bundle}: {count} faults")
    else:
        against = _against(verified.compared)
        text = Text(
            f"{verified.bundle}：检查通过，照片 {verified.photos}，记录 {records}{against.zh}",
            f"{verified.bundle}: passed, {verified.photos} photos, records {records}{against.en}",
        )
    signed = _signed(verified.signed) if verified.signed and not count else []
    for line in (text, *_parts(verified), *signed):
        click.echo(line.say(language()))


def _parts(verified: Verified) -> list[Text]:
    """Which part a bundle is, and which others belong to it."""
    part = verified.part
    if part is None:
        return []
    named = [
        Text(f"{each.name}（不在旁边）", f"{each.name} (not beside it)")
        if each.name in verified.absent
        else Text(each.name, each.name)
        for each in part.others
    ]
    zh, en = "、".join(each.zh for each in named), ", ".join(each.en for each in named)
    return [Text(f"{part.text.zh}；一同上报的还有 {zh}", f"{part.text.en}; to be sent with it: {en}")]


def _signed(signed: Signed) -> list[Text]:
    """By which key a bundle is signed, and whether that was checked; who sealed, as the bundle has it."""
    shown = grouped(signed.fingerprint)
    by_key = Text(f"签名有效，密钥指纹 {shown}", f"the signature is good, key {shown}")
    unchecked = Text(
        f"已签名，密钥指纹 {shown}；签名未核对：请用 --key 给出报送单位的公钥",
        f"signed with key {shown}; not checked: name the sender's public key with --key",
    )
    who = Text(f"封装人：{signed.by_whom}", f"sealed by: {signed.by_whom}")
    return [by_key if signed.is_checked else unchecked, *([who] if signed.by_whom else [])]


def _against(compared: int | None) -> Text:
    if compared is None:
        return Text("", "")
    return Text(f"，与原图对照 {compared} 张", f", {compared} pictures compared with their sources")
