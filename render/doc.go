// Package render has what all outputs for people share: escaping of hostile
// text, width by terminal cell, colour, times and durations. The outputs
// themselves live in the folders named after them.
package render
