package main

import (
	"strings"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/stats"
	"cmppdump/render"

	"github.com/spf13/pflag"
)

// flagText is what --help says of a flag.
func flagText(f *pflag.Flag, l render.Lang) string {
	t, ok := flagTexts[f.Name]
	switch {
	case !ok:
		return f.Usage
	case f.Name == "statistics":
		var names [2][]string
		stats.Kinds(func(name string, doc lang.Text) {
			for l := range names {
				names[l] = append(names[l], name+[...]string{" (", "（"}[l]+doc[l]+[...]string{")", "）"}[l])
			}
		})
		return t.With(lang.Text{strings.Join(names[0], ", "), strings.Join(names[1], "、")}, strings.Join(stats.Keys(), ", "))[l]
	}
	return t[l]
}

// flagTexts is what --help says of each flag; the word in back quotes stands for
// its value.
var flagTexts = map[string]lang.Text{
	"interface": {"capture live on `IF`, such as eth0, lo or any; repeatable",
		"在网卡 `IF` 上实时抓包，如 eth0、lo 或 any；可重复"},
	"read": {"read `FILE`, pcap or pcapng, plain or gzip, zstd, lz4; - is stdin; repeatable, directories and globs too: merged in time order",
		"读取 `FILE`：pcap 或 pcapng，原始或 gzip、zstd、lz4 压缩；- 为标准输入；可重复，也可为目录和通配：按时间合并"},
	"type": {"output as `FORM`: text, json, fields or csv (with -e), live (a screen to look around in)",
		"输出格式 `FORM`：text、json、fields 或 csv（配合 -e）、live（可浏览的界面）"},
	"field": {"a column of -T fields or csv: `NAME` of a field, see cmppdump fields; repeatable, or several with commas",
		"-T fields 或 csv 的一列：字段名 `NAME`，见 cmppdump fields；可重复，或用逗号隔开多个"},
	"verbose": {"every field of each PDU, with its place, value and meaning; of each message, with --view msg, what went to and fro",
		"每个 PDU 的全部字段，及其位置、值和含义；配合 --view msg 则为每条短信的往来过程"},
	"hex": {"the octets of each PDU",
		"每个 PDU 的字节"},
	"view": {"what a row or record is, `VIEW`: pdu (default), txn (request and response), msg (message, SUBMIT to report; default with -T live) or conn; several with commas",
		"一行或一条记录是什么，`VIEW`：pdu（默认）、txn（请求和应答）、msg（短信，从 SUBMIT 到状态报告；-T live 的默认）或 conn（连接）；可用逗号隔开多个"},
	"display-filter": {"show only what `EXPR` holds for, by the names of cmppdump fields: 'cmpp.result != 0', 13800001234; -w then writes only its packets",
		"只显示符合 `EXPR` 的内容，名称见 cmppdump fields：'cmpp.result != 0'、13800001234；此时 -w 只写它的包"},
	"expand": {"with each hit of -Y show all of its `UNIT`: transaction, message or connection; files only, which are read twice",
		"连同 -Y 命中的，显示其所属 `UNIT` 的全部：transaction、message 或 connection；仅限文件，要读两遍"},
	"out": {"write the rows or records to `FILE` instead of stdout; opened anew on HUP",
		"把行或记录写到 `FILE` 而不是标准输出；收到 HUP 时重新打开"},
	"out-rotate": {"start --out anew at a size and keep so many old ones: `SIZE,N`, such as 500M,20",
		"--out 达到一定大小就换新文件，并保留若干旧文件：`SIZE,N`，如 500M,20"},
	"quiet": {"no rows, only the summary",
		"不输出行，只有汇总"},
	"json-raw": {"add cmpp.msg_content, the octets of the message, to JSON records",
		"在 JSON 记录中加上 cmpp.msg_content，即短信内容的字节"},
	"time": {"time `FORM`: a time, ad date and time, d since the row before, r since the first, e since 1970, ud UTC date and time; default date, time and offset",
		"时间格式 `FORM`：a 时间，ad 日期和时间，d 距上一行的秒数，r 距第一行的秒数，e 自 1970 年的秒数，ud UTC 日期和时间；默认日期、时间和时区"},
	"utc": {"times in UTC instead of the local time zone",
		"用 UTC 时间而不是本地时区"},
	"list-interfaces": {"list the interfaces that -i knows, and stop",
		"列出 -i 可用的网卡后退出"},
	"snapshot-length": {"live: keep at most `N` bytes of a packet; default 262144, which is all",
		"实时：每个包最多保留 `N` 字节；默认 262144，即全部"},
	"no-promiscuous-mode": {"live: leave the interface as it is",
		"实时：不改变网卡的模式"},
	"buffer-size": {"live: buffer of the kernel for each interface, `KiB`",
		"实时：内核为每个网卡准备的缓冲区，`KiB`"},
	"immediate-mode": {"live: packets within 1 ms instead of 10, at the price of more processor time",
		"实时：包在 1 毫秒内到达而不是 10 毫秒，代价是更多的处理器时间"},
	"relinquish-privileges": {"live: become `USER` once the interfaces are open",
		"实时：网卡打开后切换为用户 `USER`"},
	"write": {"write the packets that pass the capture filter to `FILE`: pcapng with the PDUs named in comments, pcap by the suffix .pcap, compressed by .zst or .gz; - is stdout, without rows",
		"把通过抓包过滤器的包写到 `FILE`：pcapng，注释中有 PDU 的名称；后缀 .pcap 则为 pcap，.zst 或 .gz 则压缩；- 为标准输出，此时没有行"},
	"file-size": {"start the next file of -w after so many `MILLIONS` of bytes",
		"-w 写满 `MILLIONS` 百万字节后换下一个文件"},
	"rotate-seconds": {"start the next file of -w after `SECONDS`; the name may hold strftime codes",
		"每 `SECONDS` 秒换下一个 -w 文件；文件名可含 strftime 代码"},
	"file-count": {"`N` files of -w at most, as tcpdump counts them",
		"-w 最多 `N` 个文件，计法同 tcpdump"},
	"ring": {"keep the newest files of -w: `SIZE|TIME` of all together, such as 20G or 48h",
		"保留 -w 最新的文件：合计 `SIZE|TIME`，如 20G 或 48h"},
	"since": {"only packets from `TIME` on: 2026-11-22T02:10:00+08:00, 02:10, or -15m before the end of the capture",
		"只看 `TIME` 起的包：2026-11-22T02:10:00+08:00、02:10，或 -15m 即抓包结束前 15 分钟"},
	"until": {"only packets up to `TIME`; a live capture stops then",
		"只看 `TIME` 之前的包；实时抓包到时停止"},
	"count": {"stop after `N` packets",
		"`N` 个包后停止"},
	"pdus": {"stop after `N` PDUs",
		"`N` 个 PDU 后停止"},
	"cmpp-version": {"take every PDU for CMPP `VERSION` 2.0, 2.1 or 3.0 instead of detecting it",
		"把所有 PDU 当作 CMPP `VERSION` 2.0、2.1 或 3.0，不再识别"},
	"exact-bpf": {"the capture filter means just what libpcap means by it: ports do not match inside VLAN tags and later IP fragments",
		"抓包过滤器的含义与 libpcap 完全一致：端口不匹配 VLAN 标签内和后续 IP 分片"},
	"dump-bpf": {"print the program that the capture filter compiles to, and stop",
		"打印抓包过滤器编译成的程序后退出"},
	"secret-file": {"check the authenticators of logins by the shared secrets in `FILE`: lines of SP_Id and secret",
		"用 `FILE` 中的共享密钥检查登录的认证码：每行 SP_Id 和密钥"},
	"mask": {"hide numbers, texts and digests in every output, and in what -w writes: 138****8000#a91f04, where equal numbers have an equal hash; =`KEY` makes it the same in every run, else one is drawn",
		"在所有输出和 -w 写的包中隐藏号码、内容和摘要：138****8000#a91f04，相同号码的哈希相同；=`KEY` 使每次运行一致，否则随机生成"},
	"mask-key-file": {"--mask with the key in `FILE`, so that nobody sees it; " + maskKeyVariable + " in the environment may have it too",
		"以 `FILE` 中的密钥做 --mask，密钥不外露；也可放在环境变量 " + maskKeyVariable + " 中"},
	"decode-as": {"`tcp.port==N,cmpp`: this port carries CMPP, whatever it looks like; udp.port==N,vxlan: this one carries VXLAN; repeatable",
		"`tcp.port==N,cmpp`：该端口是 CMPP，不论内容像什么；udp.port==N,vxlan：该端口是 VXLAN；可重复"},
	"no-dedup": {"take copies of a packet, as mirror ports and -i any make them, for retransmissions",
		"把镜像口和 -i any 造成的重复包当作重传"},
	"response-timeout": {"a request without a response for `DURATION` counts as unanswered, in capture time",
		"请求在 `DURATION` 内没有应答即算无应答，按抓包时间"},
	"report-timeout": {"a message without a report for `DURATION` has none, in capture time",
		"短信在 `DURATION` 内没有状态报告即算没有，按抓包时间"},
	"statistics": {"tables at the end: `NAME[,INTERVAL][,by=KEY]`, repeatable; %s; KEY is %s",
		"结束时的统计表：`NAME[,INTERVAL][,by=KEY]`，可重复；%s；KEY 为 %s"},
	"window": {"how many requests may be open on a connection by contract, `N`: more are noted",
		"按约定一条连接上最多可有 `N` 个未应答请求：超出的会标注"},
	"fail-on": {"end with exit status 3 if a figure of -z is so, `EXPR`: 'srt.p99 > 500ms' of the row for all, 'any srt.p99 > 500ms' of any row; the columns are those of the records; repeatable",
		"-z 的某个数值满足 `EXPR` 时以状态 3 退出：'srt.p99 > 500ms' 看合计行，'any srt.p99 > 500ms' 看任一行；列名同记录；可重复"},
	"stats-interval": {"every `DURATION` of capture time, what was counted since, tables of -z included: a record with -T json, else on stderr",
		"每隔 `DURATION`（抓包时间）给出其间的统计，包括 -z 的表：-T json 时为一条记录，否则输出到标准错误"},
	"max-mem": {"what connections, open requests and messages may take of memory: `SIZE`, such as 64M or 2G",
		"连接、未结束的请求和短信可占用的内存：`SIZE`，如 64M 或 2G"},
	"lang": {"`LANG` of meanings: en or zh; default by the environment",
		"`LANG` 说明文字的语言：en 或 zh；默认按环境变量"},
	"color": {"colour rows: `WHEN` auto, always or never",
		"行是否着色：`WHEN` 为 auto、always 或 never"},
	"json-schema": {"the JSON Schema of the records", "记录的 JSON Schema"},
	"expert":      {"the expert notes", "专家提示"},
	"help": {"this text",
		"本说明"},
	"version": {"the program's version",
		"程序版本"},
}
