package main

import (
	"bytes"
	"testing"
)

func TestVersionNamesTheCommit(t *testing.T) {
	t.Cleanup(func() { commit = "" })
	for set, want := range map[string]string{
		"07a751c77883a9dd6d4b2ad5ca6ed1cc4b0e94d5": "cmppdump " + release + " (07a751c77883)\n",
		"short": "cmppdump " + release + "\n",
	} {
		commit = set
		var stdout, stderr bytes.Buffer
		if status := Main([]string{"--version"}, nil, &stdout, &stderr); status != exitOK || stdout.String() != want {
			t.Errorf("%q: status %d, %q, want %q", set, status, stdout.String(), want)
		}
	}
}
