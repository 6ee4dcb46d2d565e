package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
)

func (d *document) asyncAPI() (*Provider, error) {
	version := d.string(&d.root, "asyncapi")
	if !strings.HasPrefix(version, "2.") && !strings.HasPrefix(version, "3.") {
		return nil, d.fail(d.root.member("asyncapi"), "#/asyncapi", "version %.20q is not read; 2 and 3 are", version)
	}
	channels := d.member(&d.root, "channels")
	if channels == nil || channels.kind != '{' {
		return nil, d.fail(&d.root, "#", "there are no channels")
	}
	p := d.provider()
	seen := map[*node]bool{}
	var forms []wireForm
	for i := range channels.members {
		m := &channels.members[i]
		at := "#/channels/" + strings.ReplaceAll(m.key, "/", "~1")
		channel := resolve(&d.root, &m.value, d.text)
		if err := d.external(channel, at); err != nil {
			return nil, err
		}
		for _, msg := range d.messages(channel, at) {
			form, err := d.message(p, m.key, msg, seen)
			if err != nil {
				return nil, err
			}
			forms = append(forms, form)
		}
	}
	if len(forms) == 0 {
		return nil, d.fail(channels, "#/channels", "no channel has a message")
	}
	d.adopt(p, forms)
	return p, nil
}

// asyncMessage is a message of a channel.
type asyncMessage struct {
	n    *node
	name string // its key or the last part of what refers to it
	at   string
}

// messages are those of version 3, which stand below messages, and those of
// version 2, which stand below publish and subscribe.
func (d *document) messages(channel *node, at string) []asyncMessage {
	var list []asyncMessage
	add := func(n *node, name, at string) {
		if ref := d.string(n, "$ref"); ref != "" {
			name = ref[strings.LastIndex(ref, "/")+1:]
		}
		list = append(list, asyncMessage{n, name, at})
	}
	if group := d.member(channel, "messages"); group != nil && group.kind == '{' {
		for i := range group.members {
			add(&group.members[i].value, group.members[i].key, at+"/messages/"+group.members[i].key)
		}
	}
	for _, word := range []string{"publish", "subscribe"} {
		operation := d.member(channel, word)
		m := operation.member("message")
		if m == nil {
			continue
		}
		at := at + "/" + word + "/message"
		choice := m.member("oneOf")
		if choice == nil || choice.kind != '[' {
			add(m, d.string(operation, "operationId"), at)
			continue
		}
		for i := range choice.members {
			add(&choice.members[i].value, "", fmt.Sprintf("%s/oneOf/%d", at, i))
		}
	}
	return list
}

func (d *document) message(p *Provider, channel string, m asyncMessage, seen map[*node]bool) (wireForm, error) {
	n := resolve(&d.root, m.n, d.text)
	if err := d.external(n, m.at); err != nil {
		return wireForm{}, err
	}
	if seen[n] {
		return wireForm{}, nil
	}
	seen[n] = true
	name := d.string(n, "name", "messageId")
	for _, other := range []string{m.name, channel} {
		if name == "" {
			name = other
		}
	}
	for _, e := range p.Events {
		if e.Name == name {
			name = channel + "." + name
			break
		}
	}
	e := &EventType{Name: name, Description: firstLine(d.string(n, "summary", "title", "description")), Group: channel, Schema: json.RawMessage(anySchema)}
	if e.Description == "" {
		e.Description = name
	}
	payload, at := d.member(n, "payload"), m.at+"/payload"
	format := d.string(n, "schemaFormat")
	if inner := payload.member("schema"); inner != nil && payload.member("schemaFormat") != nil {
		format = d.string(payload, "schemaFormat")
		payload, at = inner, at+"/schema"
	}
	if format != "" && !strings.Contains(format, "aai") && !strings.Contains(format, "asyncapi") && !strings.Contains(format, "schema+json") {
		p.Notes = append(p.Notes, fmt.Sprintf("%s is left out: its schema is %s, and JSON Schema is read", name, format))
		return wireForm{}, nil
	}
	if payload != nil {
		var err error
		if e.Schema, err = d.bundle(p, payload, at); err != nil {
			return wireForm{}, err
		}
	}
	if examples := d.member(n, "examples"); examples != nil && examples.kind == '[' {
		for i := range examples.members {
			d.messageSample(e, &examples.members[i].value, i)
		}
	}
	form := wireForm{event: e, media: d.string(n, "contentType")}
	if form.media == "" {
		form.media = d.string(&d.root, "defaultContentType")
	}
	if properties := d.member(d.member(n, "headers"), "properties"); properties != nil {
		for i := range properties.members {
			property := &properties.members[i]
			if h, ok := d.headerValue(property.key, resolve(&d.root, &property.value, d.text)); ok {
				form.headers = append(form.headers, h)
			}
		}
	}
	return form, d.add(p, e, n, m.at)
}

func (d *document) messageSample(e *EventType, example *node, i int) {
	body := example.member("payload")
	if body == nil {
		return
	}
	variant := VariantFull
	if len(e.Samples) > 0 {
		if variant = d.string(example, "name"); variant == "" {
			variant = fmt.Sprintf("example-%d", i+1)
		}
	}
	e.Samples = append(e.Samples, Sample{Variant: variant, Body: body.raw(d.text), Source: d.file})
}
