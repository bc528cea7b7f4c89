// Command cmppdump captures and dissects CMPP, the protocol between SMS
// service providers and China Mobile's gateways.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cmppdump/capture/spell"
	"cmppdump/dissect/lang"
	"cmppdump/render"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit statuses.
const (
	exitOK          = 0
	exitFailure     = 1   // run-time failure
	exitUsage       = 2   // usage, or input that could not be read to its end
	exitFailOn      = 3   // --fail-on held
	exitInterrupted = 130 // second interrupt
)

func main() {
	os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// Main runs the program and gives its exit status.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	status, asked := exitOK, args
	stderr = &lockedWriter{w: stderr}
	texts := &textWriter{w: stdout}
	cmd := rootCommand(&status, args, stdin, stdout, stderr)
	// A subcommand is one only as the very first argument: behind it, its name
	// may be a word of a capture filter.
	if len(args) > 0 {
		for _, sub := range subcommands(&status, stdin, stdout, stderr, texts) {
			if sub.Name() == args[0] {
				cmd, args = sub, notFlags(args[1:])
				cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { subHelp(cmd.OutOrStdout(), cmd, helpLang(args)) })
				break
			}
		}
		if len(args) > 0 && args[0] == "help" {
			args = []string{"--help"}
		}
	}
	began := false // behind the flags and arguments: errors are no longer the user's
	cmd.PreRun = func(*cobra.Command, []string) { began = true }
	cmd.SetArgs(args)
	cmd.SetOut(texts)
	cmd.SetErr(stderr)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usageError{flagError(err, c.Flags())} })
	err := cmd.Execute()
	if texts.err != nil && !closed(texts.err) {
		fmt.Fprintf(stderr, "cmppdump: %s\n", said.Errorf("output: %w", texts.err).Said()[helpLang(asked)])
		return exitFailure
	}
	if err != nil {
		fmt.Fprintf(stderr, "cmppdump: %s\n", lang.Of(err)[helpLang(asked)])
		var u usageError
		if errors.As(err, &u) || !began {
			return exitUsage
		}
		return max(status, exitFailure)
	}
	return status
}

// textWriter is where --help, --version and the references go. It remembers the first error.
type textWriter struct {
	w   io.Writer
	err error
}

// Write implements io.Writer.
func (t *textWriter) Write(b []byte) (int, error) {
	n, err := t.w.Write(b)
	if t.err == nil {
		t.err = err
	}
	return n, err
}

// helpLang is the language of --help: the flags are not read then.
func helpLang(args []string) render.Lang {
	l := environmentLang()
	for i, a := range args {
		value, ok := strings.CutPrefix(a, "--lang=")
		if a == "--lang" && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		switch {
		case ok && value == "zh":
			l = render.Chinese
		case ok && value == "en":
			l = render.English
		}
	}
	return l
}

// notFlags puts a blank in front of negative numbers: they are Msg_Ids, signed,
// and no flags.
func notFlags(args []string) []string {
	args = slices.Clone(args)
	for i, a := range args {
		if _, err := strconv.ParseInt(a, 10, 64); err == nil && strings.HasPrefix(a, "-") {
			args[i] = " " + a
		}
	}
	return args
}

// lockedWriter lets several goroutines write whole lines.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements io.Writer.
func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// rootCommand is cmppdump without a subcommand.
func rootCommand(status *int, args []string, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	c := newConfig()
	cmd := &cobra.Command{
		Use:     "cmppdump [flags] [capture filter]",
		Args:    cobra.ArbitraryArgs,
		Version: version(),
		RunE: func(_ *cobra.Command, args []string) (err error) {
			if err := c.complete(args); err != nil {
				return err
			}
			*status, err = run(c, stdin, stdout, stderr)
			return err
		},
	}
	c.flags(cmd.Flags())
	cmd.SetVersionTemplate("cmppdump {{.Version}}\n")
	cmd.SetHelpFunc(func(cmd *cobra.Command, _ []string) { help(cmd.OutOrStdout(), cmd.Flags(), helpLang(args)) })
	completions(cmd, args)
	return cmd
}

// subcommands are those that stand as the first argument.
func subcommands(status *int, stdin io.Reader, stdout, stderr, texts io.Writer) []*cobra.Command {
	return []*cobra.Command{whyCommand(status, stdin, stdout, stderr), fieldsCommand(texts), completionCommand(texts)}
}

// usageError is the user's, or the input's: exit status 2.
type usageError struct{ error }

// Unwrap gives the error itself.
func (u usageError) Unwrap() error { return u.error }

// usage makes an error of a sentence in the book.
func usage(format string, a ...any) error { return usageError{said.Errorf(format, a...)} }

// flagError says a flag error in this program's words.
func flagError(err error, flags *pflag.FlagSet) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		name := unknown.GetSpecifiedName()
		if len(name) > 1 {
			if near := nearestFlag(name, flags); near != "" {
				return said.Errorf("--%s: no such flag; did you mean --%s? (cmppdump --help)", name, near)
			}
			return said.Errorf("--%s: no such flag (cmppdump --help lists all)", name)
		}
		return said.Errorf("-%s: no such flag (cmppdump --help lists all)", name)
	}
	var missing *pflag.ValueRequiredError
	if errors.As(err, &missing) {
		arg, _ := pflag.UnquoteUsage(missing.GetFlag())
		return said.Errorf("%s needs a value: %s", flagName(missing.GetFlag()), arg)
	}
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return said.Errorf("%s %s: must be %s", flagName(invalid.GetFlag()), invalid.GetValue(), said.Text(kinds[invalid.GetFlag().Value.Type()]))
	}
	return said.Errorf("%s (cmppdump --help lists all flags)", strings.TrimPrefix(err.Error(), "pflag: "))
}

// kinds words what the values of flags are, by pflag's names of types.
var kinds = map[string]string{"uint64": "a number", "int": "a number", "duration": "a duration such as 5s or 2m", "bool": "true or false"}

// flagName is the flag as people type it.
func flagName(f *pflag.Flag) string {
	if f.Shorthand != "" {
		return "-" + f.Shorthand
	}
	return "--" + f.Name
}

func nearestFlag(name string, flags *pflag.FlagSet) string {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return spell.Nearest(name, names)
}
