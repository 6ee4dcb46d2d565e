package proxy

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

// PlanItem says what would become of an event at one place.
type PlanItem struct {
	Endpoint  string            `json:"endpoint"`
	URL       string            `json:"url"`
	Matched   bool              `json:"matched"`
	Reason    string            `json:"reason"` // why not, or how it was chosen
	Method    string            `json:"method"`
	Tries     []PlanTry         `json:"tries"`
	Headers   []inspector.Field `json:"headers"`   // of the first try
	Signature string            `json:"signature"` // id of the scheme, "" if it is not signed
	Size      int               `json:"size"`      // bytes of the body
	Notes     []string          `json:"notes"`
}

// PlanTry is a try that would be made if all before it failed.
type PlanTry struct {
	At   time.Duration `json:"at"`   // after the event, by the endpoint's clock, without jitter
	Ours time.Duration `json:"ours"` // the same by our clock
	Text string        `json:"text"`
}

// Plan says what Emit would do, by the same code.
func (d *Dispatcher) Plan(ctx context.Context, req EmitRequest) ([]PlanItem, error) {
	req.DryRun = true
	res, err := d.Emit(ctx, req)
	return res.Plan, err
}

// planOf is the plan of one event.
func (d *Dispatcher) planOf(req *EmitRequest, ev *Event, named []route) ([]PlanItem, error) {
	var items []PlanItem
	provider, _ := ev.Names()
	for _, r := range d.routes(ev, named) {
		item, err := d.planFor(req, ev, r)
		if err != nil {
			return nil, err
		}
		item.Reason = "it subscribes to " + ev.Type
		if len(named) > 0 {
			item.Reason = "it was named"
		}
		items = append(items, item)
	}
	if len(named) > 0 || !req.DryRun {
		return items, nil
	}
	for _, ep := range d.endpoints.shared() {
		if ok, why := Match(ep, ev, d.provider(nil, provider)); !ok {
			items = append(items, PlanItem{Endpoint: ep.Name, URL: ep.URL, Reason: why})
		}
	}
	return items, nil
}

func (d *Dispatcher) planFor(req *EmitRequest, ev *Event, r route) (PlanItem, error) {
	item := PlanItem{Endpoint: r.endpoint.Name, URL: r.endpoint.URL, Matched: true}
	if !req.DryRun {
		return item, nil // what is really sent stands in the deliveries
	}
	if err := d.mayReach(r.endpoint); err != nil {
		item.Notes = append(item.Notes, err.Error())
	}
	if !d.settings.Get().Sending {
		item.Notes = append(item.Notes, ErrSendingOff.Error())
	}
	j := job{Base: ev.At.UnixMilli(), Speed: req.Speed}
	w, err := composeFirst(&Outgoing{
		Endpoint: r.endpoint, Provider: r.provider, Event: ev, Now: ev.At, Chaos: req.Chaos, Schemes: d.schemes,
	})
	if err != nil {
		return item, err
	}
	item.Method, item.Signature, item.Size = w.Method, w.Scheme, len(w.Body)
	item.Headers = inspector.ParseHead(w.Head).Fields
	item.Notes = append(item.Notes, w.Notes...)
	item.Tries = planTries(d.rules(r.endpoint, r.provider), j.clock(r.endpoint))
	if r.endpoint.Rev > 0 && r.provider != nil && r.provider.Disable != nil {
		item.Tries = untilDisabled(item.Tries, r.provider)
	}
	return item, nil
}

// planTries are the tries if all fail, with an answer 500 if the rule tries again
// after that.
func planTries(rules Rules, c clock) []PlanTry {
	tries := []PlanTry{{Text: fmt.Sprintf("at once; waits up to %s for an answer", spell(rules.Timeout))}}
	at := time.Duration(0)
	failure := rules.Retry.retried()
	for step := 0; ; step++ {
		delay, again, _ := rules.Retry.Next(step, failure, nil)
		if !again {
			return tries
		}
		at += delay
		text := fmt.Sprintf("%s after the try before", spell(delay))
		if rules.Retry.Jitter > 0 {
			text += fmt.Sprintf(", ±%g %%", rules.Retry.Jitter*100)
		}
		if failure.Status != http.StatusInternalServerError {
			text += fmt.Sprintf(", after an answer %d", failure.Status)
		}
		tries = append(tries, PlanTry{At: at, Ours: c.ours(at), Text: text})
	}
}

// untilDisabled ends a plan where the provider would have switched the endpoint off,
// if the failures of this event were the first.
func untilDisabled(tries []PlanTry, p *catalog.Provider) []PlanTry {
	for i := range tries {
		rule := p.Disable
		if rule.Failures > 0 && i+1 >= rule.Failures || rule.After > 0 && tries[i].At >= time.Duration(rule.After) {
			tries[i].Text += fmt.Sprintf("; then %s switches the endpoint off", p.Name)
			return tries[:i+1]
		}
	}
	return tries
}
