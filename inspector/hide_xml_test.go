package inspector

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

func TestHideInXML(t *testing.T) {
	t.Parallel()
	const media = "application/xml; charset=utf-8"
	deep := strings.Repeat("<a>", maxXMLDepth+1)
	for _, tt := range []hideCase{
		{"an element", media, "card.number", "<?xml version=\"1.0\"?>\n<order><card><number>4111</number><brand>visa</brand></card></order>\n", "<?xml version=\"1.0\"?>\n<order><card><number>****</number><brand>visa</brand></card></order>\n"},
		{"from the outermost on", media, "card.number;order.pin", `<order><card><number>4</number></card><pin>1</pin><x><pin>2</pin></x></order>`, `<order><card><number>*</number></card><pin>*</pin><x><pin>2</pin></x></order>`},
		{"the outermost", media, "order", `<order a="1"> <x/> </order>`, `<order a="*">******</order>`},
		{"all in an element", media, "card", `<o><card type="v"><card>4</card><!-- </card> --><![CDATA[</card>]]><?p </card>?><n x='/>'/></card><y>1</y></o>`, `<o><card type="*">` + strings.Repeat("*", 73) + `</card><y>1</y></o>`},
		{"attributes", media, "card.number;pin", `<o pin='1'><card  number = "41>11" brand="v"/><pin/></o>`, `<o pin='*'><card  number = "*****" brand="v"/><pin/></o>`},
		{"an attribute by its sign", media, `"@pin"`, `<o pin='1'><pin>2</pin></o>`, `<o pin='*'><pin>2</pin></o>`},
		{"prefixes", media, `card.number;"x:pin"`, `<s:o xmlns:s="u"><s:card><s:number s:n="1">4</s:number></s:card><x:pin>1</x:pin><y:pin>2</y:pin></s:o>`, `<s:o xmlns:s="u"><s:card><s:number s:n="*">*</s:number></s:card><x:pin>*</x:pin><y:pin>2</y:pin></s:o>`},
		{"repeated", media, "people[*].email;code[1]", `<o><people><email>a</email></people><people><email>b</email></people><code>1</code><code>2</code><code>3</code></o>`, `<o><people><email>*</email></people><people><email>*</email></people><code>1</code><code>*</code><code>3</code></o>`},
		{"elements in one", media, "people[*].email;codes[1]", `<o><people><p><email>a</email></p><p><email>b</email></p></people><codes><c>1</c><c>2</c></codes></o>`, `<o><people><p><email>*</email></p><p><email>*</email></p></people><codes><c>1</c><c>*</c></codes></o>`},
		{"any name", media, "*.pin", `<o><a><pin>1</pin></a><pin>2</pin><b pin="3"/></o>`, `<o><a><pin>*</pin></a><pin>*</pin><b pin="*"/></o>`},
		{"CDATA", media, "pin", `<o><pin><![CDATA[1</pin>]]]></pin><x><![CDATA[<pin>2</pin>]]></x></o>`, `<o><pin>********************</pin><x><![CDATA[<pin>2</pin>]]></x></o>`},
		{"other names", "text/xml", "clé", `<o><clé>1</clé><cle>2</cle></o>`, `<o><clé>*</clé><cle>2</cle></o>`},
		{"white space in an end tag", media, "pin", "<o><pin>1</pin\n></o >", "<o><pin>*</pin\n></o >"},
		{"by its first byte", "", "pin", `<o><pin>1</pin></o>`, `<o><pin>*</pin></o>`},
		{"one after the other", media, "pin", "<o><pin>1</pin></o>\n<o><pin>2</pin></o>", "<o><pin>*</pin></o>\n<o><pin>*</pin></o>"},
		{"cut within", media, "pin", `<o><pin>1<x>2</x>3</pi`, `<o><pin>**********</pi`},
		{"cut after <", media, "pin", `<o><pin>1<`, `<o><pin>**`},
		{"cut in a name", media, "pin", `<o><pi`, `<o><pi`},
		{"not there", media, "pin", `<!DOCTYPE o SYSTEM "a>b"><o>&amp;<!-- pin --></o>`, `<!DOCTYPE o SYSTEM "a>b"><o>&amp;<!-- pin --></o>`},
		{"another end tag", media, "pin", `<o><a></o><pin>1</pin>`, `<o><a></**************`},
		{"another end tag, hidden", media, "pin", `<o><pin>1</4111></pin>`, `<o><pin>*</***********`},
		{"text outside", media, "pin", `<o/>x<pin>1</pin>`, `<o/>*************`},
		{"an attribute without quotes", media, "pin", `<o a=1><pin>1</pin></o>`, `<o a=******************`},
		{"an attribute without a value", media, "pin", `<o a><pin>1</pin></o>`, `<o a*****************`},
		{"a tag in an attribute", media, "pin", `<o a="<pin>1</pin>"/>`, `<o a="***************`},
		{"declarations", media, "pin", `<!DOCTYPE o [<!ENTITY e "1">]><o><pin>&e;</pin></o>`, `<!DOCTYPE o ***************************************`},
		{"no XML in spite of its type", media, "pin", `pin=1`, `*****`},
		{"no name", media, "pin", `<34>pin: 1`, `**********`},
		{"too deep", media, "pin", deep + "<pin>1</pin>", deep[:3*maxXMLDepth] + strings.Repeat("*", 15)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if len(tt.body) > 1000 {
				if got, _ := hideIn(t, hider(t, tt.paths), headOf(tt.media), tt.body, 1000); got != tt.want {
					t.Errorf("%s", got[len(got)-100:])
				}
				return
			}
			tt.check(t)
		})
	}
}

// textOf reads the text of the elements and attributes "card" of XML that Go takes.
func textOf(body string) (cards []string, err error) {
	d := xml.NewDecoder(strings.NewReader(body))
	var open []string
	within := 0 // the outermost element that is hidden
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) && len(open) == 0 {
			return cards, nil
		}
		if err != nil {
			return nil, err
		}
		switch v := tok.(type) {
		case xml.StartElement:
			open = append(open, v.Name.Local)
			if within == 0 && v.Name.Local == "card" && len(open) <= 2 {
				within = len(open)
			}
			for _, a := range v.Attr {
				if within > 0 || len(open) == 1 && a.Name.Local == "card" {
					cards = append(cards, a.Value)
				}
			}
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != v.Name.Local {
				return nil, errors.New("another end")
			}
			if open = open[:len(open)-1]; len(open) < within {
				within = 0
			}
		case xml.CharData:
			if within > 0 {
				cards = append(cards, string(v))
			}
		}
	}
}

// Whatever another reader takes for the value of a listed name is hidden, and what is
// XML stays XML.
func FuzzHideInXML(f *testing.F) {
	f.Add("<a card='1'><card><!-- </card> --><b x=\"1\">2</b></card><x/><x pin='3'/></a>")
	f.Add("<?xml version='1.0'?><!DOCTYPE a><x:a><y:card>1<![CDATA[<card>]]></y:card ><card/></x:a>\n")
	f.Add("<card><card>1</card></card>")
	f.Add("<a><b></a><card>1</card></b>")
	h := hider(f, "card")
	f.Fuzz(func(t *testing.T, body string) {
		got, names := hideIn(t, h, headOf("text/xml"), body, len(body)+1)
		was, err := textOf(body)
		if err != nil || slices.Contains(names, HiddenRest) {
			return
		}
		shown, err := textOf(got)
		if err != nil {
			t.Fatalf("%q is no XML: %q: %v", body, got, err)
		}
		for _, c := range shown {
			if strings.Trim(c, "*") != "" {
				t.Fatalf("%q shows %q of %q in %q", "card", c, was, got)
			}
		}
	})
}
