package main

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"cmppdump/dissect"
)

// hint says what there was instead of CMPP, and what to try.
func (s *session) hint(w io.Writer, c *config) {
	if when := c.period.describe(); when != "" && s.outside == s.read {
		fmt.Fprintf(w, "cmppdump: no packet in the time of %s\n", when)
		return
	}
	if s.read > 0 && s.packets == 0 {
		fmt.Fprintf(w, "cmppdump: no packet matched the capture filter, of %d in the capture\n", s.read)
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
	var words []string
	for i, c := range s.decoder.Skipped() {
		if i == 5 {
			break
		}
		words = append(words, fmt.Sprintf("%d %s", c.Packets, c.Name))
	}
	if len(words) == 0 {
		return ""
	}
	return "; packets without TCP: " + strings.Join(words, ", ")
}
