package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"cmppdump/render"
)

// maskKeyVariable may hold the key of --mask.
const maskKeyVariable = "CMPPDUMP_MASK_KEY"

// drawKey is the value of --mask without one. No argument can hold a NUL.
const drawKey = "\x00"

// leastKey is how many octets a key must have: who can guess it, by trying, has
// all numbers.
const leastKey = 8

// masks reports whether there is to be a mask.
func (c *config) masks() bool { return c.set.Changed("mask") || c.set.Changed("mask-key-file") }

// checkMask finds the key of --mask. It is never part of an error.
func (c *config) checkMask() error {
	if !c.masks() {
		return nil
	}
	mask, file := c.set.Changed("mask"), c.set.Changed("mask-key-file")
	if file && mask && c.maskKey != drawKey {
		return usage("--mask=KEY and --mask-key-file both have a key: one of the two")
	}
	from, key := "--mask", []byte(c.maskKey)
	switch variable := os.Getenv(maskKeyVariable); {
	case file:
		b, err := os.ReadFile(c.maskKeyFile)
		if err != nil {
			return usage("--mask-key-file: %s: %s", c.maskKeyFile, reason(err))
		}
		from, key = "--mask-key-file: "+c.maskKeyFile, bytes.TrimSpace(b)
	case c.maskKey != drawKey:
	case variable != "":
		from, key = maskKeyVariable, []byte(variable)
	default:
		b := make([]byte, 16)
		rand.Read(b) // never fails
		c.drawn = hex.EncodeToString(b)
		key = []byte(c.drawn)
	}
	if len(key) < leastKey {
		return usage("%s: the key has %d octets and must have %d or more: a shorter one can be found by trying", from, len(key), leastKey)
	}
	c.mask = render.NewMask(key)
	return nil
}

// tellKey says which key was drawn: to a person, and not into a log, where it
// would be as good as the numbers.
func (c *config) tellKey(stderr io.Writer) {
	if _, terminal := terminalWidth(stderr); c.drawn != "" && terminal {
		fmt.Fprintf(stderr, "cmppdump: %s\n", said.With("--mask=%s was drawn: with it, another run masks alike", c.drawn)[c.lang])
	}
}
