//go:build !linux

package capture

import (
	"io"
)

var errLinuxOnly = said.Errorf("live capture works on Linux only; capture with another tool and read its output: tcpdump -U -w - tcp | cmppdump -r -")

// Live is a live capture, which this system does not have: see [OpenLive].
type Live struct{}

// OpenLive is an error here: live capture works on Linux only.
func OpenLive(LiveOptions) (*Live, error) { return nil, errLinuxOnly }

// Next gives io.EOF; see [Source].
func (*Live) Next(*Packet) error { return io.EOF }

// OnWait does nothing here.
func (*Live) OnWait(func()) {}

// Interfaces are none here.
func (*Live) Interfaces() []*Interface { return nil }

// Problems are none here; see [Source].
func (*Live) Problems() []error { return nil }

// Stats are zero here.
func (*Live) Stats() LiveStats { return LiveStats{} }

// Dropped is zero here.
func (*Live) Dropped() uint64 { return 0 }

// Stop does nothing here.
func (*Live) Stop() {}

// Close does nothing here.
func (*Live) Close() error { return nil }

// DropPrivileges is an error here unless user is empty: there are none that
// capturing would need.
func DropPrivileges(user string) error {
	if user != "" {
		return said.Errorf("-Z works on Linux only")
	}
	return nil
}
