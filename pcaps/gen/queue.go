package gen

import "cmppdump/pcaps/peer/wire"

// kind says what happens at an event.
type kind uint8

const (
	open        kind = iota // n: the next step of setting up a connection
	submit                  // the next SUBMITs, on a connection of choice
	submitResp              // answer the requests of batch ref
	report                  // msgID, to receiver ref, is final
	mo                      // receiver ref writes to the SP
	deliverResp             // answer the requests of batch ref
	activeTest              // keep the connection alive
	activeResp              // the end that n says answers Sequence_Id ref
	ack                     // the end that n says acknowledges what it got
)

// event is something scheduled.
type event struct {
	at    int64 // ns since 1970
	msgID wire.MsgID
	ref   uint32
	order uint32 // of scheduling, among equal times
	conn  uint16
	kind  kind
	n     uint8
}

func (e *event) before(o *event) bool {
	return e.at < o.at || e.at == o.at && int32(e.order-o.order) < 0
}

// queue is a heap of events, the earliest first. Each node has four children:
// half as many levels, and the children of a node are neighbours in memory.
type queue struct {
	events []event
	order  uint32
}

func (q *queue) push(e event) {
	q.order++
	e.order = q.order
	q.events = append(q.events, e)
	i := len(q.events) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(&q.events[parent]) {
			break
		}
		q.events[i] = q.events[parent]
		i = parent
	}
	q.events[i] = e
}

// pop takes the earliest event. The queue must not be empty.
func (q *queue) pop() event {
	first := q.events[0]
	last := len(q.events) - 1
	e := q.events[last]
	q.events = q.events[:last]
	if last == 0 {
		return first
	}
	i := 0
	for {
		child := 4*i + 1
		if child >= last {
			break
		}
		least := child
		for c := child + 1; c < min(child+4, last); c++ {
			if q.events[c].before(&q.events[least]) {
				least = c
			}
		}
		if e.before(&q.events[least]) {
			break
		}
		q.events[i] = q.events[least]
		i = least
	}
	q.events[i] = e
	return first
}
