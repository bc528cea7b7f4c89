package why

import (
	"strconv"
	"strings"

	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
	"cmppdump/reassembly"
	"cmppdump/render"
)

// labels are the words in front of the lines.
var labels = map[string]string{"text": "内容", "files": "文件", "side": "归属", "note": "注意", "also": "另外", "blind": "盲区", "next": "建议"}

// Append appends the verdict on one message, whatever was asked, for a screen;
// the evidence is left out if the screen shows it already.
func (r *Renderer) Append(dst []byte, m *track.Msg, c *verdict.Context, evidence bool) []byte {
	v := verdict.Of(m, c)
	if !evidence {
		v.Evidence = nil
	}
	r.b = dst
	r.statement(m, v)
	return r.b
}

// verdict writes the verdict on one message.
func (r *Renderer) verdict(m *track.Msg, v *verdict.Verdict) {
	r.say("\n")
	r.statement(m, v)
}

func (r *Renderer) statement(m *track.Msg, v *verdict.Verdict) {
	if r.Color {
		r.b = render.AppendStyle(r.b, styleOf(v.State))
	}
	r.say(strings.ToUpper(v.State.String()))
	if r.Color {
		r.b = render.AppendStyle(r.b, render.Plain)
	}
	if r.Lang == render.Chinese {
		r.say(" ", stateZh[v.State])
	}
	r.say(colon[r.Lang], r.in(v.Text), "\n")
	r.tmp = m.AppendText(r.tmp[:0])
	if len(r.tmp) > 0 {
		r.line("text", string(render.AppendEscaped(nil, r.tmp)))
	}
	r.evidence(m, v)
	r.files(v)
	if v.SideText.En != "" {
		side := r.in(v.SideText)
		if v.Probable {
			side += [...]string{" (probable)", "（很可能）"}[r.Lang]
		}
		r.line("side", side)
	}
	for _, group := range []struct {
		label string
		texts []verdict.Text
	}{{"note", v.Notes}, {"also", v.Also}, {"blind", v.Blind}, {"next", v.Next}} {
		for _, t := range group.texts {
			r.line(group.label, r.in(t))
		}
	}
}

var colon = [...]string{": ", "："}

// stateZh says the states in Chinese, behind their names.
var stateZh = map[track.MsgState]string{
	track.Partial: "不完整", track.Throttled: "被限流", track.Rejected: "被拒绝", track.Delivered: "已送达", track.Expired: "已过期",
	track.Undelivered: "未送达", track.Unanswered: "无应答", track.NoReport: "无状态报告", track.Waiting: "尚无状态报告",
	track.Accepted: "已接受", track.Sent: "已发送", track.ReportOnly: "仅有状态报告", track.Received: "已接收",
}

func styleOf(s track.MsgState) render.Style {
	if s.Failed() {
		return render.Bad
	}
	return render.Head
}

func (r *Renderer) in(t verdict.Text) string {
	if r.Lang == render.Chinese {
		return t.Zh
	}
	return t.En
}

// labelCells is the width of the labels' column.
const labelCells = 7

// line writes one labelled line, wrapped at the width.
func (r *Renderer) line(label, s string) {
	if r.Lang == render.Chinese {
		label = labels[label]
	}
	r.say("  ")
	r.b = render.PadRight(r.b, []byte(label), labelCells-1)
	r.say(" ")
	text := []byte(s)
	for room := r.Width - labelCells - 2; room >= 20 && render.Width(text) > room; {
		n := render.FitWords(text, room)
		r.b = append(r.b, text[:n]...)
		r.say("\n         ")
		text = text[n:]
		for len(text) > 0 && text[0] == ' ' {
			text = text[1:]
		}
	}
	r.b = append(r.b, text...)
	r.say("\n")
}

// evidence writes the PDUs that the verdict rests on.
func (r *Renderer) evidence(m *track.Msg, v *verdict.Verdict) {
	for i := range v.Evidence {
		e := &v.Evidence[i]
		r.say("  ")
		r.b = render.PadRight(r.b, strconv.AppendUint(nil, e.Num, 10), 6)
		r.say(" ")
		r.b = r.Times.AppendShort(r.b, e.Time)
		r.say(" ")
		since := []byte(nil)
		if i > 0 {
			since = render.AppendDuration([]byte{'+'}, e.Time-v.Evidence[0].Time)
		}
		r.b = render.PadLeft(r.b, since, 8)
		r.say(" ", strconv.Itoa(int(e.Conn)), arrows[e.Dir], "  ")
		r.b = render.AppendEscaped(r.b, []byte(e.Text))
		r.say("\n")
	}
}

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
			line += "; " + f + ", there "
			file = f
		case f != file:
			line += f + ", there "
			file = f
		default:
			line += ", "
		}
		line += strconv.FormatUint(uint64(e.FileNum), 10)
	}
	r.line("files", line)
}
