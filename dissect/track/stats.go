package track

import "cmppdump/dissect"

// Stats counts requests by what became of them.
type Stats struct {
	Requests uint64 // attempts not counted
	States   [States]uint64
	// Refused are answered requests by command class and status, of those
	// whose status says failure.
	Refused map[Refusal]uint64
	// Unread are answered requests whose response's status could not be read.
	Unread  uint64
	Evicted uint64
	Notes   dissect.NoteCounts
}

// Refusal is a kind of failure: what was asked, and the answer.
type Refusal struct {
	Command *dissect.Command
	By      dissect.Version
	Status  uint64
}

func newStats() Stats {
	return Stats{Refused: map[Refusal]uint64{}}
}

func (s *Stats) note(spec *dissect.NoteSpec) { s.Notes.Add(spec) }

// takeBack uncounts a transaction that was published and has news.
func (s *Stats) takeBack(x *Txn) {
	s.States[x.State]--
	for i := range x.Notes {
		s.Notes.TakeBack(x.Notes[i].Spec)
	}
}

// txn counts a published transaction.
func (s *Stats) txn(x *Txn) {
	s.States[x.State]++
	if x.State == Answered && x.Unread {
		s.Unread++
	}
	if x.Failed() {
		s.Refused[Refusal{x.Command, x.By, x.Status}]++
	}
	for i := range x.Notes {
		s.Notes.Add(x.Notes[i].Spec)
	}
}

// Messages gives the counts of messages, or nil if they are not followed.
func (t *Tracker) Messages() *MsgStats {
	if t.life == nil {
		return nil
	}
	return &t.life.stats
}
