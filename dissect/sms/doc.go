// Package sms reads the user data of short messages: the coding byte, the user
// data header and the text behind it (3GPP TS 23.040 and 23.038, with the
// habits of the Chinese gateway protocols).
//
// What a message says, step by step: [Coding] names the encoding that the
// coding byte declares; [Present] and [ParseUDH] tell where the text begins;
// [Decode] turns the bytes of the text into UTF-8 and says what was wrong with
// them, and what they look like where they contradict the coding byte. The
// parts of a long message are joined as bytes first and decoded second.
// [ParseWAPPush] reads what is sent to the WAP push ports, [Signature] finds
// the sender's name in a text, [SameNumber] compares phone numbers.
//
// Everything works on lent bytes, appends to a buffer of the caller's and
// allocates nothing. No input makes it panic; nothing is read beyond the slice
// given.
//
// The package knows user data. It does not know PDUs: the coding byte, the UDH
// flag and the content are handed in by whoever read them.
package sms
