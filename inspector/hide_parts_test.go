package inspector

import (
	"bytes"
	"io"
	"mime/multipart"
	"strings"
	"testing"
)

func TestHideInParts(t *testing.T) {
	t.Parallel()
	const parts = `multipart/form-data; boundary="b-1"`
	part := func(head, content string) string {
		return "--b-1\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + content + "\r\n"
	}
	for _, tt := range []hideCase{
		{"by name", parts, "pin", part(`name="pin"`, "12\r\n-3") + part("name=x", "45") + "--b-1--\r\n", part(`name="pin"`, "******") + part("name=x", "45") + "--b-1--\r\n"},
		{"all in an object", parts, "card", part("name=card[number]", "4111") + part("name=cards", "1") + "--b-1--", part("name=card[number]", "****") + part("name=cards", "1") + "--b-1--"},
		{"a name on a line of its own", parts, "pin", "--b-1\r\nContent-Disposition: form-data;\r\n\tname=pin\r\n\r\n12\r\n--b-1--", "--b-1\r\nContent-Disposition: form-data;\r\n\tname=pin\r\n\r\n**\r\n--b-1--"},
		{"other line ends", parts, "pin", "--b-1\nContent-Disposition: form-data; name=pin\n\n12\n--b-1\n\n3\n--b-1--", "--b-1\nContent-Disposition: form-data; name=pin\n\n**\n--b-1\n\n3\n--b-1--"},
		{"a line with another end", parts, "pin", part("name=x", "1") + "--b-1\r\nContent-Disposition: form-data; name=x\r\n\r\n1\n--b-1\nContent-Disposition: form-data; name=pin\n\n12", part("name=x", "1") + "--b-1\r\nContent-Disposition: form-data; name=x\r\n\r\n1" + strings.Repeat("*", 51)},
		{"a head with another line end", parts, "pin", "--b-1\r\nContent-Disposition: form-data; name=x\n\n12\r\n" + part("name=y", "1"), "--b-1\r\nContent-Disposition: form-data; name=x\n***\r\n" + part("name=y", "1")},
		{"no border can be read", "multipart/form-data; boundary=b-1; x", "pin", "--b-1\r\n", "*******"},
		{"no border", "multipart/form-data", "pin", "--b-1\r\n", "*******"},
		{"a name that cannot be read", parts, "pin", part(`name="pin`, "12") + part("name=x", "1"), part(`name="pin`, "**") + part("name=x", "1")},
		{"what only begins as a border", parts, "pin", part("name=pin", "1\r\n--b-12\r\n\r\n3\r\n--b-1x\r\n--b") + "--b-1--", part("name=pin", strings.Repeat("*", 27)) + "--b-1--"},
		{"white space after a border", parts, "pin", "--b-1 \t\r\nContent-Disposition: form-data; name=pin\r\n\r\n12\r\n--b-1-- \r\n", "--b-1 \t\r\nContent-Disposition: form-data; name=pin\r\n\r\n**\r\n--b-1-- \r\n"},
		{"parts after the end", parts, "pin", "--b-1--\r\n" + part("name=pin", "12") + "--b-1--", "--b-1--\r\n" + part("name=pin", "**") + "--b-1--"},
		{"before the first", parts, "pin", "A form.\r\n" + part("name=pin", "12"), "A form.\r\n" + strings.Replace(part("name=pin", "12"), "12\r\n", "****", 1)},
		{"cut", parts, "pin", part("name=pin", "12") + "--b", strings.Replace(part("name=pin", "12"), "12\r\n", "****", 1) + "***"},
		{"JSON", parts, "card.number;data.pin", part("name=data\r\nContent-Type: application/json", `{"card":{"number":4111},"pin":"1"}`) + part("name=x", ` [{"card":1}]`), part("name=data\r\nContent-Type: application/json", `{"card":{"number":"**"},"pin":"*"}`) + part("name=x", ` [{"card":1}]`)},
		{"numbers at the end", parts, "body[*]", part("name=x", `[4111`) + "--b-1--", part("name=x", `["**"`) + "--b-1--"},
		{"XML", parts, "card.number", part("name=data", `<card><number>4111</number></card>`), part("name=data", `<card><number>****</number></card>`)},
		{"a file", parts, "card", part("name=f; filename=card.png\r\nContent-Type: image/png", "card=1"), part("name=f; filename=card.png\r\nContent-Type: image/png", "card=1")},
		{"an encoded part", parts, "card", part("name=x\r\nContent-Transfer-Encoding: base64", "eyJj") + part("name=y\r\nContent-Transfer-Encoding: 8bit", "eyJj"), part("name=x\r\nContent-Transfer-Encoding: base64", "****") + part("name=y\r\nContent-Transfer-Encoding: 8bit", "eyJj")},
		{"parts within a part", parts, "pin", part("name=all\r\nContent-Type: multipart/mixed; boundary=c", "--c\r\nContent-Disposition: form-data; name=pin\r\n\r\n12\r\n--c--\r\n") + part("name=pin", "1") + "--b-1--",
			part("name=all\r\nContent-Type: multipart/mixed; boundary=c", "--c\r\nContent-Disposition: form-data; name=pin\r\n\r\n**\r\n--c--\r\n") + part("name=pin", "*") + "--b-1--"},
		{"of another kind", "multipart/related; boundary=b", "card", "--b\r\nContent-Type: application/json\r\n\r\n{\"card\":\"1\"}\r\n--b--", "--b\r\nContent-Type: application/json\r\n\r\n{\"card\":\"*\"}\r\n--b--"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.check(t)
		})
	}
}

// Whatever another reader takes for a part of a listed name is hidden.
func FuzzHideInParts(f *testing.F) {
	f.Add("--b\r\nContent-Disposition: form-data; name=card\r\n\r\nx\r\n--b--")
	f.Add("--b\nContent-Disposition: form-data; name=card\n\nx\n--b--\n")
	f.Add("x\r\n--b\r\n\r\n1\n--b\nContent-Disposition: form-data; name=card\n\nx\n--b--\n")
	f.Add("--b \r\nContent-Disposition: form-data; name=card\r\n\r\n--b-\r\n--bb\r\nx\r\n--b--")
	h := hider(f, "card")
	f.Fuzz(func(t *testing.T, body string) {
		if !strings.Contains(body, "card") {
			return
		}
		got, _ := hideIn(t, h, headOf("multipart/form-data; boundary=b"), body, len(body)+1)
		read := func(text string) (cards []string, err error) {
			r := multipart.NewReader(strings.NewReader(text), "b")
			for {
				p, err := r.NextRawPart()
				if err != nil {
					return cards, err
				}
				content, err := io.ReadAll(p)
				if p.FormName() == "card" {
					cards = append(cards, string(content))
				}
				if err != nil {
					return cards, err
				}
			}
		}
		was, _ := read(body)
		for _, c := range was {
			if at := strings.Index(body, c); len(c) > 0 && at >= 0 && strings.Count(body, c) == 1 && strings.Trim(got[at:at+len(c)], "*") != "" {
				t.Fatalf("%q is shown as %q", body, got)
			}
		}
		if shown, err := read(got); err == io.EOF && len(shown) == len(was) {
			for i, c := range shown {
				if len(bytes.Trim([]byte(c), "*")) > 0 {
					t.Fatalf("%q is %q in %q, was %q", "card", c, got, was[i])
				}
			}
		}
	})
}
