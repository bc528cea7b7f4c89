package track

// Mem is what the open requests take by the tracker's own accounting, in bytes.
func (t *Tracker) Mem() int64 { return t.mem }
