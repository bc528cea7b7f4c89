package main

import (
	"runtime"
	"testing"
)

// TestCores: the output does not depend on how many cores there are.
func TestCores(t *testing.T) {
	environment(t)
	t.Chdir("../../pcaps")
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	files := shippedCaptures(t)
	inputs := [][]string{{"-r", "."}}
	for _, f := range files {
		inputs = append(inputs, []string{"-r", f})
	}
	for _, in := range inputs {
		for _, views := range []string{"pdu", "pdu,txn,msg,conn"} {
			args := append(in, "-T", "json", "--view", views)
			var want string
			for _, cores := range []int{1, 2, 5} {
				runtime.GOMAXPROCS(cores)
				out, errs, status := cmppdump(args...)
				if status != exitOK || out == "" {
					t.Fatalf("%v on %d cores: status %d, %s", args, cores, status, errs)
				}
				if cores == 1 {
					want = out
				} else if out != want {
					t.Errorf("%v: %d cores write other records than one", args, cores)
				}
			}
		}
	}
}
