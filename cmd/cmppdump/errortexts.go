package main

import "cmppdump/dissect/lang"

// said has what the errors of flags and arguments say, and what is said of
// files while they are written.
var said = lang.Book{
	// Flags as such.
	"%s %s: must be %s":                                        "%s %s：应为%s",
	"%s (cmppdump --help lists all flags)":                     "%s（cmppdump --help 列出全部参数）",
	"%s needs a value: %s":                                     "%s 需要一个值：%s",
	"-%s: no such flag (cmppdump --help lists all)":            "-%s：没有这个参数（cmppdump --help 列出全部）",
	"--%s: no such flag (cmppdump --help lists all)":           "--%s：没有这个参数（cmppdump --help 列出全部）",
	"--%s: no such flag; did you mean --%s? (cmppdump --help)": "--%s：没有这个参数；是不是 --%s？（cmppdump --help）",
	"%s %s: must be %s or %s":                                  "%s %s：应为 %s 或 %s",
	"; did you mean %s?":                                       "；是不是 %s？",
	"a number":                                                 "数字",
	"a duration such as 5s or 2m":                              "时长，如 5s 或 2m",
	"true or false":                                            " true 或 false",

	// Inputs.
	"%s is a file: say -r %s, or ./%s":                    "%s 是文件：请写 -r %s，或 ./%s",
	"%s: no such file":                                    "%s：没有这个文件",
	"-i captures live and -r reads files: one of the two": "-i 是实时抓包，-r 是读取文件：只能用一个",
	"no input: say -i IF to capture live or -r FILE to read a capture (%q was taken for a capture filter)":                      "没有输入：请用 -i IF 实时抓包，或 -r FILE 读取抓包文件（%q 被当作抓包过滤器）",
	"no input: say -i IF to capture live or -r FILE to read a capture; -D lists the interfaces, --help has examples":            "没有输入：请用 -i IF 实时抓包，或 -r FILE 读取抓包文件；-D 列出网卡，--help 有示例",
	"%s can be read only once, and -Y reads it twice with --expand, or with -w if the view is not pdu: save it to a file first": "%s 只能读一遍，而 -Y 配合 --expand，或在视图不是 pdu 时配合 -w，要读两遍：请先存为文件",
	"stdin": "标准输入",

	// What to show.
	"--expand reads the input twice, which takes files (-r)":                                                               "--expand 要读两遍输入，只能用于文件（-r）",
	"--expand says what to show with each hit of -Y; say -Y EXPR":                                                          "--expand 说明随 -Y 命中的内容显示什么；请写 -Y EXPR",
	"--view %s: must be pdu, txn, msg, conn, or several of them with commas":                                               "--view %s：应为 pdu、txn、msg、conn，或用逗号隔开其中几个",
	"-T %s needs columns: -e NAME for each, such as -e frame.last -e cmpp.command -e sms.text (cmppdump fields lists all)": "-T %s 需要列：每列一个 -e NAME，如 -e frame.last -e cmpp.command -e sms.text（cmppdump fields 列出全部）",
	"-e %s: no such field%s (cmppdump fields lists all)":                                                                   "-e %s：没有这个字段%s（cmppdump fields 列出全部）",
	"-e names columns of -T fields or -T csv; say which":                                                                   "-e 是 -T fields 或 -T csv 的列；请写明哪一种",
	"--out-rotate %s: must be a size and a number of files, such as 500M,20, with --out FILE":                              "--out-rotate %s：应为大小和文件个数，如 500M,20，并写 --out FILE",
	"--cmpp-version %s: must be %s":                                                                                        "--cmpp-version %s：应为 %s",
	"-d %s: must be tcp.port==N,%s or udp.port==N,vxlan":                                                                   "-d %s：应为 tcp.port==N,%s 或 udp.port==N,vxlan",
	"--dump-bpf prints what a capture filter compiles to; give one":                                                        "--dump-bpf 打印抓包过滤器编译成的程序；请写一个过滤器",
	"; type -Y %s": "；请写 -Y %s",

	// Limits and times.
	"--max-mem %s: must be a size such as 64M or 2G":                                                         "--max-mem %s：应为大小，如 64M 或 2G",
	"--report-timeout %s: must be longer than 0, such as 72h":                                                "--report-timeout %s：必须大于 0，如 72h",
	"--response-timeout %s: must be longer than 0, such as 60s":                                              "--response-timeout %s：必须大于 0，如 60s",
	"--stats-interval %s: must be longer than 0, such as 60s":                                                "--stats-interval %s：必须大于 0，如 60s",
	"--window %d: must be the number of requests that may be open, such as 16":                               "--window %d：应为允许的未应答请求数，如 16",
	"%s %s: must be a time such as 2026-11-22T02:10:00+08:00, 02:10 or -15m (before the end of the capture)": "%s %s：应为时间，如 2026-11-22T02:10:00+08:00、02:10 或 -15m（抓包结束之前）",
	"--since %s is after --until %s":                                                                         "--since %s 晚于 --until %s",
	"--since and --until need a date where the input is stdin, such as 2026-11-22T02:10":                     "输入是标准输入时，--since 和 --until 要写日期，如 2026-11-22T02:10",
	"--since is for files: a live capture begins now":                                                        "--since 用于文件：实时抓包从现在开始",
	"--until %s: a live capture has no end to count from":                                                    "--until %s：实时抓包没有可以往前数的终点",

	// Secrets and the mask.
	"--secret-file: %s: %s": "--secret-file：%s：%s",
	"--secret-file: %s: line %d: must be an SP_Id, a blank and its secret":                                                           "--secret-file：%s：第 %d 行：应为 SP_Id、空格和密钥",
	"--secret-file: %s: no secrets in it":                                                                                            "--secret-file：%s：其中没有密钥",
	"--mask-key-file: %s: %s":                                                                                                        "--mask-key-file：%s：%s",
	"--mask=KEY and --mask-key-file both have a key: one of the two":                                                                 "--mask=KEY 和 --mask-key-file 都有密钥：只能用一个",
	"%s: the key has %d octets and must have %d or more: a shorter one can be found by trying":                                       "%s：密钥有 %d 个字节，至少要 %d 个：太短的可以试出来",
	"--mask=%s was drawn: with it, another run masks alike":                                                                          "--mask=%s 是随机生成的：用它再次运行，屏蔽结果相同",
	"--mask: %s written with zeros where PDUs may have been: their end did not come in time, or they came in fragments of fragments": "--mask：%s可能有 PDU 的地方写成了零：结尾没有及时到达，或在分片的分片中",

	// Files that are written.
	"-C %s: must be millions of bytes, such as 100, or a size such as 512m":                                                      "-C %s：应为百万字节数，如 100，或大小，如 512m",
	"-C, -G, -W and --ring rotate the files of -w; say -w FILE":                                                                  "-C、-G、-W 和 --ring 用于轮换 -w 的文件；请写 -w FILE",
	"--ring %s: must be a size such as 20G or a time such as 48h":                                                                "--ring %s：应为大小，如 20G，或时间，如 48h",
	"-w with -Y and --mask reads the input twice, which takes files (-r): what is known of packets too late could not be masked": "-w 与 -Y、--mask 合用要读两遍输入，只能用于文件（-r）：太晚才清楚的包无法屏蔽",
	"-w with -Y writes hits only, and -T live may change the filter; s in the live view saves what is shown":                     "-w 配合 -Y 只写命中的包，而 -T live 中过滤器会变；在界面中按 s 保存所显示的",
	"-w with -Y writes the packets of PDUs while it captures: --view pdu only; other views take files":                           "实时抓包时，-w 配合 -Y 写的是 PDU 的包：只能用 --view pdu；其他视图请读文件",
	"-w: %s could not be written":                                         "-w：%s无法写入",
	"--out: %s could not be written":                                      "--out：%s无法写入",
	"%s: not a regular file: --out-rotate needs a name to make others of": "%s：不是普通文件：--out-rotate 要由它的名称得出其他名称",
	"%s: %w":      "%s：%w",
	"output: %w":  "输出：%w",
	"-T live: %w": "-T live：%w",
	"there is no directory %s: make it first (mkdir -p %s)":                      "没有目录 %s：请先建立（mkdir -p %s）",
	"permission denied: this user may not write it (ls -ld %s %s shows who may)": "没有权限：当前用户不能写（ls -ld %s %s 显示谁可以）",
	"%s: closing it: %s":                                              "%s：关闭时：%s",
	"%s: cannot be rotated, and grows on: %s":                         "%s：无法换文件，会继续变大：%s",
	"%s: %s; records are dropped, and it is tried again every minute": "%s：%s；记录会丢弃，每分钟重试一次",
	"%s: written again; %s before it dropped":                         "%s：恢复写入；此前丢弃 %s",

	// The live view.
	"--expand reads files twice before it shows hits; in the live view Enter opens what belongs together": "--expand 要先读两遍文件；在界面中按 Enter 展开相关内容",
	"--out writes records and -T live has none; s in the live view saves":                                 "--out 写记录，而 -T live 没有记录；在界面中按 s 保存",
	"--stats-interval and -T live both want the screen; view 5 has the figures":                           "--stats-interval 和 -T live 都要用屏幕；界面 5 有统计",
	"-T live cannot draw on a terminal with TERM=%s; -T text can":                                         "-T live 不能在 TERM=%s 的终端上显示；可用 -T text",
	"-T live needs %dx%d cells at least, the terminal has %dx%d":                                          "-T live 至少要 %dx%d 格，终端只有 %dx%d",
	"-T live needs a terminal, and stdout is none; -T text is for pipes and files":                        "-T live 需要终端，而标准输出不是；管道和文件请用 -T text",
	"-T live: the terminal TERM=%s is not known here; TERM=xterm may do":                                  "-T live：这里不认识 TERM=%s 的终端；可试 TERM=xterm",
	"-q shows no rows and -T live nothing else: one of the two":                                           "-q 不显示行，-T live 只显示行：只能用一个",
	"-r - and -T live both want the terminal's input; save stdin to a file first":                         "-r - 和 -T live 都要用终端输入；请先把标准输入存为文件",
	"-w - and -T live both want stdout":                                                                   "-w - 和 -T live 都要用标准输出",

	// why.
	"--fail-on is not of why: leave one of them out": "--fail-on 不用于 why：请去掉一个",
	"-z is not of why: leave one of them out":        "-z 不用于 why：请去掉一个",
	"why %s: %s": "why %s：%s",
	"why: %s":    "why：%s",
	"why has no -T live; w in the live view asks why":                                                       "why 没有 -T live；在界面中按 w 询问",
	"why has no -Y: it looks for the number or Msg_Id that it is given":                                     "why 没有 -Y：它按给出的号码或 Msg_Id 查找",
	"why: say a phone number, a Msg_Id, an SP_Id or conn:N, such as cmppdump why 13800001234 -r saved.pcap": "why：请给出手机号码、Msg_Id、SP_Id 或 conn:N，如 cmppdump why 13800001234 -r saved.pcap",

	// While it runs.
	"listening on %s (%s)":            "正在监听 %s（%s）",
	"%s; compiled by tcpdump instead": "%s；改由 tcpdump 编译",
	"%d packets  %s left":             "%d 个包  还需 %s",
}
