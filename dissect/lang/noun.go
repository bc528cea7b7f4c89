package lang

// Noun is a thing that is counted: one of it, and several.
type Noun [2]Text

// Integer is what things are counted in.
type Integer interface{ ~int | ~int64 | ~uint64 }

// Amount is so many of a thing: "1 gap", "2 gaps".
func Amount[N Integer](n N, of Noun) Text {
	if n == 1 {
		return of[0].With(n)
	}
	return of[1].With(n)
}

// Unknown is the meaning of a value that has none.
var Unknown = Text{"unknown", "未知"}
