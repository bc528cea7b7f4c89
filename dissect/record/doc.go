// Package record declares every output name once: its type, the views that
// have it, what it means, and how it is read from an event. JSON, columns,
// the schema and the field list are all derived from the table in table.go.
package record
