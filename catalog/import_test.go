package catalog

import (
	"slices"
	"strings"
	"testing"
)

const openAPIDocument = `openapi: 3.1.0
info: {title: "Pet Shop!", version: "1", summary: Sells pets.}
webhooks:
  newPet:
    post:
      summary: A pet has arrived.
      tags: [pets]
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Pet'}
            examples:
              one: {value: {id: 1, name: Rex}}
              two: {value: {id: 2, name: Tom, parent: {id: 1, name: Rex}}}
  petGone:
    $ref: '#/components/pathItems/Gone'
components:
  pathItems:
    Gone:
      put:
        description: |
          A pet has gone.
          More text.
        requestBody: {content: {application/json: {schema: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}, why: {type: string, nullable: true, pattern: '^(?!x)'}}}}}}
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties:
        id: {type: integer}
        name: {type: string}
        parent: {$ref: '#/components/schemas/Pet'}
`

const asyncAPI2 = `asyncapi: 2.6.0
info: {title: Lamps, version: "1"}
channels:
  light/measured:
    publish:
      message: {$ref: '#/components/messages/lightMeasured'}
  light/turned:
    subscribe:
      message:
        oneOf:
          - {name: turnOn, payload: {type: object, properties: {on: {type: boolean}}, required: [on]}}
          - {name: avro, schemaFormat: application/vnd.apache.avro;version=1.9.0, payload: {}}
components:
  messages:
    lightMeasured:
      summary: A lamp tells how bright it is.
      payload: {$ref: '#/components/schemas/measured'}
      examples: [{payload: {lumens: 3, sentAt: '2026-01-02T03:04:05Z'}}]
  schemas:
    measured: {type: object, required: [lumens], properties: {lumens: {type: integer, minimum: 0}, sentAt: {type: string, format: date-time}}}
`

const asyncAPI3 = `{"asyncapi":"3.0.0","info":{"title":"Accounts","version":"1"},
"channels":{"signedUp":{"address":"user/signedup","messages":{"UserSignedUp":{"$ref":"#/components/messages/UserSignedUp"}}}},
"operations":{"on":{"action":"send","channel":{"$ref":"#/channels/signedUp"}}},
"components":{"messages":{"UserSignedUp":{"payload":{"schemaFormat":"application/vnd.aai.asyncapi;version=3.0.0","schema":{"type":"object","required":["email"],"properties":{"email":{"type":"string","format":"email"}}}}}}}}`

func imported(t *testing.T, text string) *Provider {
	t.Helper()
	p, err := Parse(File{"doc.yaml", []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func eventOf(t *testing.T, p *Provider, name string) *EventType {
	t.Helper()
	e, ok := p.Event(name)
	if !ok {
		t.Fatalf("no event type %s in %s (%v)", name, p.ID, p.Notes)
	}
	return e
}

// wantProblems compares paths and kinds, as "path kind".
func wantProblems(t *testing.T, e *EventType, body string, want ...string) {
	t.Helper()
	var got []string
	for _, p := range e.Validate([]byte(body)) {
		got = append(got, p.Path+" "+p.Kind)
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("Validate(%s) of %s = %v; want %v", body, e.ID(), got, want)
	}
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	p := imported(t, openAPIDocument)
	if p.ID != "pet-shop" || p.Description != "Sells pets." || len(p.Events) != 2 {
		t.Errorf("provider = %s, %q, %d events", p.ID, p.Description, len(p.Events))
	}
	pet := eventOf(t, p, "newPet")
	if pet.Group != "pets" || strings.Join(pet.Variants(), " ") != "full minimal null unicode huge two" {
		t.Errorf("group %s, variants %v", pet.Group, pet.Variants())
	}
	body, err := pet.Generate(Options{Variant: "two"})
	if want := `{"id":2,"name":"Tom","parent":{"id":1,"name":"Rex"}}`; err != nil || string(body) != want {
		t.Errorf("Generate = %s, %v; want %s", body, err, want)
	}
	wantProblems(t, pet, `{"id":1,"name":"a","parent":{"id":"x","nmae":1}}`, "parent.id type", "parent.name missing", "parent.nmae unexpected")
	gone := eventOf(t, p, "petGone")
	if gone.Description != "A pet has gone." {
		t.Errorf("description = %q", gone.Description)
	}
	wantProblems(t, gone, `{"why":null}`)
	wantProblems(t, gone, `{"why":1}`, "why type")
	var fields []string
	for _, f := range pet.Fields {
		fields = append(fields, f.Name)
	}
	if want := "id name parent"; strings.Join(fields, " ") != want { // a pet that holds a pet is listed once
		t.Errorf("the fields are %q, want %s", fields, want)
	}
	if len(p.Notes) != 2 || !strings.Contains(p.Notes[0], "pattern is not checked") {
		t.Errorf("notes = %v", p.Notes)
	}
	made, err := gone.Generate(Options{Seed: 2})
	if err != nil || len(gone.Validate(made)) > 0 {
		t.Errorf("made = %s, %v, %v", made, err, gone.Validate(made))
	}
}

func TestAsyncAPI(t *testing.T) {
	t.Parallel()
	p := imported(t, asyncAPI2)
	if p.ID != "lamps" || len(p.Events) != 2 || len(p.Notes) != 1 || !strings.HasPrefix(p.Notes[0], "avro is left out: its schema is application/vnd.apache.avro") {
		t.Errorf("provider = %s, %d events, %v", p.ID, len(p.Events), p.Notes)
	}
	measured := eventOf(t, p, "lightMeasured")
	if measured.Description != "A lamp tells how bright it is." || measured.Group != "light/measured" {
		t.Errorf("event = %+v", measured)
	}
	wantProblems(t, measured, `{"lumens":-1,"sentAt":"today"}`, "lumens value", "sentAt format")
	wantProblems(t, eventOf(t, p, "turnOn"), `{}`, "on missing")

	p3 := imported(t, asyncAPI3)
	wantProblems(t, eventOf(t, p3, "UserSignedUp"), `{"email":"x"}`, "email format")
}

// TestImportedProvidersSendAsDescribed looks at the requests that a document
// describes.
func TestImportedProvidersSendAsDescribed(t *testing.T) {
	t.Parallel()
	const form = `application/x-www-form-urlencoded`
	for _, tt := range []struct {
		name, document, event string
		method, format, media string
		headers, notes        []string
	}{
		{"OpenAPI", openAPIDocument, "newPet", "POST", "json", "application/json", []string{"Content-Type: application/json"}, []string{"petGone is sent with POST, as the event types before it, and not with PUT"}},
		{
			"parameters", `{"openapi": "3.1.0", "info": {"title": "Acme"}, "webhooks": {
				"order.made": {"parameters": [{"name": "X-Acme-Shop", "in": "header", "schema": {"const": "s1"}}],
					"put": {"parameters": [{"name": "X-Acme-Event", "in": "header", "example": "order.made"}, {"name": "X-Acme-Kind", "in": "header", "schema": {"enum": ["order"]}},
						{"name": "X-Acme-Signature", "in": "header", "example": "abc"}, {"name": "X-Acme-Trace", "in": "header"}, {"name": "q", "in": "query", "example": 1}],
						"requestBody": {"content": {"` + form + `": {"schema": {"type": "object"}}}}}},
				"shop.shut": {"parameters": [{"name": "X-Acme-Shop", "in": "header", "schema": {"const": "s1"}}, {"name": "X-Acme-Event", "in": "header", "example": "any"}],
					"put": {"parameters": [{"name": "x-acme-event", "in": "header", "example": "shop.shut"}, {"name": "X-Acme-Kind", "in": "header", "schema": {"enum": ["shop"]}}],
						"requestBody": {"content": {"application/vnd.acme+json": {}}}}}}}`,
			"shop.shut", "PUT", "form", form,
			[]string{"Content-Type: " + form, "X-Acme-Shop: s1", "X-Acme-Event: shop.shut", "X-Acme-Kind: shop"},
			[]string{"shop.shut is sent as " + form + ", as the event types before it, and not as application/vnd.acme+json", "the header X-Acme-Trace is not sent: the document does not give its value for each event type"},
		},
		{"AsyncAPI 2", asyncAPI2, "turnOn", "POST", "json", "application/json", []string{"Content-Type: application/json"}, nil},
		{
			"AsyncAPI 3", `{"asyncapi": "3.0.0", "info": {"title": "Acme"}, "defaultContentType": "application/acme+json", "channels": {"a": {"messages":
				{"m": {"messageId": "made", "headers": {"type": "object", "properties": {"X-Kind": {"const": 7}}}, "payload": {"type": "object"}}}}}}`,
			"made", "POST", "json", "application/acme+json", []string{"Content-Type: application/acme+json", "X-Kind: 7"}, nil,
		},
		{
			"control characters", `{"openapi": "3.1.0", "info": {"title": "Acme"}, "webhooks": {"made": {"post": {"parameters": [{"name": "X-Bell", "in": "header", "example": "a\u0007"}],
				"requestBody": {"content": {"application/json; a=\u001b": {}}}}}}}`,
			"made", "POST", "json", "application/json", []string{"Content-Type: application/json"},
			[]string{"the header X-Bell is not sent: the document does not give its value for each event type"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := imported(t, tt.document)
			if p.Method != tt.method || p.Format != tt.format || p.ContentType != tt.media {
				t.Errorf("it is sent with %s as %s, %s; want %s, %s, %s", p.Method, p.Format, p.ContentType, tt.method, tt.format, tt.media)
			}
			if !slices.Contains(p.HeaderNeeds(), "content_type") {
				t.Errorf("its headers are made of %q and not of content_type", p.HeaderNeeds())
			}
			lines, err := p.WireHeaders(Vars{Values: map[string]string{"event": tt.event, "content_type": p.ContentType}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range lines {
				if h.Slot == "" {
					got = append(got, h.Name+": "+h.Value)
				}
			}
			if !slices.Equal(got, tt.headers) {
				t.Errorf("the headers are\n%q, want\n%q", got, tt.headers)
			}
			for _, note := range tt.notes {
				if !slices.Contains(p.Notes, note) {
					t.Errorf("the notes are\n%q, without\n%q", p.Notes, note)
				}
				if !slices.ContainsFunc(p.Facts, func(f Fact) bool { return f.Topic == ImportTopic && f.Text == note }) {
					t.Errorf("the facts are\n%+v, without\n%q", p.Facts, note)
				}
			}
		})
	}
}

// Fields of the provider are those of each event type that has a place for them.
func TestFieldsOfAllEventTypes(t *testing.T) {
	t.Parallel()
	p := imported(t, `id: own
fields: [{name: id, type: string, required: true}, {name: "list[].n", type: integer, required: true}]
events:
- {name: both, samples: [{body: '{"id": "a", "list": [{"n": 1}], "more": 1}', source: us}]}
- {name: one, fields: [{name: more, type: integer, required: true}], samples: [{body: '{"id": "a", "list": [], "more": 1}', source: us}]}
- {name: own, fields: [{name: id, type: integer}], samples: [{body: '{"id": 1}', source: us}]}
- {name: none, samples: [{body: '{"more": 1}', source: us}]}
`)
	for name, want := range map[string]string{
		"both": `{"id":"a"}`, "one": `{"id":"a","more":1}`, "own": `{"id":1}`, "none": `{"more":1}`,
	} {
		body, err := eventOf(t, p, name).Generate(Options{Variant: VariantMinimal})
		if err != nil || string(body) != want {
			t.Errorf("%s needs %s, %v; want %s", name, body, err, want)
		}
	}
	wantProblems(t, eventOf(t, p, "both"), `{"list":[{}]}`, "id missing", "list[0].n missing")
	if _, err := Parse(File{"own.yaml", []byte("id: own\nfields: [{name: a..b, type: string}]\nevents: [{name: x, samples: [{body: '{}', source: us}]}]\n")}); err == nil || !strings.Contains(err.Error(), `"a..b" has an empty part`) {
		t.Errorf("a name with an empty part: %v", err)
	}
	for _, name := range []string{"stripe/invoice.paid", "linear/Comment", "slack/reaction_added", "paypal/CHECKOUT.ORDER.APPROVED"} {
		if problems := event(t, name).Validate([]byte("{}")); len(problems) < 3 {
			t.Errorf("an empty body of %s lacks only %+v", name, problems)
		}
	}
}

func TestImportErrors(t *testing.T) {
	t.Parallel()
	hook := func(schema string) string {
		return `{"openapi":"3.1.0","info":{"title":"T"},` + "\n" + `"webhooks":{"a":{"post":{"requestBody":{"content":{"application/json":{"schema":` + schema + `}}}}}}}`
	}
	for _, tt := range []struct{ name, text, want string }{
		{"another file", hook(`{"properties":{"x":{"$ref":"https://example.com/x.json"}}}`), `doc.yaml:2:108: #/webhooks/a/post/requestBody/content/application/json/schema/properties/x/$ref: the reference "https://example.com/x.json" leads out of this file`},
		{"a local file", hook(`{"$ref":"/etc/passwd"}`), `the reference "/etc/passwd" leads out of this file`},
		{"nowhere", hook(`{"$ref":"#/components/schemas/X"}`), `the reference "#/components/schemas/X" leads nowhere`},
		{"no webhooks", `{"openapi":"3.1.0"}`, "doc.yaml:1:1: #: there is no webhooks section with event types in it; version 3.1 has it beside paths, 3.0 as x-webhooks, and callbacks of an operation are not read"},
		{"Swagger", `{"openapi":"2.0"}`, `version "2.0" is not read`},
		{"no schema", hook(`7`), "a number where a schema is expected"},
		{"no operation", `{"openapi":"3.1.0","webhooks":{"a":{}}}`, "#/webhooks/a: has no operation such as post"},
		{"an item elsewhere", `{"openapi":"3.1.0","webhooks":{"a":{"$ref":"x.yaml#/a"}}}`, `the reference "x.yaml#/a" leads out of this file`},
		{"a payload without end", `{"openapi":"3.1.0","info":{"title":"T"},"components":{"s":{"type":"object","required":["s"],"properties":{"s":{"$ref":"#/components/s"}}}},"webhooks":{"a":{"post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/s"}}}}}}}}`,
			"#: no event type of it can be made: a is left out: "},
		{"only schemas of another kind", `{"asyncapi":"2.6.0","channels":{"a":{"subscribe":{"message":{"name":"x","schemaFormat":"application/vnd.apache.avro","payload":{}}}},` +
			`"b":{"subscribe":{"message":{"name":"y","schemaFormat":"application/vnd.apache.avro","payload":{}}}}}}`,
			"#: no event type of it can be made: x is left out: its schema is application/vnd.apache.avro, and JSON Schema is read; y is left out: "},
		{"no message", `{"asyncapi":"2.6.0","channels":{"a":{}}}`, "#/channels: no channel has a message"},
		{"no channels", `{"asyncapi":"3.0.0"}`, "#: there are no channels"},
		{"AsyncAPI 1", `{"asyncapi":"1.2.0"}`, `version "1.2.0" is not read; 2 and 3 are`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(File{"doc.yaml", []byte(tt.text)}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse = %v\nwant    %s", err, tt.want)
			}
		})
	}
	// Circles are legal where something is optional, and end where nothing is.
	p := imported(t, hook(`{"$ref":"#/webhooks/a/post/requestBody/content/application~1json/schema"}`))
	if len(p.Events) > 0 {
		eventOf(t, p, "a").Validate([]byte(`{}`))
	}
}
