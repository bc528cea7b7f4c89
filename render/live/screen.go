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
