package why

import (
	"encoding/json"

	"cmppdump/dissect/record"
	"cmppdump/dissect/track"
	"cmppdump/dissect/verdict"
)

// verdictJSON is the member verdict of a cmpp.verdict record.
type verdictJSON struct {
	State    string         `json:"state"`
	Text     string         `json:"text"`
	Side     verdict.Side   `json:"side"`
	Probable bool           `json:"probable,omitempty"`
	Next     string         `json:"next,omitempty"`
	Evidence []evidenceJSON `json:"evidence"`
}

type evidenceJSON struct {
	Frame uint64 `json:"frame"`
	Time  string `json:"time"`
	Text  string `json:"text"`
}

// json appends the record of a verdict: that of the message with the verdict
// behind it.
func (r *Renderer) json(m *track.Msg, v *verdict.Verdict) {
	rec := record.Record{Options: r.Record}
	rec.SetVerdict(m)
	r.b = r.Table.AppendJSON(r.b, &rec)
	out := verdictJSON{State: v.State.String(), Text: r.in(v.Text), Side: v.Side, Probable: v.Probable, Evidence: []evidenceJSON{}}
	if len(v.Next) > 0 {
		out.Next = r.in(v.Next[0])
	}
	for i := range v.Evidence {
		e := &v.Evidence[i]
		out.Evidence = append(out.Evidence, evidenceJSON{e.Num, e.At(), e.Text})
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err) // strings and numbers only
	}
	r.b = append(r.b[:len(r.b)-1], `,"verdict":`...)
	r.b = append(append(r.b, b...), "}\n"...)
}
