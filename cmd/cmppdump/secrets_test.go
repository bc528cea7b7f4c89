package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// secretFile writes a --secret-file.
func secretFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secrets")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestSecrets holds --secret-file against what is known of real logins.
func TestSecrets(t *testing.T) {
	checked := 0
	for _, name := range realCaptures(t) {
		var truth []struct {
			Command string
			Frame   int
			Auth    *struct {
				Secret string
				OK     bool
			}
		}
		readTruth(t, name, "truth", &truth)
		file := "../../pcaps/real/" + name + ".pcap"
		for _, tt := range []struct {
			secrets string
			line    string
		}{{"# made up\n\n900001 not this one\n900001\t888888\r\n", "4"}, {"900001 wrong\n", ""}} {
			found := map[string]map[string]any{}
			for _, r := range records(t, file, "pdu", "--secret-file", secretFile(t, tt.secrets)) {
				if auth, ok := path(r, "cmpp.auth").(map[string]any); ok {
					found[fmt.Sprint(path(r, "frame.last"))] = auth
				}
			}
			for _, p := range truth {
				if p.Auth == nil || !p.Auth.OK {
					continue
				}
				checked++
				auth := found[fmt.Sprint(p.Frame)]
				if auth == nil || auth["verified"] != (tt.line != "") || tt.line != "" && fmt.Sprint(auth["line"]) != tt.line {
					t.Errorf("%s: frame %d %s: %v", name, p.Frame, p.Command, auth)
				}
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d logins", checked)
	}
}

// TestSecretFileErrors: a bad file is refused, and no secret is shown.
func TestSecretFileErrors(t *testing.T) {
	for content, want := range map[string]string{
		"901234\n":                 "line 1: must be an SP_Id, a blank and its secret",
		"901234 hush\n hush\n":     "line 2: must be an SP_Id, a blank and its secret",
		"# nothing\n\n":            "no secrets in it",
		"901234 hush\n905678   \n": "line 2: must be an SP_Id, a blank and its secret",
	} {
		_, errs, status := cmppdump("-r", "../../pcaps/real/gocmpp_30.pcap", "--secret-file", secretFile(t, content))
		if status != exitUsage || !strings.Contains(errs, want) || strings.Contains(errs, "hush") || strings.Count(errs, "\n") > 2 {
			t.Errorf("%q: status %d, %s", content, status, errs)
		}
	}
	if _, errs, status := cmppdump("-r", "../../pcaps/real/gocmpp_30.pcap", "--secret-file", "not/there"); status != exitUsage || !strings.Contains(errs, "not/there") {
		t.Errorf("status %d, %s", status, errs)
	}
}

// TestSecretsHidden: no output holds a secret.
func TestSecretsHidden(t *testing.T) {
	file := secretFile(t, "900001 888888\n")
	for _, form := range []string{"", "-V", "-T json", "--view conn", "-q"} {
		out, errs, _ := cmppdump(append([]string{"-r", "../../pcaps/real/gocmpp_30.pcap", "--secret-file", file}, strings.Fields(form)...)...)
		if strings.Contains(out+errs, "888888") {
			t.Errorf("%s shows the secret", form)
		}
	}
}
