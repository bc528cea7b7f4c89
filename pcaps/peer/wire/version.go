package wire

import "fmt"

// Version is the Version byte of CONNECT: major in the high nibble, minor in
// the low one (C§3.1).
type Version uint8

// The versions.
const (
	V20 Version = 0x20
	V21 Version = 0x21 // 2.0 between SP and ISMG, 3.0 towards a GNS (C§0)
	V30 Version = 0x30
)

// String is "2.0", "2.1" or "3.0".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v>>4, v&15) }

// ParseVersion reads "2.0", "2.1" or "3.0".
func ParseVersion(s string) (Version, error) {
	for _, v := range []Version{V20, V21, V30} {
		if s == v.String() {
			return v, nil
		}
	}
	return 0, fmt.Errorf("unknown CMPP version %q: 2.0, 2.1 and 3.0 exist", s)
}

// pick is the value that differs between 2.x and 3.0.
func (v Version) pick(v2, v3 int) int {
	if v >= V30 {
		return v3
	}
	return v2
}

// newRoutes reports whether messages to and from a GNS have the layouts that
// 2.1 introduced and 3.0 kept (C§0).
func (v Version) newRoutes() bool { return v >= V21 }
