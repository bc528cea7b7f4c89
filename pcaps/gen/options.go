package gen

import (
	"fmt"
	"time"

	"cmppdump/pcaps/peer/wire"
)

// Options says what capture to make. The zero value of a field is its default.
type Options struct {
	PDUs      int          // PDUs in all, exactly; 200000
	PerPacket int          // PDUs in a data packet; 1, at most 50
	Conns     int          // TCP connections, four to an SP; 4, at most 1000
	Version   wire.Version // 2.0 or 3.0; 3.0
	Seed      uint64
	// Rate is the PDUs in a second of capture time once reports have begun to
	// flow; 2000, at most 200000.
	Rate  int
	Start time.Time // time of the first packet; 2026-11-22 02:00:00 UTC+8
	// Loss is the percentage of data packets that the capture misses (the
	// receiver got them), Reorder the percentage captured after a later one.
	// At most 10; logins are spared.
	Loss, Reorder float64
	// ReportDelay is the mean time from SUBMIT_RESP to report; 20s.
	ReportDelay time.Duration
	Nanoseconds bool // time stamps in ns; else µs
}

// zone is the zone of everything that CMPP writes as local time.
var zone = time.FixedZone("UTC+8", 8*60*60)

func (o Options) withDefaults() (Options, error) {
	for p, value := range map[*int]int{&o.PDUs: 200_000, &o.PerPacket: 1, &o.Conns: 4, &o.Rate: 2000} {
		if *p == 0 {
			*p = value
		}
	}
	if o.Version == 0 {
		o.Version = wire.V30
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 11, 22, 2, 0, 0, 0, zone)
	}
	if o.ReportDelay == 0 {
		o.ReportDelay = 20 * time.Second
	}
	return o, o.check()
}

func (o Options) check() error {
	for _, limit := range []struct {
		name     string
		value    float64
		min, max float64
	}{
		{"pdus", float64(o.PDUs), 1, 1e12},
		{"PDUs per packet", float64(o.PerPacket), 1, 50},
		{"connections", float64(o.Conns), 1, 1000},
		{"rate", float64(o.Rate), 1, 200_000},
		{"loss", o.Loss, 0, 10},
		{"reorder", o.Reorder, 0, 10},
		{"report delay in seconds", o.ReportDelay.Seconds(), 0.001, 86400},
		{"start in seconds since 1970", float64(o.Start.Unix()), 0, 1<<32 - 1},
	} {
		if !(limit.value >= limit.min && limit.value <= limit.max) {
			return fmt.Errorf("%s %v is outside %v to %v", limit.name, limit.value, limit.min, limit.max)
		}
	}
	if o.Version != wire.V20 && o.Version != wire.V30 {
		return fmt.Errorf("version %s: 2.0 and 3.0 can be made", o.Version)
	}
	return nil
}
