package dissect

import (
	"bytes"

	"cmppdump/dissect/layout"
)

// Secrets are the shared secrets that logins are checked against, by account.
type Secrets map[string][]Secret

// Secret is one of them. It is never shown; its Line is.
type Secret struct {
	Text []byte
	Line int // in the file that it was read from
}

// Auth is what the check of an authenticator found.
type Auth struct {
	// Verified: a secret gives the digest.
	Verified bool
	Line     int // of that secret
	// Form says in what the digest differs from the specification's, where
	// only then a secret gives it.
	Form string
}

// login is what is kept of a login to check its answer.
type login struct {
	account []byte
	digest  []byte
	line    int // of the secret that gives the digest; 0: none does
}

// authenticate checks the digest of a login, or of its answer, if there are
// secrets to check it by.
func (s *stream) authenticate(p *PDU) {
	digest, last := p.Octets(layout.Authenticator, p.Raw), &s.conn.offered
	if !p.Response() {
		last.account = append(last.account[:0], p.Text(layout.Login, p.Raw)...)
		last.digest = append(last.digest[:0], digest...)
		last.line = 0
	}
	if len(digest) == 0 || len(last.digest) == 0 || p.Response() && len(bytes.Trim(digest, "\x00")) == 0 {
		return // not captured, or left empty because the login was refused (C§4.3)
	}
	secrets := s.d.opt.Secrets[string(last.account)]
	if len(secrets) == 0 {
		p.note(noteNoSecret, string(last.account))
		return
	}
	p.Auth = s.d.check(p, last, secrets)
	if !p.Response() {
		last.line = p.Auth.Line
	}
	if p.Auth.Verified && last.line != 0 && !sameSecret(secrets, last.line, p.Auth.Line) {
		p.note(noteAuthSecrets, "", int64(last.line), int64(p.Auth.Line))
	}
	switch {
	case !p.Auth.Verified:
		p.note(noteAuthFailed, string(last.account))
	case p.Auth.Form != "":
		p.note(noteAuthForm, p.Auth.Form, int64(p.Auth.Line))
	}
}

// sameSecret reports whether two lines hold the same secret.
func sameSecret(secrets []Secret, a, b int) bool {
	var text [2][]byte
	for _, s := range secrets {
		for i, line := range [...]int{a, b} {
			if s.Line == line {
				text[i] = s.Text
			}
		}
	}
	return bytes.Equal(text[0], text[1])
}

// check looks for the secret that gives the digest, as the specification says
// before in any other form.
func (d *Dissector) check(p *PDU, l *login, secrets []Secret) *Auth {
	found := &Auth{}
	for _, s := range secrets {
		form, ok := d.proto.CheckLogin(p, l.digest, s.Text)
		if ok && (!found.Verified || form == "") {
			*found = Auth{true, s.Line, form}
			if form == "" {
				break
			}
		}
	}
	return found
}
