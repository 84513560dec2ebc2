"""What a purge deletes, by kind, and what may speak against it."""

from schemas.words import Text

KINDS = {
    "captures": Text("相机原图", "captures"),
    "inputs": Text("名册、日志、证书信息表和更正表", "roster, log, awards and corrections"),
    "photos": Text("照片缓存", "photo cache"),
    "audits": Text("审计文件夹（含报告）", "audit folders with their reports"),
    "sheets": Text("发放和打印的材料", "sheets sent and printed"),
    "leftovers": Text("中断的运行和值守留下的文件", "what interrupted runs and serve left"),
}
"""The files of a campaign that are deleted, in this order."""

TABLES = {
    "run_enrolments": Text("证件号码的哈希（按证件号码查人）", "hashes that documents are found by"),
    "run_captures": Text("照片的文件名和对应依据", "captures' file names, and the evidence for links"),
    "run_findings": Text("退回原因中的文件名和豁免理由", "file names of findings, and why they were waived"),
    "run_corrections": Text("更正前后的值和理由", "values corrected, and why"),
    "decisions": Text("决定的理由", "why people decided"),
    "cases": Text("异议和退片的内容", "what complaints and refusals said"),
    "case_ends": Text("撤销事项的理由", "why cases were taken back"),
    "approvals": Text("批准的说明", "what was said with approvals"),
}
"""What is erased in the ledger, by table."""

BUNDLE_STATES = {
    "whole": Text("完好", "whole"),
    "absent": Text("不在输出文件夹", "not in the output folder"),
    "changed": Text("与台账不符", "not what the ledger knows"),
}
