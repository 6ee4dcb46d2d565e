package catalog

import (
	"slices"
	"strings"
	"testing"
)

func provider(t *testing.T, id string) *Provider {
	t.Helper()
	p, ok := Builtin().Provider(id)
	if !ok {
		t.Fatalf("no provider %s", id)
	}
	return p
}

// The names of the four systems are those of their documentation.
func TestEventNames(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"stockcrowd": `INVERSOR_CREATED INVERSOR_PAYMENT_CREATED INVERSOR_PAYMENT_SUCCEEDED RECOMPENSA_SOLD BLACKBAUD_TOKENIZATION SIGNATURE_CREATED
			CAMPAIGN_ACTIVATED INVERSOR_PAYMENT_REFUND INVERSOR_PAYMENT_SUBSCRIPTION_CANCELLED INVERSOR_PAYMENT_SUBSCRIPTION_CHANGED RECURRING_CHARGE_CREATED
			INVERSOR_PAYMENT_SUBSCRIPTION_FAILED P2P_CAMPAIGN_CREATED P2P_CAMPAIGN_UPDATED P2P_CAMPAIGN_APPROVED INVERSOR_PAYMENT_ABANDONED`,
		"sitestacker": `campaign_create campaign_update campaign_delete contribution_batch_create contribution_batch_update contribution_create contribution_update
			historic_gift_create historic_gift_update historic_gift_delete person_create person_update person_delete
			person_address_create person_address_update person_address_delete person_email_create person_email_update person_email_delete
			person_phone_create person_phone_update person_phone_delete person_relation_create person_relation_update person_relation_delete
			person_type_assign person_type_unassign recurring_create recurring_update recurring_delete recurring_cancel recurring_reactivate
			tag_category_create tag_category_update tag_category_delete tag_create tag_update tag_delete tag_assign tag_unassign ping`,
		"webconnex": `registration publish subscription sms inventory_100 inventory_80 inventory_90 coupon
			edit_registrant cancel_registrant edit_ticket cancel_ticket cancel_order test ping`,
		"standard-webhooks": "example.event contact.created",
		"svix": `user.created endpoint.created endpoint.updated endpoint.disabled message.attempt.failing message.attempt.exhausted
			message.attempt.recovered message.attempt.log`,
		"crassula": "example",
	} {
		var got []string
		for _, e := range provider(t, id).Events {
			got = append(got, e.Name)
		}
		if !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%s has %v\nwant %v", id, got, strings.Fields(want))
		}
	}
}

// What goes over the wire stands in the provider's order and case.
func TestHeadersOfProviders(t *testing.T) {
	t.Parallel()
	values := map[string]string{"event": "registration", "delivery_id": "D", "request_id": "R", "content_type": "application/json"}
	for id, want := range map[string]string{
		"webconnex":         "Content-Type: application/json|User-Agent: Webconnex-Divvy|X-Webconnex-Delivery: D|X-Webconnex-Event: registration|(signature)",
		"sitestacker":       "Content-Type: application/json|User-Agent: SiteStacker|SiteStacker-Event: registration|SiteStacker-Delivery: D|(signature)|Request-Id: R",
		"stockcrowd":        "Content-Type: application/json|(signature)",
		"svix":              "Accept: */*|Content-Type: application/json|User-Agent: Svix-Webhooks/1.0.0|(signature)",
		"crassula":          "Accept: */*|Content-Type: application/json|User-Agent: Svix-Webhooks/1.0.0|(signature)",
		"standard-webhooks": "Content-Type: application/json|(signature)",
	} {
		lines, err := provider(t, id).WireHeaders(Vars{Values: values})
		if err != nil {
			t.Fatal(err)
		}
		if got := shownHeaders(lines); got != want {
			t.Errorf("%s writes %s\nwant %s", id, got, want)
		}
	}
	without, err := provider(t, "sitestacker").WireHeaders(Vars{})
	if err != nil || strings.Contains(shownHeaders(without), "Request-Id") {
		t.Errorf("without a Request-Id: %s, %v", shownHeaders(without), err)
	}
}

func shownHeaders(lines []Header) string {
	var texts []string
	for _, h := range lines {
		if h.Slot != "" {
			texts = append(texts, "("+h.Slot+")")
			continue
		}
		texts = append(texts, h.Name+": "+h.Value)
	}
	return strings.Join(texts, "|")
}

func TestRulesOfProviders(t *testing.T) {
	t.Parallel()
	if p := provider(t, "sitestacker"); len(p.Retry.Delays) != 10 || p.Retry.Delays[9].String() != "1m" || p.Wildcard != "*" || p.Ping == nil || !p.Ping.OnCreate || !p.SecretOptional {
		t.Errorf("sitestacker = %+v", p)
	}
	if p := provider(t, "stockcrowd"); len(p.Retry.Delays) != 2 || p.Retry.Delays[0].String() != "24h" || !slices.Equal(p.Formats, []string{"json", "form", "xml"}) || p.Scheme != "" {
		t.Errorf("stockcrowd = %+v", p)
	}
	if p := provider(t, "regfox"); p.ID != "webconnex" || len(p.Retry.Delays) != 0 || p.Resend.Signature != "same" || p.Meta["app_key"] != "meta.appKey" {
		t.Errorf("webconnex = %+v", p)
	}
	for _, id := range []string{"svix", "crassula"} {
		p := provider(t, id)
		var waits []string
		for _, d := range p.Retry.Delays {
			waits = append(waits, d.String())
		}
		if strings.Join(waits, " ") != "5s 5m 30m 2h 5h 10h 10h" || p.Retry.Jitter != 0.2 || p.Retry.MinAfter429.String() != "1m" || !p.Channels || p.Disable.After.String() != "120h" || p.Resend.Signature != "new" {
			t.Errorf("%s = %+v, waits %v", id, p, waits)
		}
	}
	// Nothing that Stockcrowd does not publish passes for its own.
	for _, e := range provider(t, "stockcrowd").Events {
		for _, f := range e.Fields {
			if f.Name != "EVENT" && !f.Custom {
				t.Errorf("%s: the field %s is not marked", e.Name, f.Name)
			}
		}
		for _, s := range e.Samples {
			if !s.Generated || !strings.Contains(s.Source, "Stockcrowd publishes no sample") {
				t.Errorf("%s: sample %+v", e.Name, s)
			}
		}
		wantProblems(t, e, `{"EVENT":"`+e.Name+`","MY_FIELD":1}`)
		wantProblems(t, e, `EVENT=`+e.Name+`&MY_FIELD=1`)
		wantProblems(t, e, `<event><MY_FIELD>1</MY_FIELD></event>`, "EVENT missing")
	}
}

// Names that users make up are event types too, where the provider has such.
func TestNamesMadeUp(t *testing.T) {
	t.Parallel()
	e := event(t, "crassula/transaction.created")
	body, err := e.Generate(Options{Seed: 1})
	if err != nil || !strings.HasPrefix(string(body), `{"type":"transaction.created",`) {
		t.Errorf("Generate = %s, %v", body, err)
	}
	wantProblems(t, e, `{"anything":[1]}`)
	for name, want := range map[string]string{
		"webconnex/edit_tickets": "no event type webconnex/edit_tickets in the catalogue; did you mean webconnex/edit_ticket",
		"svix/not a name":        "no event type svix/not a name in the catalogue",
		"nobody/x":               "no event type nobody/x in the catalogue",
	} {
		if _, err := Builtin().Find(name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Find(%s) = %v", name, err)
		}
	}
	if e := event(t, "webconnex/registrant_edit"); e.Name != "edit_registrant" {
		t.Errorf("a subscription name gives %s", e.Name)
	}
}

func BenchmarkGenerate(b *testing.B) {
	e, err := Builtin().Find("webconnex/registration")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Generate(Options{Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	e, err := Builtin().Find("webconnex/registration")
	if err != nil {
		b.Fatal(err)
	}
	body, err := e.Generate(Options{Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		e.Validate(body)
	}
}
