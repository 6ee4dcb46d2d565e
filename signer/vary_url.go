package signer

import (
	"net/url"
	"slices"
	"strings"
)

// maxURLs bounds the forms of an address that are tried.
const maxURLs = 400

// urlForms lists other forms of the address: scheme, host and port from the
// headers that proxies leave, the path with and without its slash and prefix, and
// the query in its spellings.
func urlForms(m *Message) []string {
	u, err := url.Parse(m.URL)
	if err != nil {
		return nil
	}
	var out []string
	for _, origin := range origins(m, u) {
		for _, path := range pathForms(m, u) {
			for _, query := range queryForms(m.query()) {
				address := origin + path
				if query != "" {
					address += "?" + query
				}
				if address != m.URL && !slices.Contains(out, address) {
					out = append(out, address)
				}
				if len(out) == maxURLs {
					return out
				}
			}
		}
	}
	return append(out, m.target(), m.target()+"/")
}

// origins are scheme://host:port in the forms that the headers allow, the one
// that is set first.
func origins(m *Message, u *url.URL) []string {
	user := ""
	if u.User != nil {
		user = u.User.String() + "@"
	}
	hosts := []string{u.Host}
	schemes := []string{u.Scheme}
	addTo := func(list *[]string, v string) {
		if v = strings.TrimSpace(v); v != "" && !strings.ContainsAny(v, " /\\") && !slices.Contains(*list, v) {
			*list = append(*list, v)
		}
	}
	for _, name := range []string{"X-Forwarded-Host", "X-Original-Host", "Host"} {
		if v, ok := m.Value(name); ok {
			first, _, _ := strings.Cut(v, ",")
			addTo(&hosts, first)
		}
	}
	forwarded, _ := m.Value("Forwarded")
	first, _, _ := strings.Cut(forwarded, ",")
	for part := range strings.SplitSeq(first, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch value = strings.Trim(value, `"`); strings.ToLower(name) {
		case "host":
			addTo(&hosts, value)
		case "proto":
			addTo(&schemes, strings.ToLower(value))
		}
	}
	addTo(&schemes, "https")
	addTo(&schemes, "http")
	port, _ := m.Value("X-Forwarded-Port")
	var out []string
	for _, scheme := range schemes {
		for _, host := range hosts {
			bare := host
			if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
				bare = host[:i]
			}
			forms := []string{host, bare, bare + map[string]string{"https": ":443", "http": ":80"}[scheme]}
			if port != "" && strings.Trim(port, "0123456789") == "" {
				forms = append(forms, bare+":"+port)
			}
			for _, form := range forms {
				if origin := scheme + "://" + user + form; !slices.Contains(out, origin) {
					out = append(out, origin)
				}
			}
			if user != "" && !slices.Contains(out, scheme+"://"+host) {
				out = append(out, scheme+"://"+host)
			}
		}
	}
	return out
}

func pathForms(m *Message, u *url.URL) []string {
	path, _, _ := strings.Cut(m.target(), "?")
	out := []string{path}
	add := func(p string) {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	add(strings.TrimSuffix(path, "/"))
	if path == "/" {
		out = append(out, "")
	}
	add(path + "/")
	for _, name := range []string{"X-Original-URL", "X-Original-URI", "X-Rewrite-URL", "X-Forwarded-Uri"} {
		if v, ok := m.Value(name); ok {
			if i := strings.Index(v, "://"); i >= 0 {
				v = (&Message{URL: v}).target()
			}
			v, _, _ = strings.Cut(v, "?")
			if strings.HasPrefix(v, "/") {
				add(v)
			}
		}
	}
	if prefix, ok := m.Value("X-Forwarded-Prefix"); ok && strings.HasPrefix(prefix, "/") {
		add(strings.TrimSuffix(prefix, "/") + path)
		add(strings.TrimPrefix(path, strings.TrimSuffix(prefix, "/")))
	}
	if decoded, err := url.PathUnescape(path); err == nil {
		add(decoded)
	}
	add(u.EscapedPath())
	if i := strings.IndexByte(strings.TrimPrefix(path, "/"), '/'); i >= 0 {
		add(path[i+1:]) // a prefix that a proxy put in front
	}
	return out
}

func queryForms(query string) []string {
	out := []string{query}
	if query == "" {
		return out
	}
	fields := parseForm(query)
	write := func(fields []Field, escape func(string) string) string {
		parts := make([]string, len(fields))
		for i, f := range fields {
			parts[i] = escape(f.Name) + "=" + escape(f.Value)
		}
		return strings.Join(parts, "&")
	}
	for _, form := range []string{
		"", write(fields, url.QueryEscape), write(sorted(fields), url.QueryEscape),
		write(fields, func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }),
		write(sorted(fields), func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }),
		write(fields, func(s string) string { return s }), unescape(query), smallHex(query), capitalHex(query),
	} {
		if !slices.Contains(out, form) {
			out = append(out, form)
		}
	}
	return out
}

// shownURL is an address without a password in it.
func shownURL(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		return u.Redacted()
	}
	return address
}
