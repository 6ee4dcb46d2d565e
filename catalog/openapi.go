package catalog

import (
	"encoding/json"
	"strings"
)

var httpMethods = []string{"post", "put", "patch", "get", "delete"}

func (d *document) openAPI() (*Provider, error) {
	if version := d.string(&d.root, "openapi"); !strings.HasPrefix(version, "3.") {
		return nil, d.fail(d.root.member("openapi"), "#/openapi", "version %.20q is not read; 3.1 is, and 3.0 with x-webhooks", version)
	}
	section := "webhooks"
	hooks := d.member(&d.root, section)
	if hooks == nil {
		section = "x-webhooks"
		hooks = d.member(&d.root, section)
	}
	if hooks == nil || hooks.kind != '{' || len(hooks.members) == 0 {
		return nil, d.fail(&d.root, "#", "there is no webhooks section with event types in it; version 3.1 has it beside paths, 3.0 as x-webhooks, and callbacks of an operation are not read")
	}
	p := d.provider()
	var forms []wireForm
	for i := range hooks.members {
		m := &hooks.members[i]
		form, err := d.webhook(p, m.key, &m.value, "#/"+section+"/"+m.key)
		if err != nil {
			return nil, err
		}
		forms = append(forms, form)
	}
	d.adopt(p, forms)
	return p, nil
}

func (d *document) webhook(p *Provider, name string, item *node, at string) (wireForm, error) {
	item = resolve(&d.root, item, d.text)
	if err := d.external(item, at); err != nil {
		return wireForm{}, err
	}
	for _, method := range httpMethods {
		operation := d.member(item, method)
		if operation == nil {
			continue
		}
		e := &EventType{Name: name, Description: firstLine(d.string(operation, "summary", "description"))}
		if e.Description == "" {
			e.Description = name
		}
		if tags := stringsOf(operation.member("tags"), d.text); len(tags) > 0 {
			e.Group = tags[0]
		}
		if d := operation.member("deprecated"); d != nil && d.kind == 't' {
			e.Deprecated = true
		}
		body := d.member(operation, "requestBody")
		if err := d.external(body, at+"/"+method+"/requestBody"); err != nil {
			return wireForm{}, err
		}
		media, mediaType := d.media(body)
		pointer := at + "/" + method + "/requestBody/content/" + mediaType
		e.Schema = json.RawMessage(anySchema)
		if schema := media.member("schema"); schema != nil {
			var err error
			if e.Schema, err = d.bundle(p, schema, pointer+"/schema"); err != nil {
				return wireForm{}, err
			}
		}
		d.mediaSamples(e, media)
		form := wireForm{event: e, method: method, media: mediaType}
		form.headers = append(d.headerParameters(item), d.headerParameters(operation)...)
		return form, d.add(p, e, item, at)
	}
	return wireForm{}, d.fail(item, at, "has no operation such as post")
}

// headerParameters are the headers that the parameters of a webhook name.
func (d *document) headerParameters(holder *node) []Header {
	var headers []Header
	list := d.member(holder, "parameters")
	for i := 0; list != nil && list.kind == '[' && i < len(list.members); i++ {
		parameter := resolve(&d.root, &list.members[i].value, d.text)
		if d.string(parameter, "in") != "header" {
			continue
		}
		if h, ok := d.headerValue(d.string(parameter, "name"), d.member(parameter, "schema"), parameter); ok {
			headers = append(headers, h)
		}
	}
	return headers
}

// media is the JSON body of an operation, or its first body.
func (d *document) media(body *node) (*node, string) {
	content := d.member(body, "content")
	if content == nil {
		return nil, ""
	}
	for i := range content.members {
		if strings.Contains(content.members[i].key, "json") {
			return &content.members[i].value, content.members[i].key
		}
	}
	if len(content.members) == 0 {
		return nil, ""
	}
	return &content.members[0].value, content.members[0].key
}

// mediaSamples takes the examples that stand in the document.
func (d *document) mediaSamples(e *EventType, media *node) {
	if example := media.member("example"); example != nil {
		e.Samples = append(e.Samples, Sample{Variant: VariantFull, Body: example.raw(d.text), Source: d.file})
	}
	examples := d.member(media, "examples")
	if examples == nil || examples.kind != '{' {
		return
	}
	for i := range examples.members {
		m := &examples.members[i]
		value := d.member(resolve(&d.root, &m.value, d.text), "value")
		if value == nil {
			continue
		}
		variant := m.key
		if len(e.Samples) == 0 {
			variant = VariantFull
		}
		e.Samples = append(e.Samples, Sample{Variant: variant, Body: value.raw(d.text), Source: d.file, Description: d.string(&m.value, "summary")})
	}
}
