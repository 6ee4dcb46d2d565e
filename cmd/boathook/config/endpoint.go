package config

import (
	"strings"

	"github.com/boathook/boathook/proxy"
)

// Endpoint is an endpoint that a file describes. What its values mean is checked
// when it is stored.
type Endpoint struct {
	proxy.Endpoint
	Place
}

// Endpoints are the endpoints of the files, in their order.
func (v *Values) Endpoints() []Endpoint { return v.endpoints }

// EndpointKeys are the keys that an endpoint may have in a file.
var EndpointKeys = []string{"url", "email", "on", "note", "provider", "events", "channels", "campaigns", "except_campaigns", "forms", "except_forms", "skip",
	"method", "format", "auth", "app_key", "app_token", "headers", "scheme", "secret", "context",
	"retry", "jitter", "speed", "timeout", "success", "concurrency", "ordered", "rate", "insecure"}

func readEndpoint(e entry) (Endpoint, error) {
	ep := Endpoint{Endpoint: proxy.Endpoint{Name: e.name, On: true, Kind: proxy.KindURL}, Place: placeOf("endpoints", e)}
	path := "endpoints." + e.name
	err := e.value.each(path, EndpointKeys, func(name string, v *node) (err error) {
		switch at := path + "." + name; name {
		case "url":
			if ep.URL, err = TargetURL(v.text); err != nil || v.kind != scalar {
				err = v.checked(at, func(string) error { return err })
			}
		case "email":
			ep.Kind = proxy.KindEmail
			ep.Email, err = readEmail(at, v)
		case "on":
			ep.On, err = v.bool(at)
		case "campaigns", "except_campaigns", "forms", "except_forms":
			err = ep.readScope(at, name, v)
		case "auth":
			ep.Auth, err = readAuth(at, v)
		default:
			err = ep.readText(at, name, v)
		}
		return err
	})
	return ep, err
}

// readText reads the keys that are one value, or a list of words.
func (ep *Endpoint) readText(at, name string, v *node) (err error) {
	switch name {
	case "note":
		ep.Note, err = v.string(at)
	case "provider":
		ep.Provider, err = v.string(at)
	case "events":
		ep.Events, err = v.strings(at)
	case "channels":
		ep.Channels, err = v.strings(at)
	case "skip":
		var words []string
		words, err = v.strings(at)
		ep.Skip = SkipFilter(words)
	case "method":
		ep.Method, err = v.string(at)
		ep.Method = strings.ToUpper(ep.Method)
	case "format":
		ep.Format, err = v.string(at)
	case "app_key":
		ep.AppKey, err = v.string(at)
	case "app_token":
		ep.Token, err = v.secret(at)
	case "headers":
		ep.Headers, err = readHeaders(at, v)
	case "scheme":
		if ep.Scheme, err = v.string(at); ep.Scheme == "provider" {
			ep.Scheme = ""
		}
	case "secret":
		ep.Secrets, err = v.secrets(at)
	case "context":
		ep.Context, err = v.pairs(at)
	default:
		err = ep.readPace(at, name, v)
	}
	return err
}

// readPace reads the keys that say when and how fast it is sent to.
func (ep *Endpoint) readPace(at, name string, v *node) (err error) {
	switch name {
	case "retry":
		if v.kind == list {
			ep.Retry.Preset = "custom"
			ep.Retry.Delays, err = v.strings(at)
			break
		}
		ep.Retry.Preset, err = v.string(at)
	case "jitter":
		ep.Retry.Jitter, err = v.share(at)
	case "speed":
		ep.Speed, err = v.number(at)
	case "timeout":
		ep.TimeoutMS, err = v.millis(at)
	case "success":
		ep.Success, err = v.strings(at)
	case "concurrency":
		ep.Concurrency, err = v.int(at)
	case "ordered":
		ep.Ordered, err = v.bool(at)
	case "rate":
		ep.Rate, err = Rate(v.text)
		err = v.checked(at, func(string) error { return err })
	case "insecure":
		ep.Insecure, err = v.bool(at)
	}
	return err
}

func (ep *Endpoint) readScope(at, name string, v *node) error {
	ids, err := v.strings(at)
	if err != nil {
		return err
	}
	if ep.Scope != nil {
		return v.errorf("leave one of them", at+": campaigns, except_campaigns, forms and except_forms do not go together")
	}
	kind, except := strings.CutPrefix(name, "except_")
	ep.Scope = &proxy.Scope{Kind: strings.TrimSuffix(kind, "s"), Only: []string{}, Except: []string{}}
	if except {
		ep.Scope.Except = ids
	} else {
		ep.Scope.Only = ids
	}
	return nil
}

// skips are the filters that can be named by a word, as Stockcrowd's form has them.
var skips = map[string]string{"offline": "tag:offline", "crm": "tag:crm"}

// SkipFilter joins the filters of what an endpoint leaves out: one that matches is
// enough. The words offline and crm are ready ones.
func SkipFilter(words []string) string {
	var terms []string
	for _, w := range words {
		term := w
		if ready, ok := skips[strings.ToLower(w)]; ok {
			term = ready
		}
		if len(words) > 1 && strings.ContainsAny(term, " ") {
			term = "(" + term + ")"
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, " OR ")
}
