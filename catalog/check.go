package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// failAt makes an error about a place in a file, given as a YAML path.
type failAt func(path, format string, args ...any) error

var (
	idForm     = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,63}$`)
	nameForm   = regexp.MustCompile(`^[A-Za-z0-9*][A-Za-z0-9 ._:/@*+-]{0,255}$`)
	headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	statusForm = regexp.MustCompile(`^([1-5]xx|[1-5][0-9][0-9](-[1-5][0-9][0-9])?)$`)
)

var contentTypes = map[string]string{
	"json": "application/json",
	"form": "application/x-www-form-urlencoded",
	"xml":  "application/xml",
}

func (p *Provider) setDefaults() {
	if p.Name == "" {
		p.Name = p.ID
	}
	if p.Method == "" {
		p.Method = "POST"
	}
	if p.Format == "" {
		p.Format = "json"
	}
	if p.ContentType == "" {
		p.ContentType = contentTypes[p.Format]
	}
	if p.DeliveryIDOnRetry == "" {
		p.DeliveryIDOnRetry = "same"
	}
	if len(p.Success) == 0 {
		p.Success = []string{"2xx"}
	}
	if len(p.Headers) == 0 {
		p.Headers = []Header{{Name: "Content-Type", Value: "{{content_type}}"}, {Slot: SlotSignature}}
	}
	for _, v := range []*string{&p.Resend.Body, &p.Resend.DeliveryID} {
		if *v == "" {
			*v = "same"
		}
	}
	if p.Resend.Signature == "" {
		p.Resend.Signature = "new"
	}
	p.readHeaders()
}

// oneOf is a setting that has few values.
type oneOf struct {
	at, value string
	want      []string
}

// checkProvider finds what the types cannot express.
func checkProvider(p *Provider, fail failAt) error {
	for _, id := range append([]string{p.ID}, p.Aliases...) {
		if !idForm.MatchString(id) {
			return fail("$.id", "%q is no id: use small letters, digits, hyphens and dots", id)
		}
	}
	sameOrNew := []string{"same", "new"}
	for _, c := range []oneOf{
		{"$.format", p.Format, []string{"json", "form", "xml"}},
		{"$.delivery_id_on_retry", p.DeliveryIDOnRetry, sameOrNew},
		{"$.resend.body", p.Resend.Body, sameOrNew},
		{"$.resend.signature", p.Resend.Signature, sameOrNew},
		{"$.resend.delivery_id", p.Resend.DeliveryID, sameOrNew},
		{"$.retry.retry_after", p.Retry.RetryAfter, []string{"", "obey", "clamp2x", "ignore"}},
		{"$.json.style", p.JSON.Style, []string{"", "compact", "spaced", "indent2", "indent4", "tab"}},
	} {
		if !slices.Contains(c.want, c.value) {
			return fail(c.at, "%q is none of %s", c.value, strings.TrimPrefix(strings.Join(c.want, ", "), ", "))
		}
	}
	for i, f := range p.Formats {
		if contentTypes[f] == "" {
			return fail(fmt.Sprintf("$.formats[%d]", i), "%q is none of json, form, xml", f)
		}
	}
	if p.Retry.Jitter < 0 || p.Retry.Jitter > 1 {
		return fail("$.retry.jitter", "%v is not a share from 0 to 1", p.Retry.Jitter)
	}
	if p.EventNames != "" {
		var err error
		if p.eventNames, err = regexp.Compile(p.EventNames); err != nil {
			return fail("$.event_names", "%v", err)
		}
	}
	if err := p.checkStatus(fail); err != nil {
		return err
	}
	if err := p.checkHeaders(fail); err != nil {
		return err
	}
	return p.checkFacts(fail)
}

func (p *Provider) checkStatus(fail failAt) error {
	lists := map[string][]string{
		"$.success": p.Success, "$.retry.stop_status": p.Retry.StopStatus, "$.retry.only_status": p.Retry.OnlyStatus,
	}
	if p.Disable != nil {
		lists["$.disable.status"] = p.Disable.Status
	}
	for at, list := range lists {
		for i, s := range list {
			if !statusForm.MatchString(s) {
				return fail(fmt.Sprintf("%s[%d]", at, i), "%q is no status: use 2xx, 200 or 200-204", s)
			}
		}
	}
	return nil
}

func (p *Provider) checkHeaders(fail failAt) error {
	slots := map[string]bool{}
	for i, h := range p.Headers {
		at := fmt.Sprintf("$.headers[%d]", i)
		if h.Slot == SlotBeside {
			if h.Name != "" || h.Value != "" || h.When != "" || !slices.Contains(p.Schemes, h.Beside) || slots[h.Beside] {
				return fail(at+".beside", "%q is none of schemes, is there already, or has a name, a value or a condition beside it", h.Beside)
			}
			slots[h.Beside] = true
			continue
		}
		if h.Slot != "" {
			if h.Slot != SlotSignature && h.Slot != SlotContentLength || slots[h.Slot] {
				return fail(at, "%q is neither signature nor content-length, or is there already", h.Slot)
			}
			slots[h.Slot] = true
			continue
		}
		if !headerForm.MatchString(h.Name) {
			return fail(at+".name", "%q is no header name", h.Name)
		}
		if strings.EqualFold(h.Name, "Host") || strings.EqualFold(h.Name, "Content-Length") {
			return fail(at+".name", "%s is written by itself; for its place use the word content-length", h.Name)
		}
		if strings.ContainsAny(h.Value, "\r\n\x00") {
			return fail(at+".value", "a header cannot hold a line break")
		}
		if h.When != "" && !p.knowsHeaderVar(h.When) {
			return fail(at+".when", "%q is no value that headers have; known: %s", h.When, strings.Join(HeaderVars, ", "))
		}
		if err := p.checkHeaderValue(h.Value); err != nil {
			return fail(at+".value", "%v", err)
		}
	}
	for at, form := range map[string]string{"event": p.IDs.Event, "delivery": p.IDs.Delivery, "message": p.IDs.Message} {
		if err := CheckIDForm(form); form != "" && err != nil {
			return fail("$.ids."+at, "%v", err)
		}
	}
	return nil
}

func (p *Provider) checkFacts(fail failAt) error {
	for i, f := range p.Facts {
		at := fmt.Sprintf("$.facts[%d]", i)
		if f.Topic == "" || f.Text == "" {
			return fail(at, "a fact needs a topic and a text")
		}
		if f.Documented.Bool() && f.Source == "" {
			return fail(at, "no source; give one, or write documented: false")
		}
	}
	return nil
}
