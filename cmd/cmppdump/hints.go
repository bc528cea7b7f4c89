package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/lang"
	"cmppdump/render"
)

// hint says what there was instead of CMPP, and what to try.
func (s *session) hint(w io.Writer, c *config) {
	say := func(t lang.Text) { paragraph(w, "cmppdump: "+t[c.lang]) }
	if when := c.period.describe(); when != "" && s.passed == s.read {
		say(hintPeriod.With(when))
		return
	}
	if s.read > 0 && s.packets == 0 {
		say(hintFiltered.With(s.read))
		s.outside.hint(say)
		return
	}
	if s.packets == 0 && s.in.live != nil && s.filtered {
		say(hintOuter)
		return
	}
	if s.packets == 0 {
		say(hintEmpty)
		return
	}
	foreign := s.dis.Stats().Foreign
	if len(foreign) == 0 {
		say(hintNoData.With(s.skipped()))
		return
	}
	ports, bytes := foreignPorts(foreign)
	say(hintForeign.With(ports, s.skipped()))
	for _, b := range bytes {
		if f := foreign[b]; f.Looks == "" {
			say(hintDecode.With(b, b))
			return
		}
	}
}

// foreignPorts lists the ports with the most data first, and gives them in
// that order.
func foreignPorts(foreign map[uint16]*dissect.Foreign) (text lang.Text, ports []uint16) {
	for p := range foreign {
		ports = append(ports, p)
	}
	sort.Slice(ports, func(i, j int) bool {
		a, b := foreign[ports[i]], foreign[ports[j]]
		if a.Bytes != b.Bytes {
			return a.Bytes > b.Bytes
		}
		return ports[i] < ports[j]
	})
	for i, p := range ports {
		if i > 0 {
			text = text.And(comma)
		}
		if i == 5 {
			text = text.And(hintPorts.With(len(ports) - i))
			break
		}
		f := foreign[p]
		text = text.And(hintPort.With(p, lang.Amount(f.Conns, aConnection), lang.Amount(f.Bytes, aByte), looks(f)))
	}
	return text, ports
}

// skipped names the packets that held no TCP.
func (s *session) skipped() lang.Text {
	counts := s.tally.Skipped()
	if len(counts) == 0 {
		return unsaid
	}
	return hintNoTCP.With(lang.Text{listed(counts, render.English), listed(counts, render.Chinese)})
}

// listed names kinds of packets, the most frequent first.
func listed(counts []capture.Count, l render.Lang) string {
	var words []string
	for i, c := range counts {
		if i == 5 {
			words = append(words, hintKinds.With(len(counts) - i)[l])
			break
		}
		words = append(words, fmt.Sprintf("%d %s", c.Packets, c.Name))
	}
	return strings.Join(words, comma[l])
}

// outside looks into the packets that the capture filter refuses, as long as it
// has accepted none: it sees the outer headers of a tunnel only.
type outside struct {
	decoder *capture.Decoder
	packets map[inTunnel]uint64
}

// inTunnel is a tunnel with TCP in it, and the capture filter that finds it.
type inTunnel struct{ tunnel, filter string }

func (o *outside) look(c *config, p *capture.Packet) {
	if o.decoder == nil {
		o.decoder, o.packets = newDecoder(c), map[inTunnel]uint64{}
	}
	if o.decoder.Decode(p) && p.Tunnel != capture.NoTunnel {
		o.packets[inTunnel{p.Tunnel.String(), p.TunnelFilter()}]++
	}
}

// hint says what is in tunnels, and the filters to type for it.
func (o *outside) hint(say func(lang.Text)) {
	var all []inTunnel
	for k := range o.packets {
		all = append(all, k)
	}
	sort.Slice(all, func(i, j int) bool {
		return cmp.Or(cmp.Compare(o.packets[all[j]], o.packets[all[i]]), cmp.Compare(all[i].filter, all[j].filter), cmp.Compare(all[i].tunnel, all[j].tunnel)) < 0
	})
	var found lang.Text
	var filters []string
	for i, k := range all {
		if i > 0 {
			found = found.And(comma)
		}
		found = found.And(hintTunnel.With(o.packets[k], k.tunnel))
		if !slices.Contains(filters, k.filter) {
			filters = append(filters, k.filter)
		}
	}
	if len(all) > 0 {
		say(hintTunnels.With(found, strings.Join(filters, " or ")))
	}
}
