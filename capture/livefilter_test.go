package capture

import (
	"errors"
	"testing"

	"cmppdump/capture/bpf"
)

func TestFilterLive(t *testing.T) {
	f := NewFilter("vlan 100 and port 7890", false)
	for _, link := range []LinkType{LinkEthernet, LinkLinuxSLL2} {
		code, err := f.Live(link)
		if err != nil || len(code) == 0 {
			t.Fatalf("%s: %v", link, err)
		}
		if err := bpf.ValidateLive(code); err != nil {
			t.Errorf("%s: %v", link, err)
		}
		if bpf.Validate(code) == nil {
			t.Errorf("%s: the program is one for files", link)
		}
	}
	var e *bpf.Error
	if _, err := f.Live(LinkRaw); !errors.As(err, &e) {
		t.Errorf("a tun device has no VLANs: %v", err)
	}
	// No packet can match: nothing is captured, and that is no error where
	// there are other interfaces.
	if code, err := NewFilter("arp", false).Live(LinkRaw); code != nil || err != nil {
		t.Errorf("%v %v", code, err)
	}
}
