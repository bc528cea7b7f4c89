package capture

import (
	"os"
	"os/user"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// DropPrivileges gives up what was needed to open the capture, for all threads
// and for good: an open [Live] needs nothing of it. With a user name (-Z) the
// process becomes that user, with its groups; only root can. Without one, the
// capabilities that came with the program file are dropped, or the rights of a
// set-user-ID file; root stays root. (A program built with cgo keeps its
// capabilities: Go then has no call that reaches all threads.)
//
// After an error the process may have lost a part of its rights: end it.
func DropPrivileges(name string) error {
	if name != "" {
		return becomeNamed(name)
	}
	if uid := os.Getuid(); uid != os.Geteuid() {
		return becomeUser(uid, os.Getgid(), nil)
	}
	if os.Geteuid() == 0 {
		return nil
	}
	return dropCapabilities()
}

func becomeNamed(name string) error {
	u, err := user.Lookup(name)
	if err != nil {
		return said.Errorf("-Z %s: no such user in /etc/passwd", name)
	}
	uid, gid, groups, err := userIDs(u)
	if err == nil && os.Geteuid() != 0 {
		if uid == os.Geteuid() {
			return dropCapabilities()
		}
		err = said.Errorf("only root can become another user: leave out -Z")
	}
	if err == nil {
		err = becomeUser(uid, gid, groups)
	}
	if err != nil {
		return said.Errorf("-Z %s: %w", name, err)
	}
	return nil
}

// userIDs are the numbers of a user and its groups.
func userIDs(u *user.User) (uid, gid int, groups []int, err error) {
	ids, err := u.GroupIds()
	if err != nil {
		return 0, 0, nil, err
	}
	for _, id := range ids {
		n, err := strconv.Atoi(id)
		if err != nil {
			return 0, 0, nil, err
		}
		groups = append(groups, n)
	}
	if uid, err = strconv.Atoi(u.Uid); err == nil {
		gid, err = strconv.Atoi(u.Gid)
	}
	return uid, gid, groups, err
}

// becomeUser changes all the ids of all threads: groups first, while it is
// still allowed. groups are left alone if nil.
func becomeUser(uid, gid int, groups []int) error {
	if groups != nil {
		if err := syscall.Setgroups(groups); err != nil {
			return said.Errorf("setgroups: %w", err)
		}
	}
	if err := syscall.Setresgid(gid, gid, gid); err != nil {
		return said.Errorf("setresgid: %w", err)
	}
	if err := syscall.Setresuid(uid, uid, uid); err != nil {
		return said.Errorf("setresuid: %w", err)
	}
	if uid != 0 && syscall.Setuid(0) == nil {
		return said.Errorf("the system lets it become root again")
	}
	return nil
}

// dropCapabilities empties all capability sets of all threads.
func dropCapabilities() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if err := unix.Capget(&header, &data[0]); err != nil {
		return said.Errorf("capget: %w", err)
	}
	if data == [2]unix.CapUserData{} {
		return nil
	}
	data = [2]unix.CapUserData{}
	_, _, errno := syscall.AllThreadsSyscall(syscall.SYS_CAPSET,
		uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&data[0])), 0)
	if errno != 0 && errno != syscall.ENOTSUP {
		return said.Errorf("capset: %w", errno)
	}
	return nil
}
