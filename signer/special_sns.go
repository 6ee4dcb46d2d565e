package signer

import (
	"fmt"
	"strings"
)

// snsContents writes the listed fields of a notification, each as name, line
// feed, value, line feed.
func snsContents(_ *Scheme, m *Message, _ parts) ([][]byte, error) {
	kind, _, err := m.bodyValue("Type")
	if err != nil {
		return nil, err
	}
	names := []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	if kind == "SubscriptionConfirmation" || kind == "UnsubscribeConfirmation" {
		names = []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	}
	var b strings.Builder
	root, err := parseJSON(m.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	for _, name := range names {
		field := root.child(m.Body, name, -1)
		if field == nil {
			continue
		}
		if value, ok := field.text(m.Body); ok {
			fmt.Fprintf(&b, "%s\n%s\n", name, value)
		}
	}
	return one(b.String())
}

// snsVersion chooses the hash: version 1 signs SHA-1, the row names that of
// version 2. The version itself is not signed, but a signature fits one hash only.
func snsVersion(s *Scheme, m *Message) *Scheme {
	if version, _, err := m.bodyValue("SignatureVersion"); err != nil || version != "1" {
		return s
	}
	old := *s
	old.Algorithm = RSASHA1
	return &old
}
