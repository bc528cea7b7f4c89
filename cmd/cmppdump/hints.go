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
)

// hint says what there was instead of CMPP, and what to try.
func (s *session) hint(w io.Writer, c *config) {
	if when := c.period.describe(); when != "" && s.passed == s.read {
		fmt.Fprintf(w, "cmppdump: no packet in the time of %s\n", when)
		return
	}
	if s.read > 0 && s.packets == 0 {
		fmt.Fprintf(w, "cmppdump: no packet matched the capture filter, of %d in the capture\n", s.read)
		s.outside.hint(w)
		return
	}
	if s.packets == 0 && s.in.live != nil && s.filtered {
		paragraph(w, "cmppdump: no packet matched the capture filter; it sees only the outer headers of tunnels such as VXLAN, GRE or ERSPAN, which are read without a filter")
		return
	}
	if s.packets == 0 {
		fmt.Fprintln(w, "cmppdump: the capture holds no packets")
		return
	}
	foreign := s.dis.Stats().Foreign
	if len(foreign) == 0 {
		fmt.Fprintf(w, "cmppdump: no CMPP found: no TCP connection carried any data%s\n", s.skipped())
		return
	}
	ports, bytes := foreignPorts(foreign)
	paragraph(w, "cmppdump: no CMPP found. TCP data went to "+ports+s.skipped())
	for _, b := range bytes {
		if f := foreign[b]; f.Looks == "" {
			fmt.Fprintf(w, "cmppdump: if port %d carries CMPP all the same, say -d tcp.port==%d,cmpp\n", b, b)
			return
		}
	}
}

// foreignPorts lists the ports with the most data first, and gives them in
// that order.
func foreignPorts(foreign map[uint16]*dissect.Foreign) (string, []uint16) {
	var ports []uint16
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
	var words []string
	for i, p := range ports {
		if i == 5 {
			words = append(words, fmt.Sprintf("%d more ports", len(ports)-i))
			break
		}
		f := foreign[p]
		text := fmt.Sprintf("port %d (%s, %s", p, count(f.Conns, "connection"), count(f.Bytes, "byte"))
		if f.Looks != "" {
			text += ", looks like " + f.Looks
		}
		words = append(words, text+")")
	}
	return strings.Join(words, ", "), ports
}

// skipped names the packets that held no TCP.
func (s *session) skipped() string {
	if skipped := listed(s.decoder.Skipped()); skipped != "" {
		return "; packets without TCP: " + skipped
	}
	return ""
}

// listed names kinds of packets, the most frequent first.
func listed(counts []capture.Count) string {
	var words []string
	for i, c := range counts {
		if i == 5 {
			words = append(words, fmt.Sprintf("%d more kinds", len(counts)-i))
			break
		}
		words = append(words, fmt.Sprintf("%d %s", c.Packets, c.Name))
	}
	return strings.Join(words, ", ")
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
func (o *outside) hint(w io.Writer) {
	var all []inTunnel
	for k := range o.packets {
		all = append(all, k)
	}
	sort.Slice(all, func(i, j int) bool {
		return cmp.Or(cmp.Compare(o.packets[all[j]], o.packets[all[i]]), cmp.Compare(all[i].filter, all[j].filter), cmp.Compare(all[i].tunnel, all[j].tunnel)) < 0
	})
	var found, filters []string
	for _, k := range all {
		found = append(found, fmt.Sprintf("%d in %s", o.packets[k], k.tunnel))
		if !slices.Contains(filters, k.filter) {
			filters = append(filters, k.filter)
		}
	}
	if len(all) > 0 {
		paragraph(w, fmt.Sprintf("cmppdump: a capture filter sees only the outer headers of a tunnel, and there are packets with TCP: %s; say '%s', or no filter",
			strings.Join(found, ", "), strings.Join(filters, " or ")))
	}
}
