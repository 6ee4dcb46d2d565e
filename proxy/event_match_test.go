package proxy

import (
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
)

func TestChannelTable(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name            string
		endpoint, event []string
		want            bool
	}{
		{"none, any", nil, []string{"client_1"}, true},
		{"none, none", nil, nil, true},
		{"some, none", []string{"client_1"}, nil, false},
		{"some, one shared", []string{"client_1", "agent_2"}, []string{"agent_2", "client_9"}, true},
		{"some, none shared", []string{"client_1", "agent_2"}, []string{"client_9"}, false},
		{"a beginning is no channel", []string{"client_1"}, []string{"client_12"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ok, why := Match(&Endpoint{On: true, Events: []string{"*"}, Channels: tt.endpoint}, &Event{Type: "svix/x", Channels: tt.event}, nil)
			if ok != tt.want || ok == (why != "") {
				t.Errorf("matched %v, reason %q", ok, why)
			}
		})
	}
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, event string
		events      []string
		want        bool
	}{
		{"by its payload name", "webconnex/edit_registrant", []string{"webconnex/edit_registrant"}, true},
		{"by its subscription name", "webconnex/edit_registrant", []string{"webconnex/registrant_edit"}, true},
		{"sent under the subscription name", "webconnex/registrant_edit", []string{"webconnex/edit_registrant"}, true},
		{"another event", "webconnex/coupon", []string{"webconnex/publish"}, false},
		{"an alias of the provider", "webconnex/coupon", []string{"regfox/coupon"}, true},
		{"the same name of another provider", "stripe/ping", []string{"sitestacker/ping"}, false},
		{"all of a provider", "sitestacker/tag_create", []string{"stockcrowd/*", "sitestacker/*"}, true},
		{"all of another provider", "sitestacker/tag_create", []string{"stockcrowd/*"}, false},
		{"all, one that is not yet known", "sitestacker/added_next_year", []string{"sitestacker/*"}, true},
		{"everything, a provider that is not known", "mine/made_up", []string{"*"}, true},
		{"nothing", "sitestacker/tag_create", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			id, _, _ := strings.Cut(tt.event, "/")
			p, _ := catalog.Builtin().Provider(id)
			ok, why := Match(&Endpoint{On: true, Events: tt.events}, &Event{Type: tt.event}, p)
			if ok != tt.want || ok == (why != "") {
				t.Errorf("matched %v, reason %q", ok, why)
			}
		})
	}
}

func TestNoEventsAreAllOfThemWhereTheProviderHasItSo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, provider, event string
		want                  bool
	}{
		{"Svix", "svix", "svix/user.created", true},
		{"Svix, an event of another provider", "svix", "webconnex/coupon", false},
		{"Webconnex", "webconnex", "webconnex/coupon", false},
		{"no provider", "", "svix/user.created", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			id, _, _ := strings.Cut(tt.event, "/")
			if ok, why := Match(&Endpoint{On: true, Provider: tt.provider}, &Event{Type: tt.event}, provider(t, id)); ok != tt.want {
				t.Errorf("matched %v, %q", ok, why)
			}
		})
	}
}

func TestScopeAndSkip(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		scope  *Scope
		skip   string
		event  Event
		want   bool
		reason string
	}{
		{"one campaign, that one", &Scope{Kind: "campaign", Only: []string{"12"}}, "", Event{Campaign: "12"}, true, ""},
		{"one campaign, another", &Scope{Kind: "campaign", Only: []string{"12"}}, "", Event{Campaign: "13"}, false, "its scope is the campaign 12, and the event has 13"},
		{"one campaign, none", &Scope{Kind: "campaign", Only: []string{"12"}}, "", Event{Form: "12"}, false, "its scope is the campaign 12, and the event has none"},
		{"all forms but one, new ones included", &Scope{Kind: "form", Except: []string{"9"}}, "", Event{Form: "new"}, true, ""},
		{"all forms but one, that one", &Scope{Kind: "form", Except: []string{"9"}}, "", Event{Form: "9"}, false, "its scope leaves out the form 9"},
		{"some forms but one of them", &Scope{Kind: "form", Only: []string{"8", "9"}, Except: []string{"9"}}, "", Event{Form: "9"}, false, "its scope leaves out the form 9"},
		{"offline", nil, "tag:offline", Event{Offline: true}, false, "its skip filter leaves it out: tag:offline"},
		{"not offline", nil, "tag:offline", Event{CRM: true}, true, ""},
		{"crm", nil, "tag:crm", Event{CRM: true}, false, "its skip filter leaves it out: tag:crm"},
		{"by the body", nil, "body.total:>100", Event{Payload: []byte(`{"total":125.5}`)}, false, "its skip filter leaves it out: body.total:>100"},
		{"by the body, less", nil, "body.total:>100", Event{Payload: []byte(`{"total":12.5}`)}, true, ""},
		{"by the row", nil, "event:coupon channel:client_1", Event{Channels: []string{"client_1", "b"}}, false, "its skip filter leaves it out: event:coupon channel:client_1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ep := ready(t, Endpoint{On: true, Events: []string{"*"}, Scope: tt.scope, Skip: tt.skip})
			ev := tt.event
			ev.Type = "webconnex/coupon"
			if ok, why := Match(ep, &ev, nil); ok != tt.want || why != tt.reason {
				t.Errorf("matched %v, %q; want %v, %q", ok, why, tt.want, tt.reason)
			}
		})
	}
}

// A coupon of Webconnex that is global reaches the webhooks of single forms.
func TestScopeOfWhatIsGlobal(t *testing.T) {
	t.Parallel()
	ep := ready(t, Endpoint{On: true, Events: []string{"*"}, Scope: &Scope{Kind: "form", Only: []string{"7"}}})
	for _, tt := range []struct {
		event Event
		want  bool
	}{
		{Event{Type: "webconnex/coupon"}, true},
		{Event{Type: "webconnex/coupon", Form: "7"}, true},
		{Event{Type: "webconnex/coupon", Form: "8"}, false},
		{Event{Type: "webconnex/registration"}, false},
	} {
		if ok, why := Match(ep, &tt.event, provider(t, "webconnex")); ok != tt.want {
			t.Errorf("%s of the form %q: %v, %q", tt.event.Type, tt.event.Form, ok, why)
		}
	}
}

func TestEventSurvivesItsRow(t *testing.T) {
	t.Parallel()
	ev := Event{
		Type: "stockcrowd/INVERSOR_CREATED", ID: "e1", Payload: []byte(`{}`), Channels: []string{"a", "b"}, Campaign: "12", Form: "7",
		Offline: true, CRM: true, RequestID: "r-1", Tags: []string{"mine"}, At: time.Unix(1, 0).UTC(),
	}
	row := ev.Row(inspector.ID{1}, "")
	if row.Tags[len(row.Tags)-1] != UnsubscribedTag || row.Dir != inspector.Out || row.Channel != "a b" {
		t.Errorf("row %+v", row)
	}
	back := EventOfRow(&row, ev.Payload)
	if back.Type != ev.Type || back.ID != ev.ID || back.Campaign != "12" || back.Form != "7" || !back.Offline || !back.CRM ||
		back.RequestID != "r-1" || strings.Join(back.Channels, " ") != "a b" || strings.Join(back.Tags, " ") != "mine" || !back.At.Equal(ev.At) {
		t.Errorf("read back %+v", back)
	}
}
