package main

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"testing"
	"time"

	"cmppdump/capture"
	"cmppdump/dissect"
	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/track"
	"cmppdump/pcaps/mutate"
	"cmppdump/reassembly"
)

// nothing is a track.Sink.
type nothing struct{ events int }

func (n *nothing) Event(*track.Event) { n.events++ }

// TestAttacks: hostile captures stay within the shares of --max-mem, counted in
// octets, and what they make the program allocate does not grow faster than
// they are long. Nor do they take some hundred times as long as clean traffic
// does: a share of the machine shows no less.
func TestAttacks(t *testing.T) {
	const maxMem, size, most, slow = 1 << 20, 1 << 20, 12, 100
	var clean time.Duration
	for i := range mutate.Attacks {
		a := &mutate.Attacks[i]
		var file bytes.Buffer
		if err := a.Write(&file, 2*size); err != nil {
			t.Fatal(err)
		}
		half := attacked(t, a.Name, maxMem, file.Bytes()[:size])
		whole := attacked(t, a.Name, maxMem, file.Bytes())
		begin := time.Now()
		attacked(t, a.Name, 64*maxMem, file.Bytes()) // with room for all that there is to be compared
		took := time.Since(begin)
		if i == 0 {
			clean = took
		} else if took > slow*clean+2*time.Second {
			t.Errorf("%s: took %v, clean traffic of the size %v", a.Name, took, clean)
		}
		t.Logf("%s: %.1f, %.1f octets allocated for each captured, %v", a.Name, float64(half)/size, float64(whole)/size/2, took)
		if whole > most*2*size || whole > half*5/2+size {
			t.Errorf("%s: allocated %d octets for %d, and %d for twice as many", a.Name, half, size, whole)
		}
	}
}

// attacked runs the pipeline on a pcap file and gives how many octets it has
// allocated.
func attacked(t *testing.T, name string, maxMem int64, file []byte) uint64 {
	t.Helper()
	streams, pdus, events := shares(maxMem)
	pdus.Version, streams.Ports = dissect.NoVersion, cmpp.Protocol.Ports
	events.ResponseTimeout, events.ReportTimeout, events.Messages = 60e9, 3600e9, true
	tracker := track.New(&nothing{}, events)
	dis := dissect.New(tracker, cmpp.Protocol, pdus)
	asm := reassembly.New(dis.Open, streams)
	decoder, iface := capture.NewDecoder(), &capture.Interface{Link: capture.LinkEthernet}
	before := allocated()
	var p capture.Packet
	le, at := binary.LittleEndian, 24
	for num := uint64(1); at+16 <= len(file); num++ {
		n := int(le.Uint32(file[at+8:]))
		if at+16+n > len(file) {
			break
		}
		now := int64(le.Uint32(file[at:]))*1e9 + int64(le.Uint32(file[at+4:]))
		p = capture.Packet{Stamp: capture.Stamp{Num: num, FileNum: num, Time: now, Iface: iface, WireLen: n}, Frame: file[at+16:][:n]}
		tracker.Tick(p.Stamp)
		if decoder.Decode(&p) {
			asm.Add(&p)
		}
		at += 16 + n
		if num%64 > 0 {
			continue
		}
		if s := asm.Stats(); s.Open > streams.MaxConns || s.Pending > streams.MaxTotal {
			t.Fatalf("%s: packet %d: %d connections, %d octets wait", name, num, s.Open, s.Pending)
		}
		if n := dis.Carried(); n > pdus.MaxCarry {
			t.Fatalf("%s: packet %d: %d octets of PDUs that are not whole", name, num, n)
		}
		if n := tracker.Mem(); n > events.MaxMem+1<<12 { // the newest is never forgotten
			t.Fatalf("%s: packet %d: %d octets of requests and messages", name, num, n)
		}
	}
	asm.Flush()
	tracker.Flush()
	return allocated() - before
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
