package capture

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cmppdump/dissect/lang"
)

// disk is a disk of files that becomes full: writes take what fits.
type disk struct {
	free  int
	opens int
	err   error // what opening gives, if not nil
	close error // what closing gives
}

// diskFile is a real file on a disk.
type diskFile struct {
	*os.File
	disk *disk
}

func (d *disk) open(path string, flag int) (outputFile, error) {
	d.opens++
	if d.err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: d.err}
	}
	f, err := os.OpenFile(path, flag, 0o666)
	return diskFile{f, d}, err
}

func (f diskFile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b[:min(len(b), f.disk.free)])
	f.disk.free -= n
	if err == nil && n < len(b) {
		err = &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return n, err
}

func (f diskFile) Close() error { return errors.Join(f.File.Close(), f.disk.close) }

// failing is a Writer on a disk, with a clock to set and what it told.
type failing struct {
	*Writer
	disk *disk
	now  time.Time
	told []string
}

func newFailing(t *testing.T, o WriteOptions, free int) *failing {
	t.Helper()
	f := &failing{disk: &disk{free: free}, now: time.Unix(0, 0)}
	o.Zone = time.UTC
	o.Clock = func() time.Time { return f.now }
	o.Notify = func(line lang.Text) { f.told = append(f.told, line[lang.English]) }
	var err error
	if f.Writer, err = newWriter(o, f.disk.open); err != nil {
		t.Fatal(err)
	}
	return f
}

// write writes packets of 984 bytes and flushes. The numbers of packets that
// gave an error, with it, are returned.
func (f *failing) write(from, to int) string {
	var errs []string
	for i := from; i < to; i++ {
		p := packetOf984(i, 0)
		p.Frame = fmt.Appendf(nil, "%4d%s", i, p.Frame[4:])
		if err := f.Write(p, nil); err != nil {
			errs = append(errs, fmt.Sprintf("%d: %v", i, err))
		}
	}
	if err := f.Flush(); err != nil {
		errs = append(errs, fmt.Sprintf("flush: %v", err))
	}
	return strings.Join(errs, "\n")
}

// frameNumbers tells which packets of write a file has: "0-9".
func frameNumbers(t *testing.T, path string) string {
	t.Helper()
	got := readFile(t, path)
	if len(got) == 0 {
		return "none"
	}
	for i := 1; i < len(got); i++ {
		if number(t, got[i]) != number(t, got[i-1])+1 {
			t.Fatalf("%s: packet %d behind %d", path, number(t, got[i]), number(t, got[i-1]))
		}
	}
	return fmt.Sprintf("%d-%d", number(t, got[0]), number(t, got[len(got)-1]))
}

func number(t *testing.T, p readPacket) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(p.frame[:4], &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestWriterDiskFull: the packets on the disk stay readable, and after a minute
// there is another file.
func TestWriterDiskFull(t *testing.T) {
	for _, test := range []struct {
		name    string
		path    string
		options WriteOptions
		free    int    // bytes, when the disk is full
		first   string // the packets of the file that was cut back
		second  string // the name of the file after it
	}{
		{"pcap, between packets", "f.pcap", WriteOptions{}, 24 + 5*1000, "0-4", "f.pcap1"},
		{"pcap, in a header", "f.pcap", WriteOptions{}, 24 + 5*1000 + 3, "0-4", "f.pcap1"},
		{"pcap, in a packet", "f.pcap", WriteOptions{}, 24 + 5*1000 + 900, "0-4", "f.pcap1"},
		{"pcapng", "f.pcapng", WriteOptions{}, 6000, "0-4", "f.pcapng1"},
		{"synchronous", "f.pcapng", WriteOptions{Sync: true}, 6000, "0-4", "f.pcapng1"},
		{"no packet at all", "f.pcap", WriteOptions{}, 500, "", "f.pcap"},
		{"no byte at all", "f.pcap", WriteOptions{}, 0, "", "f.pcap"},
		{"-C", "f.pcap", WriteOptions{MaxBytes: 1e6}, 5500, "0-4", "f.pcap1"},
		{"-C -W", "f.pcap", WriteOptions{MaxBytes: 1e6, Files: 2}, 5500, "0-4", "f.pcap1"},
		{"-G", "f-%H.pcap", WriteOptions{Every: time.Hour}, 5500, "0-4", "f-01.pcap1"},
		{"--ring", "f.pcap", WriteOptions{Keep: KeepOptions{Bytes: 4 << 20}}, 5500, "0-4", "f.pcap1"},
		{"compressed", "f.pcap.zst", WriteOptions{}, 10, "", "f.pcap.zst"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			test.options.Path = filepath.Join(dir, test.path)
			f := newFailing(t, test.options, test.free)
			f.write(0, 0)
			got := f.write(0, 10)
			path := f.path
			if want := path + ": cannot be written: no space left on device"; strings.Count(got, "\n") > 0 || !strings.HasSuffix(got, want) {
				t.Errorf("errors\n got %s\nwant %s, once", got, want)
			}
			if test.first != "" {
				if got := frameNumbers(t, path); got != test.first {
					t.Errorf("packets %s are left, want %s", got, test.first)
				}
			} else if got := directory(t, dir); got != "" {
				t.Errorf("left: %s", got)
			}

			f.now = f.now.Add(59 * time.Second)
			opens := f.disk.opens
			if got := f.write(10, 20); got != "" || f.disk.opens != opens {
				t.Errorf("tried before its time: %s", got)
			}
			f.now = f.now.Add(time.Second) // it is tried, and fails
			if got := f.write(20, 30); got != "" || f.disk.opens > opens+1 {
				t.Errorf("told again: %s", got)
			}
			f.disk.free = 1e6
			f.now = f.now.Add(time.Minute)
			if got := f.write(30, 40); got != "" {
				t.Errorf("still: %s", got)
			}
			mustClose(t, f.Writer)
			second := filepath.Join(dir, test.second)
			if got := frameNumbers(t, second); got != "30-39" {
				t.Errorf("%s has packets %s", test.second, got)
			}
			saved := 0
			if test.first != "" {
				saved = 5
				if got := frameNumbers(t, path); got != test.first {
					t.Errorf("the first file has packets %s", got)
				}
			}
			want := fmt.Sprintf("%s: written again; %d packets before it are in no file", second, 30-saved)
			if len(f.told) != 1 || f.told[0] != want {
				t.Errorf("told %q\nwant %q", f.told, want)
			}
			if s := f.Stats(); s.Dropped != uint64(30-saved) || s.Packets != uint64(10+saved) {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// TestWriterDiskFullCompressed: what is on the disk is a whole file all the
// same.
func TestWriterDiskFullCompressed(t *testing.T) {
	for _, suffix := range []string{".zst", ".gz"} {
		path := filepath.Join(t.TempDir(), "f.pcapng"+suffix)
		f := newFailing(t, WriteOptions{Path: path}, 1e6)
		f.write(0, 10)
		f.write(10, 20)
		f.disk.free = 10
		if got := f.write(20, 30); got != "flush: "+path+": cannot be written: no space left on device" {
			t.Error(got)
		}
		if got := frameNumbers(t, path); got != "0-19" {
			t.Errorf("packets %s", got)
		}
		info, _ := os.Stat(path)
		if s := f.Stats(); s.Dropped != 10 || s.Packets != 20 || s.Bytes != uint64(info.Size()) {
			t.Errorf("stats %+v of %d bytes", s, info.Size())
		}
	}
}

// TestWriterDiskFullInRotation: the old file cannot be finished, the next not
// be begun.
func TestWriterDiskFullInRotation(t *testing.T) {
	dir := t.TempDir()
	f := newFailing(t, WriteOptions{Path: filepath.Join(dir, "f.pcap"), MaxBytes: 10000}, 1e6)
	if got := f.write(0, 15); got != "" {
		t.Fatal(got)
	}
	f.disk.err = syscall.ENOSPC
	if got := f.write(15, 25); got != "20: "+filepath.Join(dir, "f.pcap2")+": cannot be written: no space left on device" {
		t.Error(got)
	}
	f.disk.err = nil
	f.now = f.now.Add(time.Minute)
	if got := f.write(25, 30); got != "" {
		t.Error(got)
	}
	f.disk.free = 2500 // f.pcap2 has packets 25 to 29
	if got := f.write(30, 40); got != "35: "+filepath.Join(dir, "f.pcap2")+": cannot be written: no space left on device" {
		t.Error(got)
	}
	f.disk.free = 1e6
	f.now = f.now.Add(time.Minute)
	f.write(40, 45)
	f.disk.close = syscall.EIO // what network file systems tell at the end
	if err := f.Close(); err == nil || err.Error() != filepath.Join(dir, "f.pcap3")+": cannot be written: input/output error" {
		t.Error(err)
	}
	for name, want := range map[string]string{"f.pcap": "0-9", "f.pcap1": "10-19", "f.pcap2": "25-31", "f.pcap3": "40-44"} {
		if got := frameNumbers(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s has packets %s, want %s", name, got, want)
		}
	}
	if s := f.Stats(); s.Packets+s.Dropped != 45 || s.Packets != 32 {
		t.Errorf("stats %+v", s)
	}
}

// TestWriterClosingFails: the file that could not be closed is not overwritten.
func TestWriterClosingFails(t *testing.T) {
	dir := t.TempDir()
	f := newFailing(t, WriteOptions{Path: filepath.Join(dir, "f.pcap"), MaxBytes: 10000}, 1e6)
	f.write(0, 10)
	f.disk.close = syscall.EIO
	if got := f.write(10, 12); !strings.Contains(got, "f.pcap: cannot be written: input/output error") {
		t.Error(got)
	}
	f.disk.close = nil
	f.now = f.now.Add(time.Minute)
	f.write(12, 15)
	mustClose(t, f.Writer)
	for name, want := range map[string]string{"f.pcap": "0-9", "f.pcap1": "12-14"} {
		if got := frameNumbers(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s has packets %s, want %s", name, got, want)
		}
	}
}

// TestWriterDevice: the full device of the system; nothing is made beside it.
func TestWriterDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	now := time.Unix(0, 0)
	w := mustWriter(t, WriteOptions{Path: "/dev/full", Clock: func() time.Time { return now }})
	mustWrite(t, w, writtenPacket(0, "one"))
	if err := w.Flush(); !errors.Is(err, syscall.ENOSPC) || err.Error() != "/dev/full: cannot be written: no space left on device" {
		t.Errorf("Flush: %v", err)
	}
	now = now.Add(time.Minute)
	mustWrite(t, w, writtenPacket(0, "two"))
	mustClose(t, w)
	if s := w.Stats(); s.Dropped != 2 || s.Packets != 0 {
		t.Errorf("stats %+v", s)
	}
	if _, err := os.Stat("/dev/full1"); err == nil {
		t.Error("made a file /dev/full1")
	}
}

// fullPipe is stdout on a disk that becomes full.
type fullPipe struct {
	bytes.Buffer
	free int
}

func (p *fullPipe) Write(b []byte) (int, error) {
	n, _ := p.Buffer.Write(b[:min(len(b), p.free)])
	if p.free -= n; n < len(b) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

// TestWriterStdoutFull: what was begun is ended before anything else is
// written.
func TestWriterStdoutFull(t *testing.T) {
	out := &fullPipe{free: 5500}
	f := newFailing(t, WriteOptions{Path: "-", Stdout: out}, 0)
	if got := f.write(0, 10); got != "flush: stdout: cannot be written: no space left on device" {
		t.Error(got)
	}
	f.write(10, 20)
	f.now = f.now.Add(time.Minute)
	out.free = 1000
	f.write(20, 30)
	f.now = f.now.Add(time.Minute)
	out.free = 1e6
	f.write(30, 40)
	mustClose(t, f.Writer)
	got, problems := readMem(t, "stdout", out.Bytes())
	checkProblems(t, problems)
	if len(got) != 20 || number(t, got[9]) != 9 || number(t, got[10]) != 30 || number(t, got[19]) != 39 {
		t.Errorf("%d packets: %v", len(got), got)
	}
	if s := f.Stats(); s.Packets != 20 || s.Dropped != 20 || s.Bytes != uint64(out.Len()) {
		t.Errorf("stats %+v, %d bytes", s, out.Len())
	}
	if want := "stdout: written again; 20 packets before it are in no file"; len(f.told) != 1 || f.told[0] != want {
		t.Errorf("told %q", f.told)
	}
}
