// Package verdict says of a message what a person would say on the phone: what
// became of it, on what evidence, whose side it is likely to be on, and what to
// do next. A verdict states what the capture shows; what is only likely says
// so.
package verdict
