package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// Bounds of one call that sends events.
const (
	maxEvents     = 100_000
	maxSentBytes  = 1 << 30 // bytes of all payloads
	maxSentRows   = 1000    // deliveries in the answer
	emitTime      = 2 * time.Minute
	maxSendMillis = int64(365 * 24 * time.Hour / time.Millisecond)
)

// postEvent sends events. The deliveries are stored when it answers, their tries
// follow.
func (s *Server) postEvent(c *fiber.Ctx) error {
	sender, err := s.sender()
	if err != nil {
		return err
	}
	var in client.EventInput
	if err := readJSON(c, &in); err != nil {
		return err
	}
	if in.RequestID == "" {
		in.RequestID = c.Get("Request-Id")
	}
	req, err := s.emitRequest(c.UserContext(), &in)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, emitTime)
	defer cancel()
	res, err := sender.Emit(ctx, req)
	if err != nil {
		return sendingProblem(err)
	}
	return sendJSON(c, 202, s.sentView(&res))
}

// emitRequest reads a request for events, and makes the first payload.
func (s *Server) emitRequest(ctx context.Context, in *client.EventInput) (req proxy.EmitRequest, err error) {
	switch {
	case in.Count < 0 || in.Count > maxEvents:
		return req, badJSON("count", fmt.Sprintf("count must be a number from 1 to %d", maxEvents))
	case in.EveryMS < 0 || in.EveryMS > maxSendMillis:
		return req, badJSON("every_ms", "every_ms must be a number of milliseconds from 0 to a year")
	case in.DelayMS < 0 || in.DelayMS > maxSendMillis:
		return req, badJSON("delay_ms", "delay_ms must be a number of milliseconds from 0 to a year")
	case in.Rate < 0 || in.Rate > 1_000_000:
		return req, badJSON("rate", "rate must be a number of events per second from 0 to 1000000")
	}
	chaos, err := proxy.ParseChaos(in.Chaos, in.Seed)
	if err != nil {
		return req, sendingProblem(err)
	}
	payload, err := s.payloads(ctx, in)
	if err != nil {
		return req, err
	}
	first, err := payload(0)
	if err != nil {
		return req, err
	}
	if len(first)*max(in.Count, 1) > maxSentBytes {
		return req, badJSON("count", fmt.Sprintf("%d events of %d bytes are more than 1 GiB; send fewer at once", in.Count, len(first)))
	}
	return proxy.EmitRequest{
		Event: proxy.Event{
			Type: in.Type, Payload: first, Channels: in.Channels, Campaign: in.Campaign, Form: in.Form,
			Offline: in.Offline, CRM: in.CRM, RequestID: in.RequestID,
		},
		To: in.To, Chaos: chaos, Count: in.Count, Every: time.Duration(in.EveryMS) * time.Millisecond, Rate: in.Rate,
		Delay: time.Duration(in.DelayMS) * time.Millisecond, Speed: in.Speed, Payload: payload, DryRun: in.DryRun, Rows: maxSentRows,
	}, nil
}

// payloads returns what makes the i-th payload, and completes the type.
func (s *Server) payloads(ctx context.Context, in *client.EventInput) (func(i int) ([]byte, error), error) {
	set, err := assignments("set", in.Set, badJSON)
	if err != nil {
		return nil, err
	}
	exact, err := s.exactBody(ctx, in)
	if err != nil {
		return nil, err
	}
	e, err := s.typeOf(in, exact != nil || in.Body != "")
	if err != nil {
		return nil, err
	}
	if exact != nil {
		return func(i int) ([]byte, error) {
			body, err := catalog.SetAll(exact, set, catalog.Vars{Now: s.now(), Seq: i, Seed: in.Seed})
			if err != nil {
				return nil, badJSON("set", err.Error())
			}
			return body, nil
		}, nil
	}
	if e != nil && in.Variant != "" && !slices.Contains(e.Variants(), in.Variant) {
		return nil, badJSON("variant", "variant must be one of "+strings.Join(e.Variants(), ", "))
	}
	if e != nil && in.Body == "" {
		set = append(forEndpoints(e.Provider), set...)
	}
	opt := catalog.Options{Variant: in.Variant, Seed: in.Seed, Set: set, Values: map[string]string{"form": in.Form, "campaign": in.Campaign}}
	if in.Body != "" {
		opt.Body = []byte(in.Body)
	}
	var same []byte // of a body without templates, which all of them have
	return func(i int) ([]byte, error) {
		if same != nil {
			return same, nil
		}
		opt := opt
		opt.Seq, opt.Now = i, s.now()
		body, err := generate(e, opt)
		if err != nil {
			return nil, payloadProblem(in, err)
		}
		if opt.Body != nil && len(set) == 0 && bytes.Equal(body, opt.Body) && !bytes.Contains(body, []byte("{{")) {
			same = body
		}
		return body, nil
	}, nil
}

// generate makes a payload of an event type; nil is one that the catalogue does not
// have, of which there is only a template.
func generate(e *catalog.EventType, opt catalog.Options) ([]byte, error) {
	if e != nil {
		return e.Generate(opt)
	}
	return catalog.ExpandAndSet(opt.Body, opt.Set, catalog.Vars{Now: opt.Now, Seq: opt.Seq, Seed: opt.Seed, JSON: true})
}

// payloadProblem names the field that no payload can be made of.
func payloadProblem(in *client.EventInput, err error) error {
	var set *catalog.SetError
	switch {
	case errors.As(err, &set):
		return badJSON("set", err.Error())
	case in.Body != "":
		return badJSON("body", err.Error())
	}
	return badJSON("type", err.Error())
}

// exactBody is a body that is sent as it is, nil if there is none.
func (s *Server) exactBody(ctx context.Context, in *client.EventInput) ([]byte, error) {
	if in.From == "" {
		if in.BodyBase64 == "" {
			return nil, nil
		}
		return bodyOf(in.Body, in.BodyBase64)
	}
	if in.Body != "" || in.BodyBase64 != "" {
		return nil, badJSON("from", "give a body or a delivery to take it from, not both")
	}
	row, err := s.rowOf(ctx, in.From)
	if isGone(err) {
		return nil, badJSON("from", "there is no such delivery; it may have been deleted or pruned")
	}
	if err != nil {
		return nil, err
	}
	if in.Type == "" && row.Provider != "" && row.Event != "" {
		in.Type = row.Provider + "/" + row.Event
	}
	body, err := s.plainBody(ctx, row)
	if body == nil {
		body = []byte{}
	}
	return body, err
}

// forEndpoints takes out of a sample what each endpoint has its own of, such as the app
// key: the placeholder of the documentation is nobody's.
func forEndpoints(p *catalog.Provider) []catalog.Assignment {
	var list []catalog.Assignment
	for _, name := range []string{"app_key", "app_token"} {
		if path := p.Meta[name]; path != "" {
			list = append(list, catalog.Assignment{Path: path, Remove: true})
		}
	}
	return list
}

// typeOf finds the event type, nil for one that the catalogue does not have. Of such
// a one there must be a body, and its provider must not be one of the catalogue's:
// that is more often a slip.
func (s *Server) typeOf(in *client.EventInput, hasBody bool) (*catalog.EventType, error) {
	if in.Type == "" {
		return nil, withHint(badJSON("type", "type is needed: an event type, for example webconnex/registration"), "GET /api/v1/catalog lists the providers")
	}
	all, err := s.catalog()
	if err != nil {
		return nil, err
	}
	e, err := all.Find(in.Type)
	if err == nil {
		in.Type = e.ID()
		return e, nil
	}
	provider, name, ok := strings.Cut(in.Type, "/")
	if _, known := all.Provider(provider); !hasBody || !ok || known || name == "" {
		err = unknownEvent(400, err)
		if p := problemOf(err); p.Status == 400 {
			p.Field = "type"
		}
		return nil, err
	}
	return nil, nil
}

func (s *Server) sentView(res *proxy.EmitResult) client.Sent {
	v := client.Sent{EventID: res.EventID, Deliveries: list(res.Deliveries), Total: res.Total, Plan: []client.PlanItem{}}
	v.Deliveries = v.Deliveries[:min(len(v.Deliveries), maxSentRows)]
	for i := range res.Plan {
		v.Plan = append(v.Plan, s.planView(&res.Plan[i]))
	}
	return v
}

func (s *Server) planView(p *proxy.PlanItem) client.PlanItem {
	v := client.PlanItem{
		Endpoint: p.Endpoint, URL: s.maskedURL(p), Matched: p.Matched, Reason: p.Reason, Method: p.Method, Tries: []client.PlanTry{},
		Headers: s.masked(p), Signature: p.Signature, Size: p.Size, Notes: list(p.Notes),
	}
	for _, t := range p.Tries {
		v.Tries = append(v.Tries, client.PlanTry{At: t.At.Seconds(), Ours: t.Ours.Seconds(), Text: t.Text})
	}
	return v
}
