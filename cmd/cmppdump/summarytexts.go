package main

import "cmppdump/dissect/lang"

// The things that summaries count.
var (
	aPDU         = lang.Noun{lang.Text{"%d PDU", "%d 个 PDU"}, lang.Text{"%d PDUs", "%d 个 PDU"}}
	aConnection  = lang.Noun{lang.Text{"%d connection", "%d 个连接"}, lang.Text{"%d connections", "%d 个连接"}}
	aByte        = lang.Noun{lang.Text{"%d byte", "%d 字节"}, lang.Text{"%d bytes", "%d 字节"}}
	aGap         = lang.Noun{lang.Text{"%d gap", "%d 处缺口"}, lang.Text{"%d gaps", "%d 处缺口"}}
	aResync      = lang.Noun{lang.Text{"%d resync", "%d 次重新同步"}, lang.Text{"%d resyncs", "%d 次重新同步"}}
	aRequest     = lang.Noun{lang.Text{"%d request", "%d 个请求"}, lang.Text{"%d requests", "%d 个请求"}}
	aMessage     = lang.Noun{lang.Text{"%d message", "%d 条短信"}, lang.Text{"%d messages", "%d 条短信"}}
	anOpen       = lang.Noun{lang.Text{"%d open message", "%d 条未结束的短信"}, lang.Text{"%d open messages", "%d 条未结束的短信"}}
	aDecided     = lang.Noun{lang.Text{"%d decided message", "%d 条已有结果的短信"}, lang.Text{"%d decided messages", "%d 条已有结果的短信"}}
	anUnfinished = lang.Noun{lang.Text{"%d unfinished PDU", "%d 个不完整的 PDU"}, lang.Text{"%d unfinished PDUs", "%d 个不完整的 PDU"}}
	aCopy        = lang.Noun{lang.Text{"%d duplicate packet", "%d 个重复的包"}, lang.Text{"%d duplicate packets", "%d 个重复的包"}}
	aPacket      = lang.Noun{lang.Text{"%d packet", "%d 个包"}, lang.Text{"%d packets", "%d 个包"}}
	aRecord      = lang.Noun{lang.Text{"%d record", "%d 条记录"}, lang.Text{"%d records", "%d 条记录"}}
)

// What the summary says. The states stay as records have them.
var (
	sayDroppedRecords = lang.Text{"%s dropped: the output was too slow or could not be written", "丢弃 %s：输出太慢或无法写入"}
	sayOn             = lang.Text{"%s on %s", "%s，%s"}
	sayAllMidstream   = lang.Text{" (in mid-stream)", "（中途开始）"}
	sayOpenedHere     = lang.Text{" (%d opened here, %d in mid-stream)", "（%d 个在此建立，%d 个中途开始）"}
	sayMalformed      = lang.Text{"%d malformed", "%d 个畸形"}
	sayTruncated      = lang.Text{"%d truncated", "%d 个被截断"}
	sayNotCaptured    = lang.Text{" (%s not captured)", "（%s没有抓到）"}
	saySkipped        = lang.Text{" (%s skipped)", "（跳过 %s）"}
	sayTo             = lang.Text{" to ", " 至 "}
	sayLeftOut        = lang.Text{"%s left out (--no-dedup keeps them)", "略去 %s（--no-dedup 保留）"}
	sayNotRead        = lang.Text{"packets not read: %s", "没有读的包：%s"}
	sayUnused         = lang.Text{"segments with data not used: %s", "没有使用的带数据的 TCP 段：%s"}
	sayLate           = lang.Text{"%d of closed connections", "%d 个属于已关闭的连接"}
	sayForeign        = lang.Text{"%d far from the rest of their connection", "%d 个远离所在连接的其他数据"}
	sayBeyondFin      = lang.Text{"%d behind a FIN", "%d 个在 FIN 之后"}
	sayNotes          = lang.Text{"notes: %s", "提示：%s"}
	sayStranger       = lang.Text{"port %d: %s without a PDU (%s%s)", "端口 %d：%s没有 PDU（%s%s）"}
	sayLooks          = lang.Text{", looks like %s", "，像是 %s"}
	sayAnswered       = lang.Text{"%s: %d answered%s", "%s：%d answered%s"}
	sayForgotten      = lang.Text{"%d forgotten to stay under --max-mem", "%d 个为不超过 --max-mem 不再跟踪"}
	sayForgottenConns = lang.Text{"%s forgotten to stay under --max-mem, the least recently used first", "为不超过 --max-mem 不再跟踪 %s，最久未用的在先"}
	sayForgottenPDUs  = lang.Text{"%s given up to stay under --max-mem", "为不超过 --max-mem 放弃 %s"}
	sayMatchedBack    = lang.Text{"%s forgotten to stay under --max-mem; reports could be matched back to SUBMITs of %s and later",
		"为不超过 --max-mem 不再跟踪 %s；状态报告只能对应到 %s 及以后的 SUBMIT"}
	sayRefused   = lang.Text{" (%d refused: %s)", "（%d 个被拒绝：%s）"}
	saySearches  = lang.Text{"%d searches by Msg_Id given up: too many messages or reports have the same one", "按 Msg_Id 的查找放弃 %d 次：同一 Msg_Id 的短信或状态报告太多"}
	sayUnread    = lang.Text{" (%d without a status: truncated)", "（%d 个的状态因截断未知）"}
	sayDisplayed = lang.Text{"-Y: %d of %s shown", "-Y：显示 %d，共 %s"}
)

// What the hints say.
var (
	hintPeriod   = lang.Text{"no packet in the time of %s", "%s 的时间内没有包"}
	hintFiltered = lang.Text{"no packet matched the capture filter, of %d in the capture", "没有包符合抓包过滤器，共 %d 个包"}
	hintOuter    = lang.Text{"no packet matched the capture filter; it sees only the outer headers of tunnels such as VXLAN, GRE or ERSPAN, which are read without a filter",
		"没有包符合抓包过滤器；它只看 VXLAN、GRE、ERSPAN 等隧道的外层头，隧道内的不写过滤器就能读"}
	hintEmpty   = lang.Text{"the capture holds no packets", "抓包中没有包"}
	hintNoData  = lang.Text{"no CMPP found: no TCP connection carried any data%s", "没有找到 CMPP：没有 TCP 连接传送过数据%s"}
	hintForeign = lang.Text{"no CMPP found. TCP data went to %s%s", "没有找到 CMPP。TCP 数据去往%s%s"}
	hintDecode  = lang.Text{"if port %d carries CMPP all the same, say -d tcp.port==%d,cmpp", "如果端口 %d 确是 CMPP，请加 -d tcp.port==%d,cmpp"}
	hintPort    = lang.Text{"port %d (%s, %s%s)", "端口 %d（%s，%s%s）"}
	hintPorts   = lang.Text{"%d more ports", "另外 %d 个端口"}
	hintNoTCP   = lang.Text{"; packets without TCP: %s", "；非 TCP 的包：%s"}
	hintKinds   = lang.Text{"%d more kinds", "另外 %d 种"}
	hintTunnel  = lang.Text{"%d in %s", "%[2]s 中 %[1]d 个"}
	hintTunnels = lang.Text{"a capture filter sees only the outer headers of a tunnel, and there are packets with TCP: %s; say '%s', or no filter",
		"抓包过滤器只看隧道的外层头，隧道内有 TCP 包：%s；请写 '%s'，或不写过滤器"}
)

// The marks between words.
var (
	comma     = lang.Text{", ", "，"}
	semicolon = lang.Text{"; ", "；"}
	colon     = lang.Text{": ", "："}
)
