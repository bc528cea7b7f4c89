package why

import (
	"strings"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"
	"cmppdump/dissect/verdict"
)

// record appends the record of a verdict: that of its message or connection,
// with the verdict.
func (r *Renderer) record(a *answer, v *verdict.Verdict) {
	out := record.Verdict{State: v.State, Text: v.Text[r.Lang], Side: string(v.Side), Probable: v.Probable, Next: r.joined(v.Next)}
	for i := range v.Evidence {
		e := &v.Evidence[i]
		out.Evidence = append(out.Evidence, record.Evidence{Frame: e.Num, Time: e.Time, Text: e.Text[r.Lang]})
	}
	rec := record.Record{Options: r.Record}
	if a.msg != nil {
		rec.SetVerdict(a.msg, &out)
	} else {
		rec.SetConnVerdict(a.session.Conn, a.session.End, &out)
	}
	r.b = append(r.Table.AppendJSON(r.b, &rec), '\n')
}

// joined puts sentences in one line.
func (r *Renderer) joined(texts []lang.Text) string {
	var all []string
	for _, t := range texts {
		all = append(all, t[r.Lang])
	}
	return strings.Join(all, [...]string{"; ", "；"}[r.Lang])
}
