// Mutate writes a rough capture made of a clean one, the same for the same
// recipe and seed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

	"cmppdump/pcaps/mutate"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	f := flag.NewFlagSet("mutate", flag.ExitOnError)
	name := f.String("recipe", "as it is", "`name` of what to do to the capture")
	seed := f.Uint64("seed", 0, "another seed, another capture")
	list := f.Bool("list", false, "print the recipes")
	lost := f.Int("lost", -1, "write 2,000 SUBMITs in full segments without `segment` N, 0: with all")
	attack := f.String("attack", "", "`name` of an attack to write, without any clean capture")
	size := f.Int64("size", 100<<20, "octets of the attack")
	out := f.String("o", "", "output `file`")
	f.Parse(args)
	if *list {
		for _, r := range mutate.Recipes(nil) {
			fmt.Println(r.Name)
		}
		for _, a := range mutate.Attacks {
			fmt.Println("attack:", a.Name)
		}
		return nil
	}
	if *attack != "" {
		return write(*attack, *size, *out)
	}
	recipe, trace := mutate.Without(*lost), mutate.Submits(2000)
	if *lost < 0 {
		var err error
		if recipe, trace, err = load(*name, f.Arg(0)); err != nil {
			return err
		}
	}
	if *out == "" {
		return errors.New("no output file: say -o FILE")
	}
	_, frames := recipe.Apply(*seed, trace)
	return os.WriteFile(*out, mutate.AppendPcap(nil, recipe.Encoding.Link, frames), 0o644)
}

// write writes an attack.
func write(name string, size int64, out string) error {
	i := slices.IndexFunc(mutate.Attacks, func(a mutate.Attack) bool { return a.Name == name })
	if i < 0 {
		return fmt.Errorf("no attack %q: see -list", name)
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	if err := mutate.Attacks[i].Write(f, size); err != nil {
		return err
	}
	return f.Close()
}

// load finds the recipe and takes the capture apart.
func load(name, file string) (mutate.Recipe, *mutate.Trace, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return mutate.Recipe{}, nil, err
	}
	trace, err := mutate.Load(b)
	if err != nil {
		return mutate.Recipe{}, nil, fmt.Errorf("%s: %w", file, err)
	}
	for _, r := range mutate.Recipes(nil) {
		if r.Name == name {
			return r, trace, nil
		}
	}
	return mutate.Recipe{}, nil, fmt.Errorf("no recipe %q: see -list", name)
}
