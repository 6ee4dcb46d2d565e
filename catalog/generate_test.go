package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Every event type of the catalogue makes every variant; those that are not wrong
// on purpose fit the schema; a seed makes the same bytes.
func TestVariantsOfBuiltin(t *testing.T) {
	t.Parallel()
	for _, p := range Builtin().Providers() {
		for _, e := range p.Events {
			t.Run(e.ID(), func(t *testing.T) {
				t.Parallel()
				for _, s := range e.Samples {
					body := s.Body
					if p.Batch && !bytes.HasPrefix(body, []byte("[")) {
						body = json.RawMessage("[" + string(body) + "]")
					}
					if s.Generated {
						continue // may hold templates; what becomes of it is checked below
					}
					for _, problem := range e.Validate(body) {
						t.Errorf("sample %s: %s %s %s", s.Variant, problem.Path, problem.Kind, problem.Text)
					}
				}
				for _, variant := range e.Variants() {
					checkVariant(t, e, variant)
				}
			})
		}
	}
}

// invariable are event types that have no text of the sender's.
var invariable = []string{"zoom/endpoint.url_validation", "webconnex/ping", "sitestacker/historic_gift_create", "woocommerce/order.deleted"}

func checkVariant(t *testing.T, e *EventType, variant string) {
	t.Helper()
	o := Options{Variant: variant, Seed: 7, Seq: 3, Now: time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)}
	body, err := e.Generate(o)
	if err != nil {
		t.Errorf("Generate(%s): %v", variant, err)
		return
	}
	again, err := e.Generate(o)
	if err != nil || !bytes.Equal(body, again) {
		t.Errorf("the seed makes two payloads:\n%s\n%s", body, again)
	}
	if !json.Valid(body) {
		t.Fatalf("%s is not JSON: %s", variant, body)
	}
	changes := !slices.Contains(invariable, e.ID())
	if changes && variant == VariantHuge && len(body) < hugeBytes/2 {
		t.Errorf("huge has %d bytes: %.300s", len(body), body)
	}
	if changes && variant == VariantUnicode && utf8.RuneCount(body) == len(body) && !bytes.Contains(body, []byte(`\u`)) {
		t.Errorf("unicode has nothing beyond ASCII: %s", body)
	}
	if variant == VariantNull || e.Provider.Format != "json" {
		return
	}
	if variant == VariantHuge && e != e.Provider.Events[0] {
		return // checking a megabyte takes its time
	}
	for _, problem := range e.Validate(body) {
		t.Errorf("%s: %s: %s: %s", variant, problem.Path, problem.Kind, problem.Text)
	}
}

func event(t *testing.T, name string) *EventType {
	t.Helper()
	e, err := Builtin().Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestGenerateIsWrittenAsTheProviderDoes(t *testing.T) {
	t.Parallel()
	body, err := event(t, "webconnex/coupon").Generate(Options{Seed: 1, Set: []Assignment{
		{Path: "eventId", Value: "5675"}, {Path: "data.dateUpdated", Value: `"2017-03-03T20:38:48Z"`},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"eventType":"coupon","accountId":1,"formId":112,"eventId":5675,"data":{"available":-1,"codes":[{"code":"half_off","couponId":343,"id":3345,"redeemed":3}],` +
		`"couponId":343,"currency":"USD","dateCreated":"2016-12-29T06:14:28Z","dateUpdated":"2017-03-03T20:38:48Z","discounts":[{"paths":["registrants.registrationOptions.option1"],` +
		`"perTicket":false,"value":"50","valueType":"percent"}],"formId":29815,"name":"Social Media Campaign","redeemed":3,"voucher":false},` +
		`"meta":{"appKey":"Optional App Key","name":"Push Notifications"}}`
	if string(body) != want {
		t.Errorf("Generate =\n%s\nwant\n%s", body, want)
	}
}

// Two events are never the same event.
func TestGenerateIsFresh(t *testing.T) {
	t.Parallel()
	e := event(t, "registration")
	type ids struct {
		EventID int
		Data    struct{ ID, OrderNumber, RegistrationTimestamp string }
	}
	read := func(o Options) (v ids) {
		body, err := e.Generate(o)
		if err == nil {
			err = json.Unmarshal(body, &v)
		}
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	one, two := read(Options{Seed: 1, Seq: 1, Now: now}), read(Options{Seed: 1, Seq: 2, Now: now})
	if one.EventID == two.EventID || one.Data.ID == two.Data.ID || one.Data.OrderNumber == two.Data.OrderNumber {
		t.Errorf("the ids of two events are the same: %v, %v", one, two)
	}
	if one.Data.RegistrationTimestamp != "2026-05-06T07:08:09Z" {
		t.Errorf("registrationTimestamp = %s", one.Data.RegistrationTimestamp)
	}
}

func TestVariants(t *testing.T) {
	t.Parallel()
	e := event(t, "webconnex/publish")
	for _, tt := range []struct {
		variant   string
		has, lack string
	}{
		{VariantFull, `"eventStart":"2016-05-31T07:00:00Z"`, "null"},
		{VariantMinimal, `"timeZone":"America/Regina"`, "eventStart"},
		{VariantNull, `"eventStart":null`, `"appKey":"`},
		{VariantUnicode, `"name":"Zoë Ångström-Łukasz"`, "Example Form"},
	} {
		body, err := e.Generate(Options{Variant: tt.variant, Seed: 5})
		if err != nil || !strings.Contains(string(body), tt.has) || strings.Contains(string(body), tt.lack) {
			t.Errorf("%s = %s, %v; want %s and no %s", tt.variant, body, err, tt.has, tt.lack)
		}
	}
	for _, name := range []string{"webconnex/registration", "webconnex/publish"} {
		body, err := event(t, name).Generate(Options{Variant: VariantHuge, Seed: 5})
		if err != nil || len(body) < hugeBytes/2 || len(body) > 2*hugeBytes {
			t.Errorf("huge %s has %d bytes, %v", name, len(body), err)
		}
	}
	if _, err := e.Generate(Options{Variant: "tiny"}); err == nil || !strings.Contains(err.Error(), "webconnex/publish has no variant tiny; it has full, minimal") {
		t.Errorf("an unknown variant: %v", err)
	}
}

// Where there is no text for people, another one that is free is varied.
func TestVariantsOfPlainTexts(t *testing.T) {
	t.Parallel()
	const document = "id: own\nevents:\n- name: made\n  fields: [{name: id, type: string, example: a1}, {name: type, type: string, example: made}" +
		", {name: at, type: string, format: date-time, example: '2026-01-02T03:04:05Z'}%s]\n"
	for more, want := range map[string]string{
		"": `"id":"Zoë Ångström-Łukasz","type":"made"`,
		", {name: plan, type: string, example: pro}":                                                                    `"id":"a1","type":"made","at":"2026-01-02T03:04:05Z","plan":"Zoë Ångström-Łukasz"`,
		", {name: plan, type: string, example: pro}, {name: user_name, type: string, example: ann_1}":                   `"plan":"pro","user_name":"Zoë Ångström-Łukasz"`,
		", {name: user_name, type: string, example: ann_1}, {name: note, type: string, example: Ring twice}":            `"user_name":"ann_1","note":"Zoë Ångström-Łukasz"`,
		", {name: note, type: string, max_length: 4, example: Ring}, {name: plan, type: string, enum: [a], example: a}": `"id":"Zoë Ångström-Łukasz"`,
	} {
		e := eventOf(t, imported(t, fmt.Sprintf(document, more)), "made")
		for variant, is := range map[string]func(body []byte) bool{
			VariantUnicode: func(body []byte) bool { return strings.Contains(string(body), want) },
			VariantHuge:    func(body []byte) bool { return len(body) > hugeBytes/2 },
		} {
			if body, err := e.Generate(Options{Variant: variant, Seed: 5}); err != nil || !is(body) || len(e.Validate(body)) > 0 {
				t.Errorf("%s with%s = %.300s, %v; want %s", variant, more, body, err, want)
			}
		}
	}
}

// What is set may be a template, which each payload fills in.
func TestSetTemplates(t *testing.T) {
	t.Parallel()
	e := event(t, "webconnex/test")
	for text, want := range map[string]string{
		"n={{seq}}":                           `{"n":7}`,
		"n=no {{seq}}":                        `{"n":"no 7"}`,
		`n="{{seq}}"`:                         `{"n":"7"}`,
		"n=:{{seq}}":                          `{"n":"{{seq}}"}`,
		`n={"who":"{{who}}","at":"{{unix}}"}`: `{"n":{"who":"a \"b\"","at":"1767323045"}}`,
		"n={{who}}":                           `{"n":"a \"b\""}`,
		`n:=["{{event}}"]`:                    `{"n":["test"]}`,
		"n={{nope}}":                          "set n: line 1, column 1: {{nope}} is no known name; did you mean now?",
		"n={{seq":                             "set n: line 1, column 1: {{ without }}",
		"n:={{seq}}":                          "the value of n is not JSON: ",
	} {
		a, err := ParseAssignment(text)
		var body []byte
		if err == nil {
			body, err = e.Generate(Options{Seq: 7, Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Values: map[string]string{"who": `a "b"`}, Body: []byte(`{}`), Set: []Assignment{a}})
		}
		if got := string(body); got != want && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s makes %s, %v; want %s", text, got, err, want)
		}
	}
	a, err := ParseAssignment("id={{uuid}}")
	if err != nil {
		t.Fatal(err)
	}
	fill := func(seed uint64) string {
		t.Helper()
		body, err := SetAll([]byte(`{}`), []Assignment{a}, Vars{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	if one, again, two := fill(1), fill(1), fill(2); one == two || one != again {
		t.Errorf("a seed makes %s and %s, another one %s", one, again, two)
	}
	var both struct{ Made, ID string }
	body, err := ExpandAndSet([]byte(`{"made":"{{uuid}}"}`), []Assignment{a}, Vars{Seed: 1, JSON: true})
	if err == nil {
		err = json.Unmarshal(body, &both)
	}
	if err != nil || both.Made == both.ID || both.ID == "" {
		t.Errorf("a template and a place that is set make %s, %v; want two ids", body, err)
	}
}

func TestGenerateFromBody(t *testing.T) {
	t.Parallel()
	e := event(t, "webconnex/test")
	body, err := e.Generate(Options{Seed: 1, Seq: 4, Values: map[string]string{"who": `a "b"`}, Set: []Assignment{{Path: "n", Value: "1.50"}}, Body: []byte("{ \"n\": {{seq}},\n\t\"who\" : \"{{who}}\", \"type\":\"{{event}}\"}")})
	if want := "{ \"n\": 1.50,\n\t\"who\" : \"a \\\"b\\\"\", \"type\":\"test\"}"; err != nil || string(body) != want {
		t.Errorf("Generate = %s, %v; want %s", body, err, want)
	}
	plain, err := e.Generate(Options{Body: []byte(`a=1&who={{who}}`), Values: map[string]string{"who": `"x"`}})
	if err != nil || string(plain) != `a=1&who="x"` {
		t.Errorf("a body that is no JSON = %s, %v", plain, err)
	}
}

// A body carries the id of its event: the one given, or one of the provider's form.
func TestGeneratedEventID(t *testing.T) {
	t.Parallel()
	e, err := Builtin().Find("stripe/invoice.paid")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, given, want string }{
		{"given", "evt_given", `"id": "evt_given"`},
		{"made by the provider's form", "", `"id": "evt_`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body, err := e.Generate(Options{Seed: 1, Values: map[string]string{"event_id": tt.given}})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(body), tt.want) {
				t.Errorf("no %s in %.80s", tt.want, body)
			}
		})
	}
}

// The form or campaign of an event stands in its payload, where it has a place for it.
func TestGenerateOfAForm(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		event string
		o     Options
		want  string
	}{
		{"webconnex/publish", Options{Values: map[string]string{"form": "77"}}, `"formId":77,`},
		{"webconnex/publish", Options{}, `"formId":14280,`},
		{"webconnex/publish", Options{Values: map[string]string{"form": "summer"}}, `"formId":14280,`},
		{"webconnex/publish", Options{Values: map[string]string{"form": "77"}, Set: []Assignment{{Path: "formId", Value: "8"}}}, `"formId":8,`},
		{"stockcrowd/INVERSOR_PAYMENT_CREATED", Options{Values: map[string]string{"campaign": "12"}}, `"CAMPAIGN_ID":"12"`},
	} {
		if body, err := event(t, tt.event).Generate(tt.o); err != nil || !strings.Contains(string(body), tt.want) {
			t.Errorf("%s of %v: %.300s, %v; want %s", tt.event, tt.o.Values, body, err, tt.want)
		}
	}
}
