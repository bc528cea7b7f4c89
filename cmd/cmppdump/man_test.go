package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"cmppdump/dissect/lang"
	"cmppdump/dissect/record"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestDistMan makes the manual pages of what the program itself goes by: flags,
// help, fields and notes. Only tests know the library that makes them.
func TestDistMan(t *testing.T) {
	generated(t, "man/cmppdump.1", manPage(1, "cmppdump", manProgram))
	generated(t, "man/cmppdump-fields.5", manPage(5, "cmppdump-fields", func(w io.Writer) { manFields(t, w) }))
}

// manPage renders a page. It has no date, or it would differ tomorrow.
func manPage(section int, name string, write func(io.Writer)) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%% %q \"%d\" \"\" \"cmppdump %s\" \"\"\n\n", strings.ToUpper(name), section, release)
	write(&b)
	return md2man.Render(b.Bytes())
}

func manProgram(w io.Writer) {
	status := 0
	root := rootCommand(&status, nil, nil, io.Discard, io.Discard)
	about := strings.TrimPrefix(helpAbout[lang.English], "cmppdump ")
	fmt.Fprintf(w, "# NAME\n\ncmppdump - %s\n\n# SYNOPSIS\n\n```\n%s\n```\n\n", manText(strings.TrimSuffix(about, ".")), helpForms[lang.English])
	fmt.Fprintf(w, "# DESCRIPTION\n\n%s\n\n```\n%s\n```\n\n%s\n\n", manText(helpAbout[lang.English]), helpExamples[lang.English], manText(helpFilters[lang.English]))
	fmt.Fprint(w, "# OPTIONS\n\n")
	manFlags(w, root.Flags())
	fmt.Fprintf(w, "**-n**, **-U**, **-l**, **-K**\n: %s\n\n", helpIgnored[lang.English])
	fmt.Fprint(w, "# COMMANDS\n\nA command is one only as the very first word.\n\n")
	for _, c := range subcommands(&status, nil, io.Discard, io.Discard, io.Discard) {
		manCommand(w, c, root.Flags())
	}
	fmt.Fprintf(w, "# EXIT STATUS\n\n%s\n\n", manText(helpExit[lang.English]))
	fmt.Fprint(w, "# SEE ALSO\n\n**cmppdump-fields**(5), **tcpdump**(8), **pcap-filter**(7), **tshark**(1)\n")
}

func manCommand(w io.Writer, c *cobra.Command, root *pflag.FlagSet) {
	fmt.Fprintf(w, "## %s\n\nShows %s.\n\n", manText(c.Use), manText(c.Short))
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags = false
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if root.Lookup(f.Name) == nil {
			own.AddFlag(f)
		}
	})
	manFlags(w, own)
}

func manFlags(w io.Writer, flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, text := flagHelp(f, lang.English)
		var words []string
		for _, word := range strings.Fields(name) {
			flag, comma := strings.CutSuffix(word, ",")
			mark := "*"
			if strings.HasPrefix(flag, "-") {
				mark = "**"
			}
			word = mark + manText(flag) + mark
			if comma {
				word += ","
			}
			words = append(words, word)
		}
		fmt.Fprintf(w, "%s\n: %s\n\n", strings.Join(words, " "), manText(text))
	})
}

func manFields(t *testing.T, w io.Writer) {
	fmt.Fprint(w, "# NAME\n\ncmppdump-fields - fields, display filter and expert notes of cmppdump\n\n# DISPLAY FILTER\n\n")
	fmt.Fprint(w, manFilter(t))
	fmt.Fprint(w, "# FIELDS\n\nEach with its type and the views that have it. They are also the keys of **-T json**.\n\n")
	row := func(f *record.Field) {
		fmt.Fprintf(w, "**%s** (%s; %s)\n: %s\n\n", manText(f.Name), f.TypeName(), f.ViewNames(), manText(f.Doc))
	}
	table := newTable()
	for i := range table.Fields {
		row(&table.Fields[i])
		for j := range table.Fields[i].Elem {
			row(&table.Fields[i].Elem[j])
		}
	}
	fmt.Fprint(w, "# EXPERT NOTES\n\n")
	for _, n := range notes() {
		fmt.Fprintf(w, "**%s** (%s)\n: %s\n\n", manText(n.ID), n.Severity, manText(n.Doc))
	}
	fmt.Fprint(w, "# SEE ALSO\n\n**cmppdump**(1)\n")
}

// manFilter is what the README says of display filters, in front of its first
// example.
func manFilter(t *testing.T) string {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(b), "\n## Filter by fields\n")
	text, _, ends := strings.Cut(section, "```console")
	if !found || !ends {
		t.Fatal("README.md has no section on display filters")
	}
	return strings.TrimSpace(text) + "\n\n"
}

// manText keeps text from being taken for marks.
func manText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "]", `\]`, "|", `\|`, "`", "\\`").Replace(s)
}
