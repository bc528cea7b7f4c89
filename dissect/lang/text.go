// Package lang has texts for people in the languages that there are.
package lang

import (
	"fmt"
	"slices"
	"strings"
)

// Text is a text, or the format of one, in English and Chinese. Both have the
// same verbs; where their order differs, the Chinese ones are numbered: %[2]s.
type Text [2]string

// The languages, as indexes of a Text.
const (
	English = iota
	Chinese
)

// With fills in the verbs. What is a Text itself goes in in its language.
func (t Text) With(a ...any) (filled Text) {
	for l := range t {
		own := slices.Clone(a)
		for i, x := range a {
			if x, ok := x.(Text); ok {
				own[i] = x[l]
			}
		}
		filled[l] = fmt.Sprintf(t[l], own...)
	}
	return filled
}

// And joins two texts.
func (t Text) And(u Text) Text { return Text{t[English] + u[English], t[Chinese] + u[Chinese]} }

// Check says what is wrong with a text: a language is missing, or says less
// than the other.
func (t Text) Check() error {
	switch {
	case t[English] == "" || t[Chinese] == "":
		return fmt.Errorf("%q: a language is missing", t)
	case !slices.Equal(verbs(t[English]), verbs(t[Chinese])):
		return fmt.Errorf("%q: the verbs are not the same", t)
	}
	return nil
}

// verbs are those of a format, by the numbers of their arguments.
func verbs(s string) (list []string) {
	for next := 1; ; next++ {
		_, behind, found := strings.Cut(s, "%")
		if !found {
			break
		}
		n := next
		if strings.HasPrefix(behind, "%") {
			s, next = behind[1:], next-1
			continue
		}
		if strings.HasPrefix(behind, "[") {
			fmt.Sscanf(behind, "[%d]", &n)
			_, behind, _ = strings.Cut(behind, "]")
			next = n
		}
		end := strings.IndexFunc(behind, func(r rune) bool { return r >= 'a' && r <= 'z' }) + 1
		list = append(list, fmt.Sprintf("%d%s", n, behind[:end]))
		s = behind[end:]
	}
	slices.Sort(list)
	return list
}
