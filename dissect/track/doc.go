// Package track follows what spans several PDUs: requests and their responses,
// connections from open to close. It tells all of it as one ordered sequence
// of [Event]s.
//
// It knows roles, classes and meanings of the protocol, never its layouts, and
// its only clock is capture time: the same packets give the same events live,
// from a file, today or next year.
package track
