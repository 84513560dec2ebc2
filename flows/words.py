"""What the program says of its commands and options."""

from schemas.words import Text

HELP = {
    "regpack": Text(
        "把一次毕业生图像采集变成学历、学位信息上报包。",
        "Turn one graduate capture day into diploma and degree registration bundles.",
    ),
    "demo": Text(
        "在 DIR 中生成一个模拟采集日并完整处理一遍。",
        "Generate a capture day in DIR and run it from end to end.",
    ),
    "run": Text(
        "处理一个采集批次：照片、名册、日志 → 上报包和审计文件。",
        "The post-capture run: photos, roster, log -> bundle and audit.",
    ),
    "makeup": Text(
        "补拍：只上报此前没有合格照片的学生，生成补充包。",
        "Make-up students: a supplement bundle of those who lacked an accepted photo.",
    ),
    "decide": Text(
        "记录人的决定：豁免、选用、放行、退回、补拍，或撤销。",
        "Record what people decide: waive, choose, release, reject, ask for a retake, or withdraw.",
    ),
    "desk": Text(
        "审看台：在本机浏览器里逐张看最近一次运行的结果，并作决定。",
        "The review desk: look at the latest run in the browser of this machine, and decide.",
    ),
    "serve": Text(
        "值守一个批次：按时间、按文件到达、按页面上的请求自动处理，直到 Ctrl-C。",
        "Serve a campaign until Ctrl-C: runs by the clock, for files that arrive, and on request.",
    ),
    "approve": Text(
        "批准（或不批准）一次等待批准的运行，随后才生成上报包。",
        "Approve a served run that waits, or not; only then its bundle is sealed.",
    ),
    "audit": Text(
        "查询台账：谁被退回、何时、为何、后来如何。",
        "Ask the ledger: who was rejected, when, why, and what became of it.",
    ),
    "verify": Text(
        "从外部检查一个上报包（文件夹或 zip）。",
        "Check a bundle, folder or zip, from outside.",
    ),
    "key": Text(
        "签名密钥：显示密钥文件的指纹；--new 生成一对新密钥。",
        "The signing key: tell a key file's fingerprint; with --new, make a new pair.",
    ),
    "feedback": Text(
        "反馈：读入平台名单、采集单位退片、学生异议，立项跟踪；不带选项时列出未了结和逾期的。",
        "Feedback: read the platform's list, refusals and complaints; without options, list what is open.",
    ),
    "sheets": Text(
        "发给学院和打印用的材料：补拍名单、班级照片核对表、证书照片（A4 和 6 寸相纸）、收费表。",
        "What is sent and printed: who must come again, class proof sheets, photos to cut out, fees.",
    ),
    "diff": Text(
        "比较两个上报包，或比较已上报内容与下一次运行（给出批次文件）：新增、移除、照片变更、文字变更。",
        "Compare two bundles, or what was sealed with a campaign's next run: added, removed, changed.",
    ),
    "purge": Text(
        "到期销毁：删除一个批次的原图、输入表、缓存、审计和台账中的个人信息，出具证明；不加 --yes 只列出。",
        "Delete a campaign's originals and personal data, and certify it; without --yes only say what.",
    ),
    "reasons": Text("列出全部退回原因及处理办法。", "Print the reason catalogue."),
    "profiles": Text("列出规格及每个数值的出处。", "Print the profiles with the source of every number."),
    "drill": Text(
        "演练：用模拟采集日检验照片与学生的对应，报告错联和误判。",
        "Drill the linking on seeded capture days: wrong links, and right ones held back.",
    ),
    "--sources": Text(
        "相机原图所在文件夹或 zip；逐张证明照片只是原图的裁切缩放，没有修改",
        "folder or zip of the captures; proves that every photo is a scaled crop of one, and nothing else",
    ),
    "--key": Text(
        "报送单位的公钥文件；核对签名，没有签名、签名不符都算错误",
        "the sender's public key: the bundle must bear its signature",
    ),
    "--campaign": Text(
        "批次文件；同时与它的台账核对：是否就是当时封装的那一包",
        "the campaign file: is it the very bundle that its ledger remembers?",
    ),
    "--new": Text(
        "生成私钥 FILE 和公钥 .pub.pem；设了环境变量 REGPACK_SIGNING_PASSPHRASE 的，私钥用它加密",
        "make the private key FILE and its public .pub.pem; encrypted if REGPACK_SIGNING_PASSPHRASE is set",
    ),
    "--days": Text("每种采集方式的天数", "days of each mode"),
    "--mode": Text("采集方式", "how students are told at the camera"),
    "--drill-seed": Text("随机种子；相同种子得到相同的日子", "seed; the same seed gives the same days"),
    "--students": Text("应采集人数；3253 为完整的一天", "people to be captured; 3253 is the full day"),
    "--seed": Text("随机种子；相同种子得到相同的一天", "seed; the same seed gives the same day"),
    "--megapixels": Text("每张拍摄的像素（百万）", "size of each capture"),
    "--generate-only": Text("只生成，不处理", "generate, do not run"),
    "--makeup": Text(
        "在已有的模拟采集日上让缺拍学生来补拍，并生成补充包",
        "let the absent of an existing demo day come, and run the make-up",
    ),
    "--dry-run": Text("只写审计文件，不生成上报包", "write only the audit"),
    "--full": Text("重新上报全部合格学生", "seal everyone accepted again"),
    "--wait": Text("这个批次正在运行时，等它结束再开始", "wait for a run of this campaign that is under way"),
    "--student": Text("只处理这些学号，可重复", "only this student number; repeatable"),
    "--list": Text("学号名单文件（.xlsx .csv .dbf，或每行一个学号的 .txt）",
                   "file of student numbers (.xlsx .csv .dbf, or .txt with one a line)"),
    "--waive": Text("豁免这个原因，如 P330；只对现在采用的照片有效",
                    "accept this reason, e.g. P330, for the photo used now"),
    "--choose": Text("选用这张照片（写法同 captures.csv）", "use this capture (as in captures.csv)"),
    "--release": Text("这张存疑或无主的照片是该学生的",
                      "this quarantined or nobody's capture is the student's"),
    "--decide-reject": Text("退回这名学生，直到撤销", "keep the student out until it is withdrawn"),
    "--retake": Text("要这名学生补拍，已有的照片不用",
                     "the student is to come again; the captures there are are not used"),
    "--crop": Text("现在采用的照片裁切在这里：原图上的 左,上,宽（像素），须符合规格",
                   "crop the photo used now here, in pixels of the source; it must keep the limits"),
    "--withdraw": Text("撤销这个编号的决定", "take the decision of this number back"),
    "--from": Text("从表格（.xlsx .csv .dbf）读取决定；有一行不对就全部不记",
                   "read decisions from a table (.xlsx .csv .dbf); one wrong line and none is recorded"),
    "--decisions": Text("列出全部决定及是否有效", "list all decisions, and which stand"),
    "--decide-student": Text("决定所涉及的学号", "the student number that it is about"),
    "--because": Text("理由", "why"),
    "--by": Text("由谁决定", "who decides"),
    "--sealed-by": Text("由谁封装（写入上报包和台账）；冻结后处理的，由谁决定",
                        "who seals (it stands in bundle and ledger); after the freeze date, who decides"),
    "--until": Text("豁免的最后一天，年-月-日", "a waiver's last day, year-month-day"),
    "--after-freeze": Text("冻结日期之后仍要处理的理由（另写 --by 姓名）",
                           "why it is done after the freeze date (with --by NAME)"),
    "--run": Text("只看这一次运行", "this run only"),
    "--audit-student": Text("讲述这个学号（或证件号码）的全部经过",
                            "tell the story of this student or ID number"),
    "--reason": Text("只看这个原因代码，如 P330", "this reason only, e.g. P330"),
    "--platform": Text("从学籍学历信息管理平台下载的名单（有 bz 列）",
                       "list downloaded from the platform, with its bz column"),
    "--vendor": Text("采集单位的退片名单", "the photo vendor's list of refusals"),
    "--complaints": Text("学生异议登记表", "list of students' complaints"),
    "--complaint": Text("登记这个学号的异议（另写 --because）", "a student's complaint (with --because)"),
    "--end-case": Text("撤销这个编号的事项（另写 --because 和 --by）",
                       "take back the case of this number (with --because and --by)"),
    "--case-because": Text("理由，或异议的内容", "why, or what the student says"),
    "--case-by": Text("由谁撤销", "who takes it back"),
    "--out": Text("待办清单写成文件：.xlsx 每个学院一张工作表，或 .csv",
                  "write the to-do list: .xlsx with a sheet for each unit, or .csv"),
    "--only": Text("只做这一种：补拍名单、核对表、证书照片或收费表；可重复",
                   "only this kind: who must come again, proof sheets, prints or fees; repeatable"),
    "--unit": Text("只做这个学院，可重复", "only this unit; repeatable"),
    "--class": Text("只做这个班级，可重复", "only this class; repeatable"),
    "--bundle": Text("只排这个上报包中的照片，如补充包", "only the photos of this bundle, e.g. a supplement"),
    "--out-sheets": Text("放到这个文件夹（默认：输出文件夹的 sheets/运行编号）",
                         "where to put them (the output folder's sheets/RUN)"),
    "--html": Text("另写一个网页，新旧照片并列", "write a page as well, photos side by side"),
    "--yes": Text("确认删除（不加只列出将要删除什么）", "delete (without it, only say what would be)"),
    "--purge-by": Text("由谁删除，写入证明", "who deletes; the certificate says so"),
    "--purge-because": Text("保存期限之前删除的理由", "why before the end of retention"),
    "--anyway": Text("还有未了结的反馈或未注册的学生也删除（另写 --because）",
                     "even with open cases or students not registered (with --because)"),
    "--show-numbers": Text("完整显示证件号码（默认隐去中间各位）", "show ID numbers in full, not masked"),
    "--port": Text("本机端口；不写则用任一空闲端口", "port of this machine; any free one if left out"),
    "--no-open": Text("不自动打开浏览器", "do not open the browser"),
    "--approve-run": Text("哪一次运行；只有一次在等待时可省略", "which run; not needed where only one waits"),
    "--reject": Text("不批准：只写审计文件", "no: only the audit is written"),
    "--format": Text("输出格式", "output format"),
}  # fmt: skip

OPTIONS = Text("[选项]", "[OPTIONS]")
COMMAND = Text("命令 [参数]...", "COMMAND [ARGS]...")

STOPPED = Text("已中止，没有留下半成品", "stopped; nothing was left half-written")

EPILOGUE = Text(
    "退出码：0 完成；2 输入文件不可用；3 检查未通过；1 程序错误。英文界面：设置环境变量 REGPACK_LANG=en。",
    "Exit codes: 0 done; 2 an input is unusable; 3 a check failed; 1 a bug. Chinese: unset REGPACK_LANG.",
)

CLICK = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Show this message and exit.": "显示本说明",
    "Show the version and exit.": "显示版本号",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "default: {default}": "默认 {default}",
    "Try '{command} {option}' for help.": "用法说明：{command} {option}",
    "Error: {message}": "错误：{message}",
    "Aborted!": "已中止",
    "Missing command.": "缺少命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "No such command {name!r}.": "没有命令 {name!r}。",
    "No such option {name!r}.": "没有选项 {name!r}。",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"): "是否想写 {possibilities}？",
    "Invalid value: {message}": "值不可用：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的值不可用：{message}",
    "Option {name!r} does not take a value.": "选项 {name!r} 不带值。",
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."): (
        "选项 {name!r} 后面要有值。"
    ),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"): (
        "多余的参数：{args}"
    ),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."): "{value!r} 不在 {choices} 之中。",
    "{value} is not in the range {range}.": "{value} 不在 {range} 的范围内。",
    "{value!r} is not a valid {number_type}.": "{value!r} 不是有效的数。",
    "{name} {filename!r} is a file.": "{name} {filename!r} 是文件。",
    "{name} {filename!r} does not exist.": "{name} {filename!r} 不存在。",
    "directory": "文件夹",
    "file": "文件",
    "path": "路径",
}
"""Click's own words, singular with plural where it has both; `tests.write_click_words` compiles them."""
