package track_test

import (
	"fmt"
	"testing"
)

// TestResent: a message names the first requests that were sent again, and the
// newest, however many there were.
func TestResent(t *testing.T) {
	var pdus []sentPDU
	for range 3 {
		pdus = append(pdus, aSubmit(1, "hello", 0))
	}
	if got, want := toldOf(append(pdus, aResp(1, 7)), resent), phone+" waiting; 2 attempt 2, 3 attempt 3"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for range 37 {
		pdus = append(pdus, aSubmit(1, "hello", 0))
	}
	want := phone + " waiting"
	for n := 2; n <= 16; n++ {
		want += fmt.Sprintf("%s %d attempt %d", map[bool]string{true: ";", false: ","}[n == 2], n, n)
	}
	if got := toldOf(append(pdus, aResp(1, 7)), resent); got != want+", 40 attempt 40" {
		t.Errorf("%s, want %s and the 40th", got, want)
	}
}
