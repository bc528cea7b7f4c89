package capture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"cmppdump/dissect/lang"
)

// fileBytes writes capture files field by field.
type fileBytes struct {
	order interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}
	b []byte
}

func littleFile() *fileBytes { return &fileBytes{order: binary.LittleEndian} }
func bigFile() *fileBytes    { return &fileBytes{order: binary.BigEndian} }

// put appends fields. A plain int is a field of 32 bits.
func (f *fileBytes) put(fields ...any) *fileBytes {
	for _, field := range fields {
		switch v := field.(type) {
		case int:
			f.b = f.order.AppendUint32(f.b, uint32(v))
		case uint16:
			f.b = f.order.AppendUint16(f.b, v)
		case uint64:
			f.b = f.order.AppendUint64(f.b, v)
		case string:
			f.b = append(f.b, v...)
		case []byte:
			f.b = append(f.b, v...)
		default:
			panic(fmt.Sprintf("no field of type %T", field))
		}
	}
	return f
}

// pcap appends the file header of version 2.4.
func (f *fileBytes) pcap(magic, snaplen, link int) *fileBytes {
	return f.put(magic, uint16(2), uint16(4), 0, 0, snaplen, link)
}

// record appends a pcap record of a frame captured whole.
func (f *fileBytes) record(seconds, fraction int, frame string) *fileBytes {
	return f.put(seconds, fraction, len(frame), len(frame), frame)
}

// block appends a pcapng block.
func (f *fileBytes) block(kind int, body ...any) *fileBytes {
	inner := &fileBytes{order: f.order}
	inner.put(body...)
	inner.pad()
	length := len(inner.b) + 12
	return f.put(kind, length, inner.b, length)
}

func (f *fileBytes) pad() {
	for len(f.b)%4 != 0 {
		f.b = append(f.b, 0)
	}
}

// section appends a Section Header Block without a section length.
func (f *fileBytes) section() *fileBytes {
	return f.block(blockSection, byteOrderMagic, uint16(1), uint16(0), ^uint64(0))
}

// option makes an option of a block.
func (f *fileBytes) option(code int, value ...any) []byte {
	o := &fileBytes{order: f.order}
	o.put(value...)
	n := len(o.b)
	o.pad()
	return append((&fileBytes{order: f.order}).put(uint16(code), uint16(n)).b, o.b...)
}

// iface appends an Interface Description Block.
func (f *fileBytes) iface(link, snaplen int, options ...any) *fileBytes {
	return f.block(blockInterface, append([]any{uint16(link), uint16(0), snaplen}, options...)...)
}

// enhanced appends an Enhanced Packet Block of a frame captured whole.
func (f *fileBytes) enhanced(iface int, units uint64, frame string) *fileBytes {
	return f.block(blockEnhancedPacket, iface, int(units>>32), int(uint32(units)), len(frame), len(frame), frame)
}

// readPacket is what a source gave, kept.
type readPacket struct {
	num, fileNum uint64
	time         int64
	frame        string
	wire         int
	iface        *Interface
}

func (p readPacket) String() string {
	return fmt.Sprintf("%d/%d %d %q %d", p.num, p.fileNum, p.time, p.frame, p.wire)
}

// readAllPackets reads a source to its end and checks what every source
// promises.
func readAllPackets(t testing.TB, s Source) []readPacket {
	t.Helper()
	var all []readPacket
	for p := new(Packet); ; {
		err := s.Next(p)
		if err == io.EOF {
			break
		}
		switch {
		case err != nil:
			t.Fatalf("Next: %v", err)
		case p.Num != uint64(len(all)+1):
			t.Fatalf("Num is %d in packet %d", p.Num, len(all)+1)
		case p.WireLen < len(p.Frame):
			t.Fatalf("WireLen %d below the %d bytes of the frame", p.WireLen, len(p.Frame))
		case p.Iface == nil:
			t.Fatal("no Iface")
		case p.Time < 0 || p.Time > maxTime:
			t.Fatalf("time %d is out of range", p.Time)
		}
		all = append(all, readPacket{p.Num, p.FileNum, p.Time, string(p.Frame), p.WireLen, p.Iface})
	}
	if err := s.Next(new(Packet)); err != io.EOF {
		t.Fatalf("Next after the end: %v", err)
	}
	return all
}

// openMem opens bytes as the file of a name.
func openMem(path string, b []byte) (Source, error) {
	return memFiles(fstest.MapFS{path: &fstest.MapFile{Data: b}}).merge([]string{path})
}

// memFiles opens files in memory.
func memFiles(files fs.FS) fileOpener { return fileOpener{open: files.Open} }

// readMem opens bytes, which must be possible, and reads them to the end.
func readMem(t testing.TB, path string, b []byte) ([]readPacket, []error) {
	t.Helper()
	s, err := openMem(path, b)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer s.Close()
	return readAllPackets(t, s), s.Problems()
}

// checkPackets compares packets by number, file number, time, frame and length.
func checkPackets(t testing.TB, got []readPacket, want ...readPacket) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("packets\n got %s\nwant %s", g, w)
	}
}

// checkProblems compares problems by text.
func checkProblems(t testing.TB, got []error, want ...string) {
	t.Helper()
	var texts []string
	for _, err := range got {
		texts = append(texts, err.Error())
	}
	if g, w := strings.Join(texts, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("problems\n got %s\nwant %s", g, w)
	}
}

// checkCuts cuts a file at every byte. ends are the offsets where the header
// and then each record or block ends; frames tells how many packets lie before
// each of them.
func checkCuts(t *testing.T, name string, file []byte, ends, frames []int) {
	t.Helper()
	whole, problems := readMem(t, name, file)
	checkProblems(t, problems)
	for cut := range file {
		s, err := openMem(name, file[:cut])
		if cut < ends[0] {
			if err == nil || !strings.HasPrefix(err.Error(), name+": ") {
				t.Fatalf("cut at %d, in the header: %v", cut, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		i := len(ends) - 1
		for ends[i] > cut {
			i--
		}
		if got := readAllPackets(t, s); fmt.Sprint(got) != fmt.Sprint(whole[:frames[i]]) {
			t.Fatalf("cut at %d: %v", cut, got)
		}
		var want []string
		if ends[i] != cut {
			want = []string{fmt.Sprintf("at offset %d (%s no whole", ends[i], lastBytesHold(int64(cut - ends[i]))[lang.English])}
		}
		if got := s.Problems(); len(got) != len(want) || len(got) == 1 && !strings.Contains(got[0].Error(), want[0]) {
			t.Fatalf("cut at %d: problems %v, want %q", cut, got, want)
		}
		s.Close()
	}
}

// errorAfter gives the bytes, then an error.
type errorAfter struct {
	*bytes.Reader
	err error
}

func (r errorAfter) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err == io.EOF {
		err = r.err
	}
	return n, err
}

var errDisk = &fs.PathError{Op: "read", Path: "ignored", Err: errors.New("input/output error")}
