package web

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/boathook/boathook/catalog"
	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/web/client"
)

// catalog is the catalogue as it is now.
func (s *Server) catalog() (*catalog.Catalog, error) {
	if s.opt.Providers == nil {
		return nil, absent("catalogue")
	}
	return s.opt.Providers.Catalog(), nil
}

func (s *Server) listProviders(c *fiber.Ctx) error {
	all, err := s.catalog()
	if err != nil {
		return err
	}
	v := client.Catalog{Providers: []client.Provider{}}
	for _, p := range all.Providers() {
		v.Providers = append(v.Providers, providerView(p))
	}
	return sendJSON(c, 200, v)
}

func (s *Server) getProvider(c *fiber.Ctx) error {
	p, err := s.provider(c)
	if err != nil {
		return err
	}
	v := client.ProviderDetail{Provider: providerView(p), EventTypes: []client.EventSummary{}, Definition: p}
	endpoints := s.allEndpoints()
	for _, e := range p.Events {
		v.EventTypes = append(v.EventTypes, eventView(e, endpoints))
	}
	return sendJSON(c, 200, v)
}

func (s *Server) getEventType(c *fiber.Ctx) error {
	e, err := s.eventType(c)
	if err != nil {
		return err
	}
	return sendJSON(c, 200, client.EventDetail{
		EventSummary: eventView(e, s.allEndpoints()), Provider: e.Provider.ID,
		Fields: list(e.Fields), Schema: e.Schema, Samples: list(e.Samples), Source: e.Source,
	})
}

func (s *Server) getSubscribers(c *fiber.Ctx) error {
	e, err := s.eventType(c)
	if err != nil {
		return err
	}
	v := client.Subscribers{Subscribers: []client.Subscriber{}}
	for _, ep := range s.allEndpoints() {
		if ep.Subscribes(e.ID(), e.Provider) {
			v.Subscribers = append(v.Subscribers, client.Subscriber{
				Endpoint: ep.Name, Kind: ep.Kind, URL: ep.URL, On: ep.On && ep.Disabled == nil, Events: ep.Events, Note: ep.Note,
			})
		}
	}
	return sendJSON(c, 200, v)
}

// provider finds the provider that an address names, by id or alias.
func (s *Server) provider(c *fiber.Ctx) (*catalog.Provider, error) {
	all, err := s.catalog()
	if err != nil {
		return nil, err
	}
	p, ok := all.Provider(c.Params("provider"))
	if !ok {
		return nil, notFound("there is no such provider in the catalogue")
	}
	return p, nil
}

// eventType finds the event type that an address names. Its name may hold slashes,
// which are encoded in an address.
func (s *Server) eventType(c *fiber.Ctx) (*catalog.EventType, error) {
	p, err := s.provider(c)
	if err != nil {
		return nil, err
	}
	name, err := url.PathUnescape(c.Params("event"))
	if err != nil {
		return nil, notFound("there is no such event type in the catalogue")
	}
	all, err := s.catalog()
	if err != nil {
		return nil, err
	}
	e, err := all.Find(p.ID + "/" + name)
	if err != nil {
		return nil, unknownEvent(404, err)
	}
	return e, nil
}

// unknownEvent says which event type was meant.
func unknownEvent(status int, err error) error {
	var unknown *catalog.UnknownError
	if !errors.As(err, &unknown) {
		return err
	}
	p := problem(status, "event-type", "event type is not known", unknown.Error())
	p.Hint = "GET /api/v1/catalog lists the providers"
	if len(unknown.Suggestions) > 0 && !unknown.Ambiguous {
		p.Suggestion = unknown.Suggestions[0]
	}
	return p
}

func (s *Server) allEndpoints() []proxy.Endpoint {
	if s.opt.Endpoints == nil {
		return nil
	}
	return s.opt.Endpoints.List()
}

func providerView(p *catalog.Provider) client.Provider {
	formats := slices.Clone(p.Formats)
	if len(formats) == 0 {
		formats = []string{p.Format}
	}
	return client.Provider{
		ID: p.ID, Name: p.Name, Aliases: list(p.Aliases), Description: p.Description, Docs: p.Docs, Scheme: p.Scheme,
		Events: len(p.Events), Facts: list(p.Facts), Retry: retryText(p), RetryKnown: proxy.ProviderRetry(p).Known(), Resend: resendText(p), Formats: formats, Custom: p.Custom,
	}
}

// times finds 10x1m in the text of a retry rule.
var times = regexp.MustCompile(`(\d)x(\d)`)

func retryText(p *catalog.Provider) string {
	rule := proxy.ProviderRetry(p)
	rule.Preset = ""
	return times.ReplaceAllString(rule.String(), "$1 × $2")
}

func resendText(p *catalog.Provider) string {
	word := func(rule, missing string) string {
		if rule == "" {
			return missing
		}
		return rule
	}
	text := fmt.Sprintf("%s body, %s signature, %s delivery id",
		word(p.Resend.Body, "same"), word(p.Resend.Signature, "new"), word(p.Resend.DeliveryID, "same"))
	if p.Resend.Retried {
		text += ", tried again if it fails"
	}
	if p.Resend.Label != "" {
		text = p.Resend.Label + ": " + text
	}
	return text
}

func eventView(e *catalog.EventType, endpoints []proxy.Endpoint) client.EventSummary {
	v := client.EventSummary{
		ID: e.ID(), Name: e.Name, Subscription: e.Subscription, Description: e.Description, Group: e.Group,
		Variants: e.Variants(), Documented: e.Documented.Bool(), Deprecated: e.Deprecated,
	}
	if v.Subscription == "" {
		v.Subscription = e.Name
	}
	for i := range endpoints {
		if endpoints[i].Subscribes(v.ID, e.Provider) {
			v.Subscribers++
		}
	}
	return v
}

// isGone reports whether a registry does not have what was asked for.
func isGone(err error) bool { return errors.Is(err, inspector.ErrNotFound) }
