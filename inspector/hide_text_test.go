package inspector

import "testing"

func TestHideInText(t *testing.T) {
	t.Parallel()
	const text = "text/plain; charset=utf-8"
	for _, tt := range []hideCase{
		{"lines", text, "pin;Authorization", "pin: 12 34\r\nspin: 1\nAuthorization:\tBearer a:b\nx=pin\n", "pin: *****\r\nspin: 1\nAuthorization:\t**********\nx=pin\n"},
		{"pairs", text, "card.number", "at=1 card.number=41 11 x=2\nx=1&card%5Bnumber%5D=4&y=2", "at=1 card.number=*********\nx=1&card%5Bnumber%5D=*****"},
		{"in quotes", text, "pin", `log "pin" : "1", 'pin': 2`, `log "pin" : *************`},
		{"an address", text, "pin", "see https://example.org/a?x=1&pin=4111#x", "see https://example.org/a?x=1&pin=******"},
		{"all in an object", text, "card", "card.number=1\ncards=1\ncard=1", "card.number=*\ncards=1\ncard=*"},
		{"no value", text, "pin", "pin\npin 1\nmy pin, =x\npin=", "pin\npin 1\nmy pin, =x\npin="},
		{"white space before", text, "pin", "\n\n pin=1", "\n\n pin=*"},
		{"no type", "", "pin", "pin=1", "pin=*"},
		{"HTML", "text/html", "pin", "<p>pin: 1</p>", "<p>pin: *****"},
		{"YAML", "application/yaml", "pin", "pin: 1\nx: 2", "pin: *\nx: 2"},
		{"bytes", "application/octet-stream", "pin", "pin=1", "pin=1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.check(t)
		})
	}
}
