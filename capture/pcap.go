package capture

import "math"

// maxFrame is the longest frame in bytes that a record of a pcap file may hold:
// libpcap's MAXIMUM_SNAPLEN. A longer one is damage.
const maxFrame = 262144

// maxTime is the last capture time that is handed out, in nanoseconds: in 2116,
// behind all that a pcap file can say. See [Open].
const maxTime = math.MaxInt64 / 2

const (
	pcapFileHeader   = 24 // bytes
	pcapRecordHeader = 16 // seconds, fraction, captured length, length
)

// pcapVariant is a kind of pcap file.
type pcapVariant struct {
	magic  uint32
	unit   int64 // of the fraction of the time, in nanoseconds
	file   int   // bytes before the first record
	record int   // bytes of a record's header
}

// pcapVariants are the kinds of pcap files that tcpdump or Wireshark read.
var pcapVariants = [...]pcapVariant{
	{0xa1b2c3d4, 1000, pcapFileHeader, pcapRecordHeader},
	{0xa1b23c4d, 1, pcapFileHeader, pcapRecordHeader},
	// Alexey Kuznetzov's: interface index, protocol and packet type follow
	// the lengths.
	{0xa1b2cd34, 1000, pcapFileHeader, pcapRecordHeader + 8},
	// IXIA's, of hardware and software: the size of all records follows the
	// file header.
	{0x1c0001ac, 1000, pcapFileHeader + 4, pcapRecordHeader},
	{0x1c0001ab, 1000, pcapFileHeader + 4, pcapRecordHeader},
}

const magicKuznetzov = 0xa1b2cd34

func isPcap(b []byte) bool {
	_, _, ok := pcapKind(b)
	return ok
}

// pcapKind finds the kind of file and its byte order by the first four bytes.
func pcapKind(b []byte) (v pcapVariant, big bigEndian, ok bool) {
	if len(b) < 4 {
		return v, false, false
	}
	for _, v := range pcapVariants {
		for _, big := range []bigEndian{false, true} {
			if big.uint32(b) == v.magic {
				return v, big, true
			}
		}
	}
	return v, false, false
}

// pcapReader reads the records of a pcap file
// (draft-ietf-opsawg-pcap; pcap-savefile(5)).
type pcapReader struct {
	win     *readWindow
	big     bigEndian
	swapped bool // files before version 2.3 have the two lengths the other way
	unit    int64
	header  int
	snaplen int
	iface   *Interface
}

// newPcapReader reads the file header, of which the magic number is known to be
// right.
func newPcapReader(w *readWindow, file string) (*pcapReader, error) {
	v, big, _ := pcapKind(w.rest())
	if !w.has(v.file) {
		return nil, w.shortage(0)
	}
	b := w.rest()
	major, minor := big.uint16(b[4:]), big.uint16(b[6:])
	// 543.0 is what a port of tcpdump to DG/UX wrote.
	if major != 2 && (major != 543 || minor != 0) {
		return nil, damaged(0, "pcap version %d.%d; versions 2.0 to 2.4 are read", major, minor)
	}
	// The link type has 16 bits; those above it tell of an FCS behind the
	// frame, which the lengths in the IP header leave out anyway.
	link := LinkType(big.uint32(b[20:]) & 0xffff)
	w.take(v.file)
	return &pcapReader{
		win:     w,
		big:     big,
		swapped: major == 543 || minor < 3,
		unit:    v.unit,
		header:  v.record,
		snaplen: pcapSnaplen(big.uint32(b[16:]), v.magic, link),
		iface:   &Interface{Link: link, File: file},
	}, nil
}

// pcapSnaplen is the length that frames are cut to, as libpcap does it: a value
// out of range stands for the largest, and the patched kernels of Kuznetzov's
// files did not count the Ethernet header.
func pcapSnaplen(n, magic uint32, link LinkType) int {
	if n == 0 || n > maxFrame {
		return maxFrame
	}
	if magic == magicKuznetzov && link == LinkEthernet {
		n += 14
	}
	return int(n)
}

// next reads one record.
func (r *pcapReader) next(p *Packet) error {
	w := r.win
	if !w.has(r.header) {
		return w.shortage(w.offset())
	}
	h := w.rest()[:pcapRecordHeader]
	captured, wire := r.big.uint32(h[8:]), r.big.uint32(h[12:])
	if r.swapped {
		captured, wire = wire, captured
	}
	if captured > maxFrame {
		return damaged(w.offset(), "captured length %d is above the limit of %d bytes", captured, maxFrame)
	}
	// 32 bits of seconds and of microseconds stay below maxTime.
	time := int64(r.big.uint32(h))*secondNs + int64(r.big.uint32(h[4:]))*r.unit
	size := r.header + int(captured)
	if !w.has(size) {
		return w.shortage(w.offset())
	}
	p.Time = time
	p.Frame = w.rest()[r.header:][:min(int(captured), r.snaplen)]
	w.take(size)
	p.WireLen = int(max(wire, captured))
	p.Iface = r.iface
	return nil
}
