// Package cmpp declares CMPP, the China Mobile Peer to Peer protocol, in its
// versions 2.0, 2.1 and 3.0: the layouts of all PDUs, the meanings of their
// values, and the few rules that are code.
//
// Sections cited as C§n are those of the project's digest of the
// specifications CMPP 2.0 (April 2002) and 3.0 (QB-GF-028-2003).
//
// To add a PDU: declare its layout in the file of its subject, field by field
// as the specification prints it, and add a line to Protocol's Commands. The
// tree, the JSON record, the columns and the filter names follow from that.
package cmpp
