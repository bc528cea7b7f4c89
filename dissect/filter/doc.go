// Package filter is the display filter: Wireshark's grammar over the names of
// package record.
//
//	expr  = and { ("||" | "or") and }
//	and   = not { ("&&" | "and") not }
//	not   = ("!" | "not") not | "(" expr ")" | test
//	test  = NAME [ operator value | "contains" value | "matches" value | ["not"] "in" "{" item { [","] item } "}" ]
//	      | NUMBER | MSG_ID
//	item  = value [ ".." value ]
//	value = WORD | "text" | 'text' | r"text"
//
// A name alone asks whether the record has it. Of a list one element has to
// match; != means that none is equal. A record that lacks a name matches no
// test of it.
package filter
