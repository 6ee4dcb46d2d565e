package inspector

import (
	"errors"
	"strings"
	"testing"
)

type oneMessage struct{ head, body, response, answer string }

func (m oneMessage) Attempts() ([]Attempt, error) {
	return []Attempt{{
		Request:  Message{Head: []byte(m.head), Size: int64(len(m.body))},
		Response: Message{Head: []byte(m.response), Size: int64(len(m.answer))},
	}}, nil
}

func (m oneMessage) Body(_ int, part Part, limit int) ([]byte, error) {
	body := m.body
	if part == Response {
		body = m.answer
	}
	return []byte(body[:min(len(body), limit)]), nil
}

func TestPickValues(t *testing.T) {
	t.Parallel()
	json := oneMessage{
		head:     "POST /a?b=1&b=%20x HTTP/1.1\r\nX-Event: coupon\r\nx-event: other\r\n\r\n",
		body:     `{"a":{"b c":"x\ny","n":1.50,"o":{"k":[1]},"z":null},"list":[{"id":7},{"id":8}],"empty":"","long":"` + strings.Repeat("ä", 200) + `"}`,
		response: "HTTP/1.1 200 OK\r\nX-Id: 9\r\n\r\n", answer: `{"error":true}`,
	}
	form := oneMessage{head: "POST / HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n", body: "a%5Bb%5D=1+2&c=3"}
	list := oneMessage{head: "POST / HTTP/1.1\r\n\r\n", body: `[{"event":"open"},{"event":"click","n":2}]`}
	torn := oneMessage{head: "POST / HTTP/1.1\r\n\r\n", body: `{"a":{"n":1},"b":`}
	for _, tt := range []struct {
		of     oneMessage
		column string
		want   string // "-": there is none
	}{
		{json, "header.x-event", "coupon, other"}, {json, "header.none", "-"}, {json, "query.b", "1,  x"}, {json, "query.c", "-"},
		{json, `body.a."b c"`, "x\ny"}, {json, "body.a.n", "1.50"}, {json, "body.a.o", `{"k":[1]}`}, {json, "body.a.z", "null"}, {json, "body.list[1].id", "8"},
		{json, "body.list[*].id", "7"}, {json, "body.empty", ""}, {json, "body.none", "-"}, {json, "body.long", strings.Repeat("ä", 100) + "…"},
		{json, "resp.header.x-id", "9"}, {json, "resp.body.error", "true"},
		{form, "body.a.b", "1 2"}, {form, "body.c", "3"}, {form, "body.d", "-"},
		{list, "body[1].event", "click"}, {list, "body[*].n", "2"}, {list, "body[0].n", "-"},
		{torn, "body.a.n", "1"}, {torn, "body.b", "-"},
	} {
		t.Run(tt.column, func(t *testing.T) {
			t.Parallel()
			c, err := ParsePick(tt.column)
			if err != nil {
				t.Fatal(err)
			}
			got, err := PickValues(&Row{Target: "/a?b=1&b=%20x"}, tt.of, []Pick{c})
			if err != nil {
				t.Fatal(err)
			}
			text := "-"
			if got[0] != nil {
				text = *got[0]
			}
			if text != tt.want {
				t.Errorf("= %q, want %q", text, tt.want)
			}
		})
	}
}

func TestPickThatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "header", "header.", "status", "resp.query.a", "body", "body.", "cookie.a", strings.Repeat("header.a", 100), "header.\xff"} {
		if _, err := ParsePick(text); !errors.Is(err, ErrPick) {
			t.Errorf("ParsePick(%.20q) = %v", text, err)
		}
	}
	for _, text := range []string{"body.a..b", "body.[0].a", "body[].a"} {
		if _, err := ParsePick(text); err == nil {
			t.Errorf("an empty part of the path %s was taken", text)
		}
	}
}
