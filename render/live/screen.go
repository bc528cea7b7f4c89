package live

import "github.com/gdamore/tcell/v2"

// OpenScreen takes the terminal; Fini of the screen gives it back.
func OpenScreen() (tcell.Screen, error) {
	scr, err := tcell.NewScreen()
	if err != nil {
		return nil, err
	}
	if err := scr.Init(); err != nil {
		return nil, err
	}
	return scr, nil
}

// KnowsTerminal reports whether there can be a screen on a terminal of this name
// (TERM).
func KnowsTerminal(name string) bool {
	_, err := tcell.LookupTerminfo(name)
	return err == nil
}
