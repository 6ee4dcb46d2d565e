package catalog

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Options say what payload to make. The zero value is a full one with random
// values.
type Options struct {
	// Variant is one of [EventType.Variants]; "" is full.
	Variant string
	// Seed decides every random value: the same seed, number and time make the
	// same bytes. 0: other ones each time.
	Seed uint64
	// Seq is the number of the event in its run; it is mixed into the seed.
	Seq int
	// Now is the time in the payload; zero: the time of the call.
	Now time.Time
	// Set changes places, after everything else.
	Set []Assignment
	// Body is a template in place of a sample. Its bytes stay, but for the
	// template's names and what Set changes.
	Body []byte
	// Values are further names that templates may use, as event_id.
	Values map[string]string
}

// Variants are the payloads that can be made, the usual one first. Beyond those
// that every event type has there are the samples with names of their own.
func (e *EventType) Variants() []string {
	names := []string{VariantFull, VariantMinimal, VariantNull, VariantUnicode, VariantHuge}
	for _, s := range e.Samples {
		if !slices.Contains(names, s.Variant) {
			names = append(names, s.Variant)
		}
	}
	return names
}

// Generate makes a payload as the provider prints it. The variant full is the
// sample with new ids and times; minimal has what is required alone; null has
// null wherever a field is optional; unicode has texts of many scripts; huge has
// about a megabyte. The last two are the full payload where no text and no list is
// free.
func (e *EventType) Generate(o Options) ([]byte, error) {
	vars, err := e.vars(o)
	if err != nil {
		return nil, err
	}
	x := newExpander(vars)
	if o.Body != nil {
		return e.fromTemplate(x, o)
	}
	v, err := e.pattern(x, o.Variant)
	if err != nil {
		return nil, err
	}
	if e.Provider.Batch && v.kind != '[' {
		v = &value{kind: '[', items: []*value{v}}
	}
	e.vary(v, o.Variant, x)
	if err := e.freshen(v, x); err != nil {
		return nil, err
	}
	if len(o.Set) > 0 {
		text := JSONStyle{}.print(v)
		if text, err = x.setAll(text, o.Set); err != nil {
			return nil, err
		}
		if v, err = parseValue(text); err != nil {
			return nil, err
		}
	}
	return e.Provider.JSON.print(v), nil
}

// vars are what templates of the event type are filled in with. The id of the
// event is made here unless it is given, by the provider's form.
func (e *EventType) vars(o Options) (Vars, error) {
	values := map[string]string{"event": e.Name, "subscription": e.Name, "provider": e.Provider.ID}
	if e.Subscription != "" {
		values["subscription"] = e.Subscription
	}
	for name, value := range o.Values {
		values[name] = value
	}
	v := Vars{Now: o.Now, Seq: o.Seq, Seed: o.Seed, Values: values, JSON: true}
	if v.Seed != 0 {
		v.Seed += uint64(o.Seq) * 0x9e3779b97f4a7c15 // far apart for neighbours
	} else {
		v.Seed = rand.Uint64()
	}
	if form := e.Provider.IDs.Event; form != "" && values["event_id"] == "" {
		now := o.Now
		if now.IsZero() {
			now = time.Now()
		}
		var err error
		if values["event_id"], err = NewID(form, seeded(^v.Seed), now); err != nil {
			return Vars{}, err
		}
	}
	return v, nil
}

// SetAll changes places of a body, one after the other. A [*SetError] says which
// cannot be.
func SetAll(body []byte, set []Assignment, v Vars) ([]byte, error) {
	return newExpander(v).setAll(body, set)
}

// ExpandAndSet is [Expand] and then [SetAll], with one source of random numbers: no two
// values are the same by their seed.
func ExpandAndSet(template []byte, set []Assignment, v Vars) ([]byte, error) {
	x := newExpander(v)
	text, err := x.expand(template)
	if err != nil {
		return nil, err
	}
	return x.setAll(text, set)
}

// SetError says that a place of a payload cannot be changed so, where the payload
// itself is all right.
type SetError struct{ Err error }

func (e *SetError) Error() string { return e.Err.Error() }
func (e *SetError) Unwrap() error { return e.Err }

// setAll changes places of a body. Its errors are [*SetError].
func (x *expander) setAll(text []byte, set []Assignment) ([]byte, error) {
	for _, a := range set {
		a, err := x.assignment(a)
		if err == nil {
			text, err = SetPath(text, a)
		}
		if err != nil {
			return nil, &SetError{err}
		}
	}
	return text, nil
}

// fromTemplate fills in a body of the user.
func (e *EventType) fromTemplate(x *expander, o Options) ([]byte, error) {
	start := bytes.TrimLeft(o.Body, " \t\r\n")
	x.JSON = len(start) > 0 && strings.IndexByte(`{["`, start[0]) >= 0 && !bytes.HasPrefix(start, []byte("{{"))
	text, err := x.expand(o.Body)
	if err != nil {
		return nil, err
	}
	return x.setAll(text, o.Set)
}

// pattern is the payload that a variant starts from.
func (e *EventType) pattern(x *expander, variant string) (*value, error) {
	s := &e.Samples[0]
	if variant != "" && variant != VariantFull {
		if i := slices.IndexFunc(e.Samples, func(s Sample) bool { return s.Variant == variant }); i >= 0 {
			s = &e.Samples[i]
		} else if !slices.Contains(e.Variants(), variant) {
			return nil, fmt.Errorf("%s has no variant %s; it has %s", e.ID(), variant, strings.Join(e.Variants(), ", "))
		}
	}
	if s.fromSchema {
		return e.invent(x)
	}
	if s.parsed != nil {
		return s.parsed.clone(), nil
	}
	text, err := x.expand(s.Body)
	if err != nil {
		return nil, fmt.Errorf("the sample %s of %s: %w", s.Variant, e.ID(), err)
	}
	v, err := parseValue(text)
	if err != nil {
		return nil, fmt.Errorf("the sample %s of %s: %w", s.Variant, e.ID(), err)
	}
	return v, nil
}

// freshen writes the fresh values where the payload has a place for them.
func (e *EventType) freshen(v *value, x *expander) error {
	plain := *x
	plain.JSON = false
	events := e.eventsIn(v)
	for _, f := range e.Fresh {
		if f.When != "" && x.Values[f.When] == "" {
			continue
		}
		var err error
		for _, event := range events {
			event.at(f.steps, func(at *value) {
				if err == nil {
					err = plain.freshen(at, &f)
				}
			})
		}
		if err != nil {
			return fmt.Errorf("the fresh value of %s in %s: %w", f.Path, e.ID(), err)
		}
	}
	return nil
}

// eventsIn are the events of a payload: itself, or those of a batch.
func (e *EventType) eventsIn(v *value) []*value {
	if e.Provider.Batch {
		return v.items
	}
	return []*value{v}
}

// freshen replaces a text or a number; what was left out or is null stays so.
func (x *expander) freshen(at *value, f *Fresh) error {
	if at.kind != '"' && at.kind != '0' {
		return nil
	}
	text, err := x.expand([]byte(f.Value))
	if err != nil {
		return err
	}
	if at.kind == '0' {
		if n, err := parseTree(text); err != nil || n.kind != '0' {
			if f.When != "" {
				return nil // it is the user's, who may name a form as they like
			}
			return fmt.Errorf("%.40q is no number, and a number stands there", text)
		}
	}
	at.text = string(text)
	return nil
}
