package why

import (
	"strconv"
	"strings"
	"time"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// The words around the verdicts.
var (
	labelText  = lang.Text{"text", "内容"}
	labelFiles = lang.Text{"files", "文件"}
	labelSide  = lang.Text{"side", "归属"}
	labelNote  = lang.Text{"note", "注意"}
	labelAlso  = lang.Text{"also", "另外"}
	labelBlind = lang.Text{"blind", "盲区"}
	labelNext  = lang.Text{"next", "建议"}

	sayProbable   = lang.Text{" (probable)", "（很可能）"}
	sayThere      = lang.Text{", there ", "，其中第 "}
	sayIn         = lang.Text{"%s in %s", "%[2]s 中有 %[1]s"}
	aMessage      = lang.Noun{lang.Text{"%d message", "%d 条短信"}, lang.Text{"%d messages", "%d 条短信"}}
	aLogin        = lang.Noun{lang.Text{"%d login", "%d 次登录"}, lang.Text{"%d logins", "%d 次登录"}}
	aConn         = lang.Noun{lang.Text{"%d connection", "%d 个连接"}, lang.Text{"%d connections", "%d 个连接"}}
	aFile         = lang.Noun{lang.Text{"%d file", "%d 个文件"}, lang.Text{"%d files", "%d 个文件"}}
	sayNewest     = lang.Text{", the newest %d of %d", "，共 %[2]d，只列最新 %[1]d"}
	sayNothing    = lang.Text{"nothing found in %s", "%s 中没有找到"}
	saySearched   = lang.Text{"searched: %s, %s, %s; %d bytes were not captured", "已查：%s、%s、%s；%d 字节没有抓到"}
	sayTo         = lang.Text{" to ", " 至 "}
	sayNoPDU      = lang.Text{"no CMPP in it", "其中没有 CMPP"}
	sayConnHint   = lang.Text{"connections are numbered from 1 to %d; --view conn lists them", "连接编号从 1 到 %d；--view conn 列出全部"}
	sayConnNumber = lang.Text{"conn: needs the number of a connection, as the column Conn has it: conn:1", "conn: 后面要写连接编号，即 Conn 一列的数字：conn:1"}
	sayNeither    = lang.Text{"neither a phone number (5 to 16 digits), nor a Msg_Id (16 hexadecimal digits, decimal, or MMDDhhmmss and gateway and sequence), nor an SP_Id (1 to 6 letters or digits), nor conn:N",
		"既不是手机号码（5 至 16 位数字）、Msg_Id（16 位十六进制、十进制，或 MMDDhhmmss 加网关和序号），也不是 SP_Id（1 至 6 个字母或数字）或 conn:N"}
	sayBlindHint = lang.Text{"it may have taken another connection, another time, or another form of the number", "可能走了其他连接、在其他时间，或号码写法不同"}
)

// Append appends the verdict on one message, whatever was asked, for a screen;
// the evidence is left out if the screen shows it already.
func (r *Renderer) Append(dst []byte, m *track.Msg, c *verdict.Context, evidence bool) []byte {
	v := verdict.Of(m, c)
	if !evidence {
		v.Evidence = nil
	}
	r.b = dst
	r.statement(&answer{msg: m}, v)
	return r.b
}

// statement writes one verdict.
func (r *Renderer) statement(a *answer, v *verdict.Verdict) {
	r.sentence(v)
	if a.msg != nil {
		if r.tmp = a.msg.AppendText(r.tmp[:0]); len(r.tmp) > 0 {
			r.line(labelText, string(render.AppendEscaped(nil, r.tmp)))
		}
	}
	r.evidence(v)
	r.files(v)
	if side := v.SideText[r.Lang]; side != "" {
		if v.Probable {
			side += sayProbable[r.Lang]
		}
		r.line(labelSide, side)
	}
	for _, group := range []struct {
		label lang.Text
		texts []lang.Text
	}{{labelNote, v.Notes}, {labelAlso, v.Also}, {labelBlind, v.Blind}} {
		for _, t := range group.texts {
			r.line(group.label, t[r.Lang])
		}
	}
	if len(v.Next) > 0 {
		r.line(labelNext, r.joined(v.Next))
	}
}

// sentence writes the state and what one would say on the phone.
func (r *Renderer) sentence(v *verdict.Verdict) {
	state := strings.ToUpper(v.State)
	text := state
	if r.Lang == render.Chinese {
		text += " " + v.Name[r.Lang]
	}
	text += [...]string{": ", "："}[r.Lang] + string(render.AppendEscaped(nil, []byte(v.Text[r.Lang])))
	if r.Color {
		style := render.Head
		if v.Failed {
			style = render.Bad
		}
		r.b = render.AppendStyle(r.b, style)
		r.b = append(r.b, state...)
		r.b = render.AppendStyle(r.b, render.Plain)
		r.wrap(text[len(state):], r.Width-len(state), 2)
		return
	}
	r.wrap(text, r.Width, 2)
}

// labelCells is the width of the labels' column.
const labelCells = 7

// line writes one labelled line.
func (r *Renderer) line(label lang.Text, s string) {
	r.say("  ")
	r.b = render.PadRight(r.b, []byte(label[r.Lang]), labelCells-1)
	r.say(" ")
	r.wrap(s, r.Width-labelCells-2, labelCells+2)
}

// wrap writes text in lines: the first has so much room, the others begin with
// so many blanks.
func (r *Renderer) wrap(s string, room, indent int) {
	text := []byte(s)
	for room >= 20 && render.Width(text) > room {
		n := render.FitWords(text, room)
		r.b = append(r.b, text[:n]...)
		r.say("\n", strings.Repeat(" ", indent))
		for text = text[n:]; len(text) > 0 && text[0] == ' '; text = text[1:] {
		}
		room = r.Width - indent
	}
	r.b = append(r.b, text...)
	r.say("\n")
}

// evidence writes the packets that the verdict rests on.
func (r *Renderer) evidence(v *verdict.Verdict) {
	for i := range v.Evidence {
		e, begin := &v.Evidence[i], len(r.b)
		r.say("  ")
		r.b = render.PadRight(r.b, strconv.AppendUint(nil, e.Num, 10), labelCells-1)
		r.say(" ")
		r.b = r.times().AppendShort(r.b, e.Time)
		r.say(" ")
		var since []byte
		if e.Time != v.Start {
			since = render.AppendSince(nil, e.Time-v.Start)
		}
		r.b = render.PadLeft(r.b, since, 8)
		r.say("  ", strconv.Itoa(int(e.Conn)), arrows[e.Dir], "  ")
		indent := len(r.b) - begin
		r.wrap(string(render.AppendEscaped(nil, []byte(e.Text[r.Lang]))), r.Width-indent, indent)
	}
}

// times is the form of times; where the capture goes over midnight, each time
// has its date.
func (r *Renderer) times() *render.Times {
	if t := &r.Times; t.Form == render.DateTimeOffset && r.first != 0 && r.day(r.first) != r.day(r.last) {
		t.Form = render.DateClock
	}
	return &r.Times
}

func (r *Renderer) day(ns int64) string { return r.at(ns).Format(time.DateOnly) }

var arrows = [...]string{reassembly.C2S: ">", reassembly.S2C: "<"}

// files says where the evidence stands in the files themselves, if there are
// several.
func (r *Renderer) files(v *verdict.Verdict) {
	if !r.Record.Files || len(v.Evidence) == 0 {
		return
	}
	line, file := "", ""
	for i := range v.Evidence {
		e := &v.Evidence[i]
		switch f := e.Stamp().File(); {
		case f != file && file != "":
			line += "; " + f + sayThere[r.Lang]
			file = f
		case f != file:
			line += f + sayThere[r.Lang]
			file = f
		case i > 0 && e.Num == v.Evidence[i-1].Num:
			continue // the same packet
		default:
			line += ", "
		}
		line += strconv.FormatUint(uint64(e.FileNum), 10)
	}
	r.line(labelFiles, line)
}

// head says what was found and where, or what was searched.
func (r *Renderer) head(all []answer) {
	where := strings.Join(r.Where, " ")
	if len(all) == 0 {
		r.nothing(where)
		return
	}
	var words []string
	if n := len(r.sessions); n > 0 {
		logins := 0
		for i := range all {
			if all[i].session != nil && all[i].login >= 0 {
				logins++
			}
		}
		if logins > 0 {
			words = append(words, lang.Amount(logins, aLogin)[r.Lang])
		}
		conns := lang.Amount(n, aConn)[r.Lang]
		if r.leftConns > 0 {
			conns += sayNewest.With(n, n+r.leftConns)[r.Lang]
		}
		words = append(words, conns)
	}
	if n := len(r.found); n > 0 {
		messages := lang.Amount(n, aMessage)[r.Lang]
		if r.left > 0 {
			messages += sayNewest.With(n, n+r.left)[r.Lang]
		}
		words = append(words, messages)
	}
	found := strings.Join(words, [...]string{", ", "、"}[r.Lang])
	r.wrap(r.asked()+[...]string{": ", "："}[r.Lang]+sayIn.With(found, where)[r.Lang]+r.span(), r.Width, 2)
}

// nothing says what was searched in vain.
func (r *Renderer) nothing(where string) {
	r.wrap(r.asked()+[...]string{": ", "："}[r.Lang]+sayNothing.With(where)[r.Lang]+r.span(), r.Width, 2)
	if r.first == 0 {
		r.wrap("  "+sayNoPDU[r.Lang], r.Width, 4)
		return
	}
	r.wrap("  "+saySearched.With(lang.Amount(r.messages, aMessage), lang.Amount(r.logins, aLogin),
		lang.Amount(r.conns, aConn), r.missing)[r.Lang], r.Width, 4)
	hint := sayBlindHint
	if r.Query.conn != 0 {
		hint = sayConnHint.With(r.conns)
	}
	r.wrap("  "+hint[r.Lang], r.Width, 4)
}

// span is the number of files and the time of the capture, in brackets.
func (r *Renderer) span() string {
	var words []string
	if r.Files > 1 {
		words = append(words, lang.Amount(r.Files, aFile)[r.Lang])
	}
	if r.first != 0 {
		words = append(words, strings.Replace(render.Span(r.first, r.last, r.zone()), sayTo[lang.English], sayTo[r.Lang], 1))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

func (r *Renderer) zone() *time.Location {
	if r.Times.Zone == nil {
		return time.UTC
	}
	return r.Times.Zone
}

func (r *Renderer) at(ns int64) time.Time { return time.Unix(0, ns).In(r.zone()) }

// clock is the hour and minute of a time.
func (r *Renderer) clock(ns int64) string { return r.at(ns).Format("15:04") }
