// Link is a wire of a length: it makes two TUN devices, and what is sent to one
// comes out of the other after a delay. It needs root, and works where tc has
// no netem.
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	delay := flag.Duration("delay", 10*time.Millisecond, "of each packet, one way")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: link [-delay D] NAME NAME")
		os.Exit(2)
	}
	if err := run(*delay, flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "link:", err)
		os.Exit(1)
	}
}

// run moves packets until a device fails.
func run(delay time.Duration, names ...string) error {
	var ends [2]*os.File
	for i, name := range names {
		end, err := tun(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		defer end.Close()
		ends[i] = end
	}
	fmt.Println("ready")
	failed := make(chan error, 1)
	for i := range ends {
		go func() { failed <- move(delay, ends[1-i], ends[i]) }()
	}
	return <-failed
}

// tun makes a TUN device, which is there while the file is open.
func tun(name string) (*os.File, error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK, 0) // for the poller
	if err != nil {
		return nil, err
	}
	req, err := unix.NewIfreq(name)
	if err == nil {
		req.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, req)
	}
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

// packet is one on its way.
type packet struct {
	due  time.Time
	data []byte
}

// move takes packets from one device to the other, each after the delay.
func move(delay time.Duration, to, from *os.File) error {
	way := make(chan packet, 4096)
	go func() {
		for p := range way {
			time.Sleep(time.Until(p.due))
			to.Write(p.data) // a device that is not up yet loses it
		}
	}()
	defer close(way)
	for {
		b := make([]byte, 1<<16)
		n, err := from.Read(b)
		if err != nil {
			return err
		}
		way <- packet{time.Now().Add(delay), b[:n]}
	}
}
