package live

import (
	"fmt"
	"strings"

	"cmppdump/reassembly"
	"cmppdump/render"
)

// connLines says what is known of the selected connection.
func (a *App) connLines(width int) []string {
	no := a.subject.no
	if no == 0 || no > uint64(len(a.s.live)) {
		return nil
	}
	c := a.s.live[no-1]
	duration := render.Duration
	var lines []string
	state := a.say(words{"open", "打开"})
	switch {
	case !c.open && c.end.Reason != reassembly.CaptureEnded:
		state = a.say(words{"closed: ", "已关闭："}) + closed(c)
	case !c.open:
		state = a.say(words{"open when the capture ended", "抓包结束时仍打开"})
	}
	login := a.say(words{"no login captured", "未抓到登录"})
	if len(c.Account) > 0 {
		login = "CONNECT " + escape(string(c.Account))
		if c.Spec != nil {
			login += fmt.Sprintf(", Status %d", c.Status)
		}
	}
	lines = append(lines, state+"; "+login)
	for d, t := range c.Dirs {
		n := &c.tcp.Net[d]
		line := fmt.Sprintf(a.say(words{"%s: %d PDUs, %d requests, %d unanswered, %d in flight (max %d), %d retransmitted", "%s：%d PDU，%d 请求，%d 无应答，在途 %d（最大 %d），重传 %d"}),
			reassembly.Dir(d), t.PDUs, t.Requests, t.Unanswered, t.InFlight, t.MaxInFlight, n.Retransmitted)
		if n.Missing > 0 {
			line += fmt.Sprintf(a.say(words{", %d bytes missing", "，缺失 %d 字节"}), n.Missing)
		}
		if c.heard[d] > 0 {
			line += a.say(words{", heard ", "，最近 "}) + duration(max(a.s.now-c.heard[d], 0)) + a.say(words{" ago", " 前"})
		}
		lines = append(lines, line)
	}
	if t := a.s.oldest(c); t != nil && a.s.rows.has(t.request) && c.open {
		r := a.s.rows.at(t.request)
		lines = append(lines, fmt.Sprintf(a.say(words{"oldest open request: frame %d, %s ago", "最早未应答请求：帧 %d，%s 前"}), r.num, duration(max(a.s.now-r.time, 0))))
	}
	if c.beats > 0 {
		lines = append(lines, fmt.Sprintf(a.say(words{"heartbeat: %d answered, newest %s, p50 %s, max %s", "心跳：%d 次应答，最近 %s，p50 %s，最大 %s"}),
			c.beats, duration(c.beat), duration(c.Heartbeat.Quantile(50)), duration(c.Heartbeat.Max())))
	}
	const label = "PDU/s "
	lines = append(lines, label+a.spark(c, max(min(width-len(label), rateTime-4), 1)))
	var wrapped []string
	for _, l := range lines {
		wrapped = append(wrapped, wrapLine(a.shown(l), width, 2)...)
	}
	return wrapped
}

// spark draws the PDUs by second as bars, the newest second of the capture last.
func (a *App) spark(c *conn, seconds int) string {
	last := a.s.now / 1e9
	most := uint32(1)
	for s := last - int64(seconds) + 1; s <= last; s++ {
		most = max(most, c.rateAt(s))
	}
	var b strings.Builder
	for s := last - int64(seconds) + 1; s <= last; s++ {
		n := c.rateAt(s)
		i := 0
		if n > 0 {
			i = max(int(n)*(len(a.g.bars)-1)/int(most), 1)
		}
		b.WriteRune(a.g.bars[i])
	}
	return b.String()
}
