package record

import (
	"slices"

	"cmppdump/dissect"
	"cmppdump/dissect/layout"
	"cmppdump/dissect/sms"
	"cmppdump/dissect/track"
)

// Find reads the field as filters do: from the record or, where records of its
// view have no such name, from the transaction that a PDU belongs to, and then
// from the messages of that; of several messages, as a list. What is not known
// yet is not there. v is reused, as by Get.
func (f *Field) Find(r *Record, v *Value) {
	if f.decided && r.View == PDU && r.Txn != nil && !r.Txn.Known() {
		v.reset()
		return
	}
	if f.Get(r, v); v.Set || f.Views&r.View != 0 && !f.shared {
		return
	}
	if r.View == PDU && f.Views&Txn != 0 {
		if o := r.transaction(f.sms); o != nil {
			f.Get(o, v)
		}
		return
	}
	if r.View&(PDU|Txn) != 0 && f.Views&Msg != 0 && r.Txn != nil {
		r.findInMessages(f, v)
	}
}

// findInMessages reads the field from the messages of the transaction.
func (r *Record) findInMessages(f *Field, v *Value) {
	unknown := func(m *track.Msg) bool { return !m.Known() }
	r.msgs = slices.DeleteFunc(r.Txn.AppendMessages(r.msgs[:0]), unknown)
	o := r.belongs()
	for i, m := range r.msgs {
		o.View, o.Msg, o.Conn = Msg, m, m.Conn
		if i == 0 && len(r.msgs) == 1 {
			f.Get(o, v)
			return
		}
		f.Get(o, v.item())
	}
}

// belongs is the record of what r belongs to, to be set.
func (r *Record) belongs() *Record {
	if r.owner == nil {
		r.owner = &Record{}
	}
	r.owner.Options = r.Options
	return r.owner
}

// transaction is the record of the transaction that a PDU belongs to, or nil.
// Its request is there only if it is asked for, and known.
func (r *Record) transaction(request bool) *Record {
	if r.View != PDU || r.Txn == nil {
		return nil
	}
	o := r.belongs()
	o.View, o.Txn, o.Conn = Txn, r.Txn, r.Conn
	if request && !r.loaded {
		r.loaded, o.PDU = true, nil
		switch {
		case !r.PDU.Response():
			o.PDU = r.PDU
		case r.Txn.Load(&o.request):
			o.PDU = &o.request
		}
	}
	if !r.loaded {
		o.PDU = nil
	}
	return o
}

// HasNumber reports whether the record is about a phone or service number: one
// that its PDU, its message or the request of its transaction names as sender
// or receiver, compared as sms.SameNumber does.
func (r *Record) HasNumber(number []byte) bool {
	switch {
	case r.View == Msg:
		return sms.SameNumber(r.Msg.To, number) || sms.SameNumber(r.Msg.From, number)
	case r.View == Txn, r.View == PDU && !r.PDU.Response():
		return r.PDU != nil && hasNumber(r.PDU, number)
	}
	o := r.transaction(true)
	return o != nil && o.HasNumber(number)
}

// numberRoles are the fields that name who sends and who receives.
var numberRoles = [...]layout.Role{layout.From, layout.To, layout.ReportTo}

func hasNumber(p *dissect.PDU, number []byte) bool {
	if p.SMS.Direction == dissect.NoMessage {
		return false
	}
	for _, role := range numberRoles {
		list := p.List(role)
		for i := range list {
			if sms.SameNumber(list[i].Text(p.Raw), number) {
				return true
			}
		}
	}
	return false
}

// HasID reports whether the record is about a message with the id: its PDU, its
// transaction or its message has it, or reports on it.
func (r *Record) HasID(id uint64) bool {
	switch {
	case id == 0:
		return false
	case r.View == Msg:
		for i := range r.Msg.Parts {
			if r.Msg.Parts[i].ID == id {
				return true
			}
		}
		return false
	case r.View == PDU && hasID(r.PDU, id):
		return true
	case r.View&(PDU|Txn) == 0 || r.Txn == nil:
		return false
	case r.Txn.MessageID == id || r.Txn.RequestID == id:
		return true
	case r.View == Txn:
		return r.PDU != nil && hasID(r.PDU, id)
	}
	o := r.transaction(true)
	return o.PDU != nil && hasID(o.PDU, id)
}

// idRoles are the fields that hold the id of a message.
var idRoles = [...]layout.Role{layout.MessageID, layout.ReportOf, layout.MOReport}

func hasID(p *dissect.PDU, id uint64) bool {
	for _, role := range idRoles {
		if n, ok := p.Uint(role); ok && n == id {
			return true
		}
	}
	return false
}
