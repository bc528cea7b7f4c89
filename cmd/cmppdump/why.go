package main

import (
	"io"
	"strings"

	"cmppdump/dissect/cmpp"
	"cmppdump/dissect/lang"
	"cmppdump/render/why"

	"github.com/spf13/cobra"
)

// whyCommand is cmppdump why: a verdict on each message to a number or with a
// Msg_Id, on each login of an SP_Id, or on a connection.
func whyCommand(status *int, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	c := newConfig()
	cmd := &cobra.Command{
		Use:   "why NUMBER|MSG_ID|SP_ID|conn:N -r FILE...",
		Short: subTexts["why"][lang.English],
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) (err error) {
			if len(args) == 0 {
				return usage("why: say a phone number, a Msg_Id, an SP_Id or conn:N, such as cmppdump why 13800001234 -r saved.pcap")
			}
			q, err := why.ParseQuery(cmpp.Protocol, strings.TrimSpace(args[0]))
			if err != nil {
				if c.masks() {
					return usage("why: %s", err)
				}
				return usage("why %s: %s", args[0], err)
			}
			c.query = &q
			c.view = "msg"
			if err := c.complete(args[1:]); err != nil {
				return err
			}
			*status, err = run(c, stdin, stdout, stderr)
			return err
		},
	}
	c.flags(cmd.Flags())
	return cmd
}

// sources names what is searched.
func (c *config) sources() []string {
	if len(c.interfaces) > 0 {
		return c.interfaces
	}
	return c.read
}
