package main

import (
	"bytes"
	"os"

	"cmppdump/dissect"
)

// readSecrets reads --secret-file: on each line an SP_Id, blanks, and a secret,
// which may hold blanks itself; empty lines and those that begin with # are
// passed over. A secret is never part of an error.
func (c *config) readSecrets() error {
	if c.secretFile == "" {
		return nil
	}
	b, err := os.ReadFile(c.secretFile)
	if err != nil {
		return usage("--secret-file: %s: %s", c.secretFile, reason(err))
	}
	c.secrets = dissect.Secrets{}
	for i, line := range bytes.Split(b, []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(bytes.TrimSpace(line)) == 0 || line[0] == '#' {
			continue
		}
		account, secret, _ := bytes.Cut(line, []byte(" "))
		if j := bytes.IndexByte(account, '\t'); j >= 0 {
			account, secret = line[:j], line[j+1:]
		}
		if secret = bytes.TrimLeft(secret, " \t"); len(account) == 0 || len(secret) == 0 {
			return usage("--secret-file: %s: line %d: must be an SP_Id, a blank and its secret", c.secretFile, i+1)
		}
		c.secrets[string(account)] = append(c.secrets[string(account)], dissect.Secret{Text: secret, Line: i + 1})
	}
	if len(c.secrets) == 0 {
		return usage("--secret-file: %s: no secrets in it", c.secretFile)
	}
	return nil
}
