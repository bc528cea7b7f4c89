// Package layout is the language in which a protocol declares its PDUs.
//
// A [Layout] is a list of [Spec]s, one a field, in wire order, as the page of
// the specification has it. Widths come in columns, one a protocol version, so
// that a layout is written once for all versions. Compiled at start-up, it is
// interpreted: Decode yields a flat list of [Field]s, each a Spec and a range
// of bytes, from which the tree, the JSON record, the filter names and the
// documentation are all derived.
//
// What a field means to the rest of the program is its [Role]. Where each role
// fell is noted while decoding, so that pairing and rows never name a
// protocol's field.
//
// The irregular parts stay code: a [Spec] may have a Sub hook, which gets a
// [Cursor] over the bytes of the field and splits them further.
//
// The package uses the standard library only. It allocates nothing per PDU.
package layout
