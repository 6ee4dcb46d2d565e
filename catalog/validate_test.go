package catalog

import (
	"strings"
	"testing"
)

const orders = `id: orders
formats: [json, form, xml]
events:
  - name: paid
    fields:
      - {name: id, type: integer, required: true}
      - {name: at, type: string, format: date-time}
      - {name: paid, type: boolean}
      - {name: status, type: string, enum: [open, closed]}
      - {name: customer.email, type: string, format: email, required: true}
      - {name: "lines[].sku", type: string, required: true}
      - {name: "lines[].price", type: number}
      - {name: "tags[]", type: string}
      - {name: extra, type: object, custom: true}
      - {name: "rates.*", type: number}
`

func TestValidate(t *testing.T) {
	t.Parallel()
	e := eventOf(t, imported(t, orders), "paid")
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"fits", `{"id":1,"customer":{"email":"a@b.c"},"lines":[{"sku":"x","price":1.5}],"extra":{"any":1},"rates":{"EUR":1}}`, nil},
		{"missing", `{"customer":{}}`, []string{"customer.email missing", "id missing"}},
		{"unexpected", `{"id":1,"customer":{"email":"a@b.c","e.mail":1},"x":{"y":1}}`, []string{`customer["e.mail"] unexpected`, "x unexpected"}},
		{"types", `{"id":"1","customer":{"email":"a@b.c"},"lines":[{"sku":"x"},{"sku":2}],"rates":{"EUR":"1"}}`, []string{"id type", "lines[1].sku type", "rates.EUR type"}},
		{"formats and values", `{"id":1,"at":"yesterday","status":"shut","customer":{"email":"nobody"}}`, []string{"at format", "customer.email format", "status value"}},
		{"another kind of body", `[1]`, []string{" type"}},
		{"a number nobody can hold", `{"id":1e999999999,"customer":{"email":"a@b.c"}}`, []string{"id value"}},
		{"form", "id=7&customer%5Bemail%5D=a%40b.c&lines[0][sku]=x&lines[0][price]=1.5&lines[1][sku]=5&tags[]=a&paid=true&extra[q]=1", nil},
		{"form with dots", "id=7&customer.email=a%40b.c&tags=a&tags=b", nil},
		{"form, wrong", "id=x&customer[email]=a%40b.c&lines[0][price]=1", []string{"id type", "lines[0].sku missing"}},
		{"xml", `<?xml version="1.0"?><event><id>7</id><customer><email>a@b.c</email></customer><lines><sku>x</sku><price>2</price></lines><tags>a</tags><tags>b</tags></event>`, nil},
		{"xml with a list around", `<event id="7"><customer><email>a@b.c</email></customer><lines><line><sku>x</sku></line><line><sku>y</sku></line></lines></event>`, nil},
		{"xml, wrong", `<event><id>x</id><customer><email>a@b.c</email><age>1</age></customer></event>`, []string{"customer.age unexpected", "id type"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantProblems(t, e, tt.body, tt.want...)
		})
	}
	for body, want := range map[string]Problem{
		"{\n \"id\": 1,}":        {Kind: KindSyntax, Line: 2, Column: 9, Text: "a comma before the end; nothing follows it"},
		"<a>\n<b></a>":           {Kind: KindSyntax, Line: 2, Column: 8, Text: "not XML: XML syntax error on line 2: element <b> closed by </a>"},
		"id=1&x=%zz":             {Kind: KindSyntax, Line: 1, Column: 6, Text: `not form data: invalid URL escape "%zz"`},
		strings.Repeat("[", 2e5): {Kind: KindSyntax, Line: 1, Column: 502, Text: "nested deeper than 500 levels"},
	} {
		if got := e.Validate([]byte(body)); len(got) != 1 || got[0] != want {
			t.Errorf("Validate(%.30s) = %+v; want %+v", body, got, want)
		}
	}
	if got := e.Validate(make([]byte, maxCheckedBytes+1)); len(got) != 1 || got[0].Kind != KindSyntax {
		t.Errorf("a body too long: %v", got)
	}
}

func TestValidateLooksIntoTheOneFieldOfAForm(t *testing.T) {
	t.Parallel()
	e := eventOf(t, imported(t, orders+"form_field: payload\n"), "paid")
	for body, want := range map[string][]string{
		"payload=%7B%22id%22%3A1%2C%22customer%22%3A%7B%22email%22%3A%22a%40b.c%22%7D%7D": nil,
		"payload=%7B%22id%22%3A%221%22%7D":                                                {"customer missing", "id type"},
		"id=7&customer[email]=a%40b.c":                                                    nil, // as no hook of theirs sends it
		"payload=%7B&x=1":                                                                 {"customer missing", "id missing", "payload unexpected", "x unexpected"},
	} {
		wantProblems(t, e, body, want...)
	}
	if got := e.Validate([]byte("payload=%7B")); len(got) != 1 || got[0].Kind != KindSyntax {
		t.Errorf("half an object: %+v", got)
	}
}

// Checking ends, whatever is checked.
func FuzzValidate(f *testing.F) {
	p, err := Parse(File{"orders.yaml", []byte(orders)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"id":1,"lines":[{"sku":1}],"rates":{"a":1e400}}`))
	f.Add([]byte("id=7&lines[0][sku]=x&tags[]=a&a.b=c&a=d"))
	f.Add([]byte("<e><id>1</id><tags>x</tags><lines><l><sku/></l></lines></e>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, problem := range p.Events[0].Validate(body) {
			if problem.Kind == "" || problem.Text == "" {
				t.Fatalf("Validate(%q) = %+v", body, problem)
			}
		}
	})
}
