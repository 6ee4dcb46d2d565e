package proxy

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/boathook/boathook/inspector"
)

// program is a stored inbox made ready to answer. What changes while it runs,
// the place in the sequence and in the run of random errors, begins anew with
// each revision.
type program struct {
	inbox   Inbox
	judge   *judge      // checks signatures; nil: nothing does
	hello   *challenger // answers handshakes; nil: nothing does
	fixed   outcome
	rules   []rule
	steps   []step
	failing outcome // what random errors are answered
	targets []*target
	answers int // index of the target that answers, -1 if the program does

	instant bool // nothing has to be waited for
	reads   bool // rules or templates may look at the body

	step  atomic.Uint64 // requests that took a step of the sequence
	draws atomic.Uint64 // requests that drew for an error
}

type rule struct {
	when *inspector.Query
	outcome
}

// step is one step of a sequence. A status of 0 stands for its fault.
type step struct {
	status int
	fault  Fault
}

// compile makes a checked inbox ready.
func compile(in Inbox, now time.Time) (*program, error) {
	a := &in.Answer
	p := &program{inbox: in, answers: -1}
	p.fixed = compileOutcome(a.Status, a.Headers, a.Body, a.BodyBase64, a.Template, a.Fault, a.DelayMS)
	p.failing = compileOutcome(a.ErrorStatus, textPlain, "boathook: a random error, as the inbox is set to\n", "", false, "", a.DelayMS)
	for _, s := range a.Sequence {
		status, fault, _ := parseStep(s)
		p.steps = append(p.steps, step{status, fault})
	}
	p.instant = !p.fixed.numbered() && p.fixed.delay == 0 && len(in.Forward) == 0
	p.reads = a.Template || len(a.Rules) > 0
	for _, r := range a.Rules {
		compiled, err := compileRule(r, &p.fixed, now)
		if err != nil {
			return nil, err
		}
		p.instant = p.instant && !compiled.numbered() && compiled.delay == 0
		p.rules = append(p.rules, compiled)
	}
	for i, t := range in.Forward {
		compiled, err := compileTarget(t)
		if err != nil {
			return nil, err
		}
		p.targets = append(p.targets, compiled)
		if in.AnswerFrom == t.Name || in.AnswerFrom == "" && i == 0 {
			p.answers = i
		}
	}
	return p, nil
}

var textPlain = []inspector.Field{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}

func compileRule(r Rule, base *outcome, now time.Time) (rule, error) {
	q, err := inspector.ParseQuery(r.When, now)
	if err != nil {
		return rule{}, err
	}
	o := compileOutcome(r.Status, r.Headers, r.Body, r.BodyBase64, r.Template, r.Fault, r.DelayMS)
	if r.Status == 0 {
		o.status = base.status
	}
	if len(r.Headers) == 0 {
		o.fields, o.values = base.fields, base.values
	}
	if r.Body == "" && r.BodyBase64 == "" {
		o.body, o.text = base.body, base.text
	}
	return rule{when: q, outcome: o}, nil
}

// choose decides what a request is answered and counts it. The outcome's delay
// has not passed yet.
func (p *program) choose(ctx context.Context, x *Exchange) *outcome {
	for i := range p.rules {
		if ok, err := p.rules[i].when.Match(&x.Row, captured{ctx, x}); ok && err == nil {
			return &p.rules[i].outcome
		}
	}
	if len(p.steps) > 0 {
		n := p.step.Add(1) - 1
		s := p.steps[min(n, uint64(len(p.steps)-1))]
		o := p.fixed
		o.fault = s.fault
		if s.status != 0 {
			o.status = s.status
		}
		if s.fault != NoFault {
			return &o
		}
		return p.maybeFail(&o)
	}
	return p.maybeFail(&p.fixed)
}

// maybeFail replaces an answer by a random error as often as the inbox wants.
func (p *program) maybeFail(o *outcome) *outcome {
	if o.fault != NoFault || p.inbox.Answer.ErrorRate == 0 {
		return o
	}
	n := p.draws.Add(1)
	if draw(uint64(p.inbox.Answer.Seed), n) < p.inbox.Answer.ErrorRate {
		return &p.failing
	}
	return o
}

// draw is the n-th number of a seed's sequence, evenly spread over [0, 1). It
// is the generator splitmix64, which needs no state but the count, so that
// requests do not wait for each other.
func draw(seed, n uint64) float64 {
	z := seed + n*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>11) / (1 << 53)
}

// answer answers one request: a handshake of a provider, or else by the program. It waits for the outcome's delay and
// for the running number if the outcome names it.
func (p *program) answer(ctx context.Context, x *Exchange) Reply {
	var notes []string
	if a, ok := p.hello.find(x); ok {
		reply, note, done := p.hello.answer(x, a)
		if done {
			return reply
		}
		notes = append(notes, note)
	}
	reply := p.run(ctx, x)
	reply.Notes = append(reply.Notes, notes...)
	return reply
}

// run answers what is no handshake.
func (p *program) run(ctx context.Context, x *Exchange) Reply {
	o := p.choose(ctx, x)
	if o.delay > 0 {
		wait := time.NewTimer(o.delay)
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
		}
	}
	if o.values == nil && o.text == nil {
		return o.reply(nil)
	}
	var n uint64
	if o.numbered() {
		n, _ = x.Stored(ctx) // if it is not stored, the reply is not sent
	}
	return o.reply(answerEcho(ctx, x, n))
}

// immediate is the answer if nothing has to be waited for.
func (p *program) immediate(x *Exchange) (Reply, bool) {
	if !p.instant {
		return Reply{}, false
	}
	if _, whole := x.Bytes(); !whole && p.reads {
		return Reply{}, false
	}
	if _, ok := p.hello.find(x); ok {
		return Reply{}, false // rare, and some of them store something
	}
	ctx := context.Background() // the body is in memory: nothing is waited for
	o := p.choose(ctx, x)
	if o.values == nil && o.text == nil {
		return o.reply(nil), true
	}
	return o.reply(answerEcho(ctx, x, 0)), true
}
