package signer

import (
	"strings"
	"testing"
)

// Where the body is known as it left the sender, it proves what happened to it.
func TestSentBodyProvesTheCause(t *testing.T) {
	t.Parallel()
	s, _ := Lookup("github")
	const sent = "{\"a\": 1,\"b\":[ ],\t\"c\": \"\\u00e9/\"}\r\n"
	m := signedMessage(t, s, Message{Method: "POST", Body: []byte(sent)}, 0, testNow)
	for _, tt := range []struct {
		name, got string
		cause     Cause
	}{
		{"written anew in another order", `{"c":"é/","b":[],"a":1.0}`, Reserialized},
		{"cut", sent[:12], Truncated},
		{"without its end", strings.TrimSpace(sent), TrailingNewline},
		{"another value", strings.Replace(sent, "1", "2", 1), Unknown},
	} {
		c := caseOf(s, m, testKey(s, 0).verify)
		c.Message.Body, c.Sent = []byte(tt.got), []byte(sent)
		d, err := Diagnose(t.Context(), &c)
		_, proved := d.Proved()
		if err != nil || d.Verdict != Invalid || d.Cause != tt.cause || proved != (tt.cause != Unknown) {
			t.Errorf("%s: cause %s, want %s: %+v, %v", tt.name, d.Cause, tt.cause, d.Findings, err)
		}
	}
}
