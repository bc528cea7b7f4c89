//go:build linux

package main

import (
	"fmt"
	"strconv"
	"strings"
)

// table is the table of a capture. The ratios: time over that of tcpdump's
// copy, and how many times the PDUs a second of the tshark that shows the same,
// measured on the smallest capture.
func (b *bench) table(title string, pdus int, commands []*command) string {
	var copied float64
	for _, c := range commands {
		if c.label == copying {
			copied = c.median().seconds
		}
	}
	var t strings.Builder
	fmt.Fprintf(&t, "\n| %s | time | CPU | memory | PDU/s | of tcpdump's time | times tshark |\n", title)
	t.WriteString("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, c := range commands {
		m := c.median()
		rate := float64(pdus) / m.seconds
		times := ""
		if peer := b.tshark[c.peer]; peer > 0 {
			times = fmt.Sprintf("%.1f", rate/peer)
		}
		fmt.Fprintf(&t, "| %s | %.3f s | %.3f s | %d MB | %s | %.2f | %s |\n",
			c.label, m.seconds, m.cpu, m.memory/1e6, thousands(int(rate)), m.seconds/copied, times)
	}
	return t.String()
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
