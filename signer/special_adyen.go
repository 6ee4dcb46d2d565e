package signer

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const adyenItems = "notificationItems"

func adyenPath(i int) string { return fmt.Sprintf("%s[%d].NotificationRequestItem.", adyenItems, i) }

// adyenVerify checks the signature of every item: one that is not signed would
// else pass beside one that is.
func adyenVerify(s *Scheme, m *Message, keys [][]key, _ time.Time, _ Options) (Result, error) {
	r := Result{Verdict: Invalid, Secret: -1}
	items, err := adyenCount(m)
	if err != nil {
		return r.refused(err), nil
	}
	if items == 0 {
		return r.missing(s.where()), nil
	}
	for i := range items {
		item := *s
		item.Signature.Body = adyenPath(i) + "additionalData.hmacSignature"
		item.Code = ""
		read, res := item.read(m, time.Time{})
		if res.Reason != nil {
			return res, nil
		}
		r.Header = res.Header
		if item.Content, err = adyenContent(m, i); err != nil {
			return r.refused(err), nil
		}
		if r.Secret, err = item.search(m, &read, keys); err != nil || r.Secret < 0 {
			return r.refused(errors.Join(ErrMismatch, err)), nil
		}
	}
	r.Verdict = Valid
	return r, nil
}

// adyenSign signs every item into itself.
func adyenSign(s *Scheme, a *adding, secrets []string) error {
	items, err := adyenCount(&a.message)
	if err != nil {
		return err
	}
	if items == 0 {
		return fmt.Errorf("%w: the body has no %s to sign", ErrNeeds, adyenItems)
	}
	for i := range items {
		item := *s
		item.Signature.Body = adyenPath(i) + "additionalData.hmacSignature"
		item.Code = ""
		if item.Content, err = adyenContent(&a.message, i); err != nil {
			return err
		}
		if err := item.write(a, secrets, parts{}); err != nil {
			return err
		}
	}
	return nil
}

func adyenCount(m *Message) (int, error) {
	if !isJSON(m.Body) {
		return 0, nil
	}
	root, err := parseJSON(m.Body)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	list := root.child(m.Body, adyenItems, -1)
	if list == nil || list.kind != '[' {
		return 0, nil
	}
	if len(list.members) > MaxSignatures {
		return 0, malformed("the body holds %d items, at most %d are looked at", len(list.members), MaxSignatures)
	}
	return len(list.members), nil
}

// adyenContent joins eight fields of an item, as a template without parts. What
// is missing is empty.
func adyenContent(m *Message, i int) (string, error) {
	var values []string
	for _, name := range []string{"pspReference", "originalReference", "merchantAccountCode", "merchantReference", "amount.value", "amount.currency", "eventCode", "success"} {
		v, _, err := m.bodyValue(adyenPath(i) + name)
		if err != nil {
			return "", err
		}
		values = append(values, v)
	}
	return strings.ReplaceAll(strings.Join(values, ":"), "{", "{{"), nil
}
