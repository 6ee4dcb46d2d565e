package signer

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// schemesJSON has one row per line, ordered by id.
//
//go:embed schemes.json
var schemesJSON []byte

var table = sync.OnceValue(func() map[string]*Scheme {
	list, err := Parse(schemesJSON)
	if err != nil {
		panic(fmt.Sprintf("signer: schemes.json: %v", err)) // a test reads it
	}
	byID := make(map[string]*Scheme, len(list))
	for _, s := range list {
		byID[s.ID] = s
	}
	return byID
})

// aliases are other spellings of ids that are in use elsewhere.
var aliases = map[string]string{
	"standard-webhooks.v1/finch-headers": "finch",
	"cloudinary.concat-sha256":           "cloudinary.sha256",
	"coinbase-cdp.v0":                    "coinbase-cdp",
	"coinbase-commerce.hex":              "coinbase-commerce",
	"convoy.advanced.sha256.base64":      "convoy.advanced.sha256-base64",
	"convoy.advanced.sha256.hex":         "convoy.advanced",
	"convoy.advanced.sha512.base64":      "convoy.advanced.sha512-base64",
	"convoy.advanced.sha512.hex":         "convoy.advanced.sha512-hex",
	"convoy.simple.sha256.base64":        "convoy.simple.sha256-base64",
	"convoy.simple.sha256.hex":           "convoy.simple",
	"convoy.simple.sha512.base64":        "convoy.simple.sha512-base64",
	"convoy.simple.sha512.hex":           "convoy.simple.sha512-hex",
	"easypost.hex":                       "easypost",
	"github":                             "github.sha256",
	"jira":                               "jira-cloud",
	"modern-treasury.hex":                "modern-treasury",
	"notion.sha256":                      "notion",
	"onfido.hex":                         "onfido",
	"paddle":                             "paddle.h1",
	"pusher.hex":                         "pusher",
	"razorpay.hex":                       "razorpay",
	"shopify":                            "shopify.hmac-sha256",
	"slack":                              "slack.v0",
	"square":                             "square.hmacsha256",
	"standard-webhooks":                  "standard-webhooks.v1",
	"stripe":                             "stripe.v1",
	"svix":                               "svix.v1",
	"twilio":                             "twilio.form",
	"zendesk.base64":                     "zendesk",
	"zoom":                               "zoom.v0",
}

// Lookup returns the scheme with the id, or with the alias: a shorter or an older
// name. Case and spaces instead of hyphens do not matter. The scheme is shared
// and must not be changed.
func Lookup(id string) (*Scheme, bool) {
	id = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(id)), " ", "-")
	if to, ok := aliases[id]; ok {
		id = to
	}
	s, ok := table()[id]
	return s, ok
}

// Aliases lists the other names of a scheme.
func Aliases(id string) []string {
	var names []string
	for alias, to := range aliases {
		if to == id {
			names = append(names, alias)
		}
	}
	slices.Sort(names)
	return names
}

// All lists the schemes by id. They are shared and must not be changed.
func All() []*Scheme {
	list := make([]*Scheme, 0, len(table()))
	for _, s := range table() {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *Scheme) int { return strings.Compare(a.ID, b.ID) })
	return list
}
