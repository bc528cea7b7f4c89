//go:build unix

package peer

import (
	"errors"
	"syscall"
)

// receiveBuffer sets the receive buffer of a socket before it connects, so that
// its first window is no larger.
func receiveBuffer(octets int) func(network, address string, c syscall.RawConn) error {
	if octets == 0 {
		return nil
	}
	return func(_, _ string, c syscall.RawConn) (err error) {
		return errors.Join(c.Control(func(fd uintptr) {
			err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, octets)
		}), err)
	}
}
