package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The parts of --help and of the manual page.
const (
	helpAbout = `cmppdump shows what is in CMPP traffic: every PDU, decoded and readable.`

	helpExamples = `  cmppdump -i any port 7890                     live, every PDU as it comes
  cmppdump -r saved.pcap.gz | grep 13800001234  all that concerns one phone
  cmppdump why 13800001234 -r ring/             what became of its messages, and why
  cmppdump -r ring/ -q                          a directory of captures, summed up
  cmppdump -r saved.pcap -T json | jq .         one JSON record a line`

	helpUsage = `cmppdump [flags] [FILE...] [capture filter]
cmppdump why NUMBER|MSG_ID [flags] [FILE...] [capture filter]
cmppdump fields [--json-schema|--expert]
cmppdump completion bash|zsh|fish`

	helpFilters = `The capture filter is tcpdump's language: port 7890 and host 10.0.0.1. The display
filter, -Y, is Wireshark's: 'cmpp.result != 0 and sms.text contains 482913'.`

	helpIgnored = `accepted, do nothing: they are what cmppdump does`

	helpExit = `0 done, 1 failure, 2 usage or unreadable input, 3 --fail-on held, 130 second interrupt.`
)

// help prints the flags under examples.
func help(w io.Writer, flags *pflag.FlagSet) {
	fmt.Fprintf(w, "%s\n\n%s\n\n", helpAbout, helpExamples)
	fmt.Fprintf(w, "Usage: %s\n\n", strings.ReplaceAll(helpUsage, "\n", "\n       "))
	fmt.Fprintf(w, "%s\n\n", helpFilters)
	printFlags(w, flags)
	fmt.Fprintf(w, "      -n -U -l -K               %s\n", helpIgnored)
	fmt.Fprintf(w, "\nExit status: %s\n", helpExit)
}

// subHelp prints the help of a subcommand.
func subHelp(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(w, "Usage: cmppdump %s\n\nShows %s.\n\n", cmd.Use, cmd.Short)
	printFlags(w, cmd.Flags())
}

// flagHelp is how a flag is written, and what it means.
func flagHelp(f *pflag.Flag) (name, text string) {
	arg, text := pflag.UnquoteUsage(f)
	name = "    --" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", --" + f.Name
	}
	switch {
	case arg == "", arg == "count":
	case f.NoOptDefVal != "": // may be left out
		name += "[=" + arg + "]"
	default:
		name += " " + arg
	}
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
	default:
		text += " (default " + f.DefValue + ")"
	}
	return name, text
}

func printFlags(w io.Writer, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, text := flagHelp(f)
		lines := wrap(text, 66)
		if len(name) > 28 {
			fmt.Fprintf(w, "  %s\n", name)
			name = ""
		}
		for _, l := range lines {
			fmt.Fprintf(w, "  %-28s  %s\n", name, l)
			name = ""
		}
	})
}

// wrap breaks text at blanks into lines of at most width columns.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
