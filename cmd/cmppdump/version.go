package main

import "runtime/debug"

// release is the version, also of the packages (dist/release).
const release = "0.1.0"

// commit is what was built, set by dist/release; other builds know it from
// the checkout that they were made in.
var commit string

// version is the release, and the commit if the build knows it.
func version() string {
	id, modified := commit, ""
	if info, ok := debug.ReadBuildInfo(); ok && id == "" {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				id = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = ", modified"
			}
		}
	}
	if len(id) < 12 {
		return release
	}
	return release + " (" + id[:12] + modified + ")"
}
