package capture

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
)

// Inputs makes the paths for [Merge] of arguments: "-" for stdin, files,
// directories, and patterns (filepath.Match) that the shell left alone. A
// directory stands for the capture files in it, by name; its sub-directories,
// hidden files and files of other kinds are left out. A file named by itself or
// by a pattern is not looked at: Merge tells what is wrong with it.
//
// It is an error if a pattern or a directory gives nothing.
func Inputs(args []string) ([]string, error) {
	var paths []string
	stdin := false
	for _, arg := range args {
		if arg == "-" && stdin {
			return nil, said.Errorf("-: stdin can be read once only")
		}
		stdin = stdin || arg == "-"
		expanded, err := expandInput(arg)
		if err != nil {
			return nil, err
		}
		paths = append(paths, expanded...)
	}
	return paths, nil
}

// expandInput is Inputs for one argument. A file or directory of that very name
// comes before the pattern.
func expandInput(arg string) ([]string, error) {
	if arg == "-" {
		return []string{arg}, nil
	}
	if _, err := os.Lstat(arg); err == nil || !strings.ContainsAny(arg, "*?[") {
		return expandDirectory(arg)
	}
	matches, err := filepath.Glob(arg)
	if err != nil {
		return nil, said.Errorf("%s: not a valid pattern; no such file either", arg)
	}
	if len(matches) == 0 {
		return nil, said.Errorf("%s: no file matches this pattern", arg)
	}
	var paths []string
	for _, match := range matches {
		expanded, err := expandDirectory(match)
		if err != nil {
			return nil, err
		}
		paths = append(paths, expanded...)
	}
	return paths, nil
}

// expandDirectory gives the capture files of a directory, and path itself if it
// is anything else.
func expandDirectory(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, openError(path, err)
	}
	var paths []string
	for _, e := range entries {
		file := filepath.Join(path, e.Name())
		if !strings.HasPrefix(e.Name(), ".") && isCaptureFile(file) {
			paths = append(paths, file)
		}
	}
	if len(paths) == 0 {
		return nil, said.Errorf("%s: no capture file in this directory (its sub-directories and hidden files are left out)", path)
	}
	return paths, nil
}

// isCaptureFile reports whether a file of a directory is to be read. One that
// is damaged or not permitted is: only Merge can say so.
func isCaptureFile(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	s, err := fileOpener{open: openOS}.source(path, new(atomic.Int64))
	if err != nil {
		return !errors.Is(err, errNotCapture) && !errors.Is(err, errEmptyInput) && !errors.Is(err, fs.ErrNotExist)
	}
	s.Close()
	return true
}
