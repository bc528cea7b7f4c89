package lang

import "fmt"

// Book has the Chinese of sentences and words by their English. It is for what
// stands in the code where it is said, such as errors; what has a name is a
// Text.
type Book map[string]string

// Text is a sentence in all languages. One that is not in the book stays as it
// is: a name, a word of the user's.
func (b Book) Text(english string) Text {
	if chinese, ok := b[english]; ok {
		return Text{english, chinese}
	}
	return Text{english, english}
}

// With is a sentence with its verbs filled in.
func (b Book) With(english string, a ...any) Text { return b.Text(english).With(b.words(a)...) }

// Errorf makes an error of a sentence; see Errorf.
func (b Book) Errorf(english string, a ...any) *Error {
	return Errorf(b.Text(english), b.words(a)...)
}

// words are arguments of a sentence. Of those, the ones with a name are in the
// book; strings are the user's.
func (b Book) words(a []any) []any {
	words := make([]any, len(a))
	for i, x := range a {
		words[i] = x
		if _, isError := x.(error); isError {
			continue
		}
		if named, ok := x.(fmt.Stringer); ok {
			if chinese, ok := b[named.String()]; ok {
				words[i] = Text{named.String(), chinese}
			}
		}
	}
	return words
}
