// Package stats counts what -z asks for: one file a statistic, accumulators
// only. Each declares its columns once, with what they hold; records and tables
// follow from that.
//
// It knows roles and meanings of the protocol, never its layouts.
package stats
