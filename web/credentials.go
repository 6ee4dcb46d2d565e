package web

import (
	"net/url"
	"strings"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy"
	"github.com/boathook/boathook/signer"
)

// credentials tells what carries a credential in the requests of a delivery, as far
// as its endpoint and its scheme say: the authentication of the endpoint as it is set
// now, and a signature that is the secret itself.
func (s *Server) credentials() func(*inspector.Row) []string {
	known := map[[2]string][]string{} // an export asks for many of few
	return func(row *inspector.Row) []string {
		key := [2]string{row.Endpoint, row.Scheme}
		names, ok := known[key]
		if !ok {
			names = s.secretNames(row.Endpoint, row.Scheme)
			known[key] = names
		}
		return names
	}
}

func (s *Server) secretNames(endpoint, scheme string) []string {
	var names []string
	for _, ep := range s.allEndpoints() {
		// What was received may have come from any of them.
		if endpoint == "" || ep.Name == endpoint {
			names = append(names, ep.SecretNames()...)
		}
	}
	if row, _, err := s.scheme(scheme); err == nil && row.Covers() == signer.CoversNothing {
		names = append(names, row.Signature.Headers...)
		if row.Signature.Query != "" {
			names = append(names, "?"+row.Signature.Query)
		}
	}
	return names
}

// maskedValue stands for the value of a header that holds a secret.
const maskedValue = "•••"

// masked are the headers of a plan without those that show a secret: how the
// endpoint is told who sends, and a signature that is the secret itself.
func (s *Server) masked(p *proxy.PlanItem) []inspector.Field {
	hidden := s.secretNames(p.Endpoint, p.Signature)
	out := []inspector.Field{}
	for _, f := range p.Headers {
		if s.rules().Line(f.Name) || names(hidden, f.Name) {
			f.Value = maskedValue
		}
		out = append(out, f)
	}
	return out
}

// names reports whether a list of names has one, in whatever case.
func names(list []string, name string) bool {
	for _, n := range list {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// maskedURL is the address of a plan without the parameter that tells the endpoint
// who sends.
func (s *Server) maskedURL(p *proxy.PlanItem) string {
	base, query, found := strings.Cut(p.URL, "?")
	if !found {
		return p.URL
	}
	hidden := s.secretNames(p.Endpoint, p.Signature)
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, _, _ := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if s.rules().Parameter(name) || names(hidden, "?"+plain) {
			parts[i] = name + "=" + maskedValue
		}
	}
	return base + "?" + strings.Join(parts, "&")
}
