package bpf

import (
	"fmt"
	"strings"
)

// otherNames are what other tools call our keywords.
var otherNames = [...][2]string{
	{"dport", "dst port"}, {"sport", "src port"}, {"ipv4", "ip"}, {"ipv6", "ip6"},
	{"icmpv6", "icmp6"}, {"addr", "host"}, {"address", "host"}, {"network", "net"}, {"ports", "portrange"},
}

// suggest is the hint for a word that is no keyword: the nearest one.
func suggest(word string) string {
	if i := strings.IndexAny(word, "0123456789"); i > 0 && isKeyword(word[:i]) && isNumber(word[i:]) {
		return fmt.Sprintf(`did you mean "%s %s"?`, word[:i], word[i:])
	}
	lower := strings.ToLower(word)
	for _, n := range otherNames {
		if n[0] == lower {
			return fmt.Sprintf("did you mean %q?", n[1])
		}
	}
	best, nearest := "", 3 // at most two typing errors
	if len(word) < 5 {
		nearest = 2
	}
	try := func(keyword string) {
		if d := distance(lower, keyword); d < nearest {
			best, nearest = keyword, d
		}
	}
	for _, k := range keywords {
		try(k)
	}
	for _, p := range protocols {
		if p.over != isLLC {
			try(p.name)
		}
	}
	for _, c := range constants {
		try(c.name)
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// distance counts the typing errors between two words: letters left out, put
// in, changed, and neighbours swapped.
func distance(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	var before, last, row [64]int // the rows i-2, i-1 and i
	for j := range b {
		last[j+1] = j + 1
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
