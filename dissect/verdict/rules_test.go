package verdict

import "testing"

// TestSideOfStat: the station that a Stat names is the one to ask (C§5.6).
func TestSideOfStat(t *testing.T) {
	for stat, want := range map[string]Side{
		"EXPIRED": Handset, "UNDELIV": Handset, "UNKNOWN": Handset, "REJECTD": Gateway, "DELETED": Gateway,
		"MA:0001": Gateway, "MA:0054": Gateway, "MB:1077": Gateway, "MC:0055": Gateway,
		"MI:0000": Handset, "MK:0010": Handset, "MN:0001": Gateway, "ML:0000": Unsure,
		"CA:0051": Gateway, "CB:0007": Gateway, "DB:0108": Gateway, "IA:0054": Gateway, "IC:0154": Gateway, "ID:0076": Gateway,
		"SA:0054": SP, "SB:0001": SP,
		"NP:1243": Unsure, "NOSEND": Unsure, "": Unsure,
	} {
		if got := sideOfStat([]byte(stat)); got != want {
			t.Errorf("%s: %s, want %s", stat, got, want)
		}
	}
}
