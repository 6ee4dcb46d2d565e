package inspector

// Known is what a request tells of itself without a check of its signature.
type Known struct {
	Provider string // id, "" if unknown
	Event    string // name of the event type, "" if unknown
	EventID  string // the provider's own delivery or event id, "" if none
	Ping     bool   // a test event
}

// scanBytes is how much of a body is looked at.
const scanBytes = 8 << 10

// maxName is the longest event name or id that is taken over.
const maxName = 256

// Recogniser tells who sent a request, and what about: by its header lines, and
// where they do not say, by the top level of a JSON body, of which the first
// bytes are enough. It is given all header lines, then the body. The strings share
// memory with the arguments, which must not change afterwards.
type Recogniser struct {
	known Known
	rank  int
}

// Field looks at a header line.
func (r *Recogniser) Field(name, value string) {
	mark, ok := lookupMark(name)
	if !ok || len(value) > maxName && mark.role != markSign {
		return
	}
	if mark.rank > r.rank {
		r.known, r.rank = Known{Provider: mark.provider}, mark.rank
	}
	if mark.provider != r.known.Provider {
		return
	}
	switch mark.role {
	case markEvent:
		r.known.Event = value
	case markDelivery:
		r.known.EventID = value
	}
}

// Body looks at the start of the body and returns what is known.
func (r *Recogniser) Body(body []byte) Known {
	k := r.known
	k.fromBody(body)
	k.Ping = isPing(k.Provider, k.Event)
	return k
}

// fromBody fills in what the header lines left open.
func (k *Known) fromBody(body []byte) {
	if k.Event != "" && k.EventID != "" || len(body) == 0 {
		return
	}
	top := scanTop(body[:min(len(body), scanBytes)])
	if k.Provider == "" && stockcrowdEvents[top.upperEvent] {
		k.Provider, k.Event = "stockcrowd", top.upperEvent
	}
	if k.Event == "" {
		k.Event = top.event()
	}
	if k.EventID == "" && bodyIDs[k.Provider] {
		k.EventID = top.id
	}
}

// bodyIDs are the providers whose body names the event by a top-level "id".
// Source: the providers' own reference pages.
var bodyIDs = map[string]bool{"stripe": true, "paypal": true}

// pings are the names of test events. Sources: those of the marks below.
var pings = map[string]string{
	"github": "ping", "webconnex": "test", "site-stacker": "ping", "gitea": "ping", "forgejo": "ping", "gogs": "ping",
	"intercom": "ping", "bitbucket": "diagnostics:ping", "slack": "url_verification", "zoom": "endpoint.url_validation",
}

func isPing(provider, event string) bool {
	return event != "" && (pings[provider] == event || provider == "webconnex" && event == "ping")
}
