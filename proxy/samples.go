package proxy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// SampleTag marks deliveries that [Dispatcher.Samples] made up; they are the recording
// SampleRecording as well.
const (
	SampleTag       = "sample"
	SampleRecording = "samples"

	sampleSpan = 6 * time.Hour // over which they are spread, ending now
	sampleNote = "a sample, made up by boathook: nothing was sent or received"
	samplePath = "http://crm.example.org/hooks"
	sampleCRM  = "sample-crm" // name of an endpoint that there is not
)

// Samples stores deliveries of catalogued events as if an inbox had received them in
// the last hours: signed with its secrets, but some broken on purpose, answered well
// and badly. Every fifth is one that was sent. Nothing leaves boathook. It returns
// the ids of those that were received, whose verdicts the caller may have checked.
// The error is inspector.ErrNotFound for an inbox that is not there, or one of the
// store.
func (d *Dispatcher) Samples(ctx context.Context, inbox string, count int, now time.Time) ([]inspector.ID, error) {
	to, gone, err := d.inboxEndpoint(inbox)
	if err != nil {
		return nil, err
	}
	if gone != "" {
		return nil, fmt.Errorf("inbox %s: %w", inbox, inspector.ErrNotFound)
	}
	out, err := d.bare(sampleCRM, Endpoint{URL: samplePath})
	if err != nil {
		return nil, err
	}
	out.Secrets = to.Secrets
	// What is made is the same every time, but for the times.
	s := sampler{d: d, inbox: inbox, to: to, out: out, rnd: rand.New(seeded("samples")), types: d.sampleTypes()}
	for i := range count {
		at := now.Add(-sampleSpan * time.Duration(count-i) / time.Duration(count)).Add(time.Duration(s.rnd.Int64N(int64(30 * time.Second))))
		if err := s.add(i, at.UTC(), now); err != nil {
			return s.received, err
		}
		if len(s.batch.Deliveries) >= emitRows || i == count-1 {
			s.batch.Workspace = d.ws
			if _, err := d.store.Commit(ctx, &s.batch); err != nil {
				return s.received, fmt.Errorf("store samples: %w", err)
			}
			s.batch = inspector.Batch{}
		}
	}
	return s.received, nil
}

// sampleTypes are event types in turn: the first of each provider, then the second.
func (d *Dispatcher) sampleTypes() (types []*catalog.EventType) {
	providers := d.catalog().Providers()
	for i := 0; ; i++ {
		more := false
		for _, p := range providers {
			if i < len(p.Events) {
				types, more = append(types, p.Events[i]), true
			}
		}
		if !more {
			return types
		}
	}
}

type sampler struct {
	d       *Dispatcher
	inbox   string
	to, out *Endpoint
	rnd     *rand.Rand
	types   []*catalog.EventType
	next    int // place in types

	batch    inspector.Batch
	received []inspector.ID
}

// sampleFaults is what is broken in the received ones, in turn.
var sampleFaults = []string{
	"", "", ChaosBadSig, "", "", sampleReformatted, "", ChaosStale, "", "", ChaosNoSig, "", "", ChaosChangedByte, "", sampleNewline,
	"", ChaosChunked, "", sampleBOM, ChaosGzip, "", ChaosWrongType, "", ChaosStale, "",
}

// What a proxy or a framework on the way does to a body.
const (
	sampleReformatted = "reformatted"
	sampleNewline     = "newline"
	sampleBOM         = "byte order mark"
)

// compose makes the request of the next event type that can be signed with the
// secrets that there are.
func (s *sampler) compose(ep *Endpoint, i int, at time.Time, fault string) (*Event, *Wire, error) {
	var chaos Chaos
	if slices.Contains(ChaosSwitches(), fault) {
		chaos = Chaos{Switches: []string{fault}, Seed: uint64(i + 1)}
	}
	var last error
	for range s.types {
		e := s.types[s.next%len(s.types)]
		s.next++
		body, err := e.Generate(catalog.Options{Seed: uint64(i + 1), Seq: i, Now: at})
		if err != nil {
			return nil, nil, fmt.Errorf("make a sample of %s: %w", e.ID(), err)
		}
		ev := &Event{Type: e.ID(), Payload: body, At: at}
		if ev.ID, err = NewEventID(e.Provider, at); err != nil {
			return nil, nil, fmt.Errorf("make a sample of %s: %w", e.ID(), err)
		}
		w, err := Compose(&Outgoing{Endpoint: ep, Provider: e.Provider, Event: ev, Now: at, Chaos: chaos, Schemes: s.d.schemes})
		if err == nil {
			return ev, w, nil
		}
		last = err // its scheme wants keys of another kind, or more than a secret
	}
	return nil, nil, fmt.Errorf("no event of the catalogue can be made for inbox %s: %w", s.inbox, last)
}

func (s *sampler) add(i int, at, now time.Time) error {
	sent := i%5 == 4
	ep, fault := s.to, sampleFaults[i*7%len(sampleFaults)]
	if sent {
		ep, fault = s.out, ""
	}
	ev, w, err := s.compose(ep, i, at, fault)
	if err != nil {
		return err
	}
	id, err := s.d.ids.New(now)
	if err != nil {
		return err
	}
	ev.Tags = []string{SampleTag, inspector.RecordingTag + SampleRecording}
	row := ev.Row(id, ep.Name)
	row.At = at
	if !sent {
		row.Dir, row.Endpoint, row.Inbox, row.Source, row.Verdict = inspector.In, "", s.inbox, sampleSource(s.rnd), inspector.Unchecked
		alter(w, fault)
	}
	describeSent(&row, w)
	a := inspector.Attempt{
		Delivery: id, Target: w.address(), Started: at, Request: w.message(), Response: inspector.Message{Wanted: -1}, Notes: append([]string{sampleNote}, w.Notes...),
	}
	if !sent {
		row.Scheme, a.Target = "", w.URL.Host
	}
	if len(w.Body) > 0 {
		s.batch.Chunks = append(s.batch.Chunks, inspector.Chunk{Body: a.BodyKey(inspector.Request), Data: w.Body[:min(len(w.Body), inspector.ChunkBytes)]})
	}
	if sent {
		s.tries(&row, a, i)
	} else {
		s.answer(&row, &a, i)
		s.batch.Attempts = append(s.batch.Attempts, a)
		s.received = append(s.received, id)
	}
	s.batch.Deliveries = append(s.batch.Deliveries, row)
	return nil
}

// alter does to a request what something on the way would do.
func alter(w *Wire, fault string) {
	before := len(w.Body)
	switch fault {
	case sampleReformatted:
		var compact, indented bytes.Buffer
		if json.Compact(&compact, w.Body) != nil || json.Indent(&indented, w.Body, "", "  ") != nil {
			return // it is no JSON
		}
		if w.Body = compact.Bytes(); len(w.Body) == before {
			w.Body = indented.Bytes()
		}
	case sampleNewline:
		w.Body = append(slices.Clip(w.Body), '\n')
	case sampleBOM:
		w.Body = append([]byte("\xef\xbb\xbf"), w.Body...)
	default:
		return
	}
	length := func(n int) []byte { return []byte("Content-Length: " + strconv.Itoa(n) + "\r\n") }
	w.Head = bytes.Replace(w.Head, length(before), length(len(w.Body)), 1)
}

func sampleSource(rnd *rand.Rand) string { return fmt.Sprintf("203.0.113.%d", 1+rnd.IntN(200)) } // of the documentation's addresses

// duration is a plausible time of an answer.
func (s *sampler) duration() time.Duration {
	return time.Duration(float64(4*time.Millisecond)*(1+s.rnd.ExpFloat64()*8)) / time.Microsecond * time.Microsecond
}

// respond gives an attempt an answer.
func (s *sampler) respond(row *inspector.Row, a *inspector.Attempt, status int, text, body string) {
	took := s.duration()
	a.Timing = inspector.Timing{Wait: took}
	a.Response = inspector.Message{
		Head: fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", status, text, len(body)),
		Size: int64(len(body)), Wanted: int64(len(body)),
	}
	s.batch.Chunks = append(s.batch.Chunks, inspector.Chunk{Body: a.BodyKey(inspector.Response), Data: []byte(body)})
	o := inspector.Outcome{Status: status, Duration: took, RespSize: int64(len(body))}
	(&inspector.Patch{Outcome: &o}).Apply(row)
}

// fail lets an attempt end without an answer.
func (s *sampler) fail(row *inspector.Row, a *inspector.Attempt, class, phase, text string) {
	a.Failure = inspector.Failure{Class: class, Phase: phase, Text: text}
	a.Timing = inspector.Timing{Connect: s.duration()}
	o := inspector.Outcome{Failure: class, Duration: a.Timing.Total()}
	(&inspector.Patch{Outcome: &o}).Apply(row)
}

// answer is what the sender of a received one was answered.
func (s *sampler) answer(row *inspector.Row, a *inspector.Attempt, i int) {
	a.Answered = true
	switch i % 20 {
	case 3:
		s.respond(row, a, 503, "Service Unavailable", `{"error":"try later"}`)
	case 8:
		s.respond(row, a, 401, "Unauthorized", `{"error":"invalid signature"}`)
	case 12:
		s.respond(row, a, 302, "Found", `{"moved":true}`)
	case 16:
		s.respond(row, a, 404, "Not Found", `{"error":"no such hook"}`)
	case 17:
		a.Answered = false
		row.Flags |= inspector.FlagGone
		s.fail(row, a, inspector.FailClientGone, "send", goneText)
	default:
		s.respond(row, a, 200, "OK", `{"ok":true}`)
	}
}

// tries are those of one that was sent.
func (s *sampler) tries(row *inspector.Row, first inspector.Attempt, i int) {
	row.MaxTries = 5
	failures := [][3]string{
		{inspector.FailRefused, "connect", "connection refused"}, {inspector.FailTimeout, "wait", "no answer within 30s"}, {inspector.FailDNS, "dns", "no such host"},
	}
	count := 1 + max(0, (i/5)%7-3) // most go well at once
	for k := range count {
		a := first
		a.K, a.Started = k, first.Started.Add(time.Duration(k)*time.Minute)
		if k > 0 {
			a.Request.Head = bytes.Clone(first.Request.Head)
		}
		f := failures[(i/5+k)%len(failures)]
		switch {
		case k == count-1 && count < 4:
			s.respond(row, &a, 200, "OK", `{"ok":true}`)
		case (i/35+k)%2 == 0:
			s.respond(row, &a, 500, "Internal Server Error", `{"error":"database is locked"}`)
		default:
			s.fail(row, &a, f[0], f[1], f[2])
		}
		row.Tries++
		s.batch.Attempts = append(s.batch.Attempts, a)
	}
}
