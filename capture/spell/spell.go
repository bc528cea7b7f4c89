// Package spell finds what a mistyped word was meant to be.
package spell

// Nearest finds the name that word was probably meant to be: at most a third of
// the letters wrong, but one letter may always be. It is empty if none is.
func Nearest(word string, names []string) string {
	if len(word) > longest {
		return ""
	}
	best, least := "", 2+len(word)/3
	for _, n := range names {
		if d := Distance(word, n); d < least {
			best, least = n, d
		}
	}
	return best
}

// longest is the length above which a word is not looked at: no name is as long.
const longest = 100

// Distance counts the letters to insert, delete, replace or swap with their
// neighbour to make b of a.
func Distance(a, b string) int {
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
	}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, now := rows[0], rows[1], rows[2]
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		rows[0], rows[1], rows[2] = last, now, before
	}
	return rows[1][len(b)]
}
