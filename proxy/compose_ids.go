package proxy

import (
	"crypto/rand"
	"crypto/sha256"
	enc "encoding/binary"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/boathook/boathook/catalog"
)

// NewEventID makes the id of a new event in the form that its provider gives, which
// may be nil.
func NewEventID(p *catalog.Provider, now time.Time) (string, error) {
	form := ""
	if p != nil {
		form = p.IDs.Event
		if form == "" {
			form = p.IDs.Message
		}
	}
	if form == "" {
		form = "uuid"
	}
	return catalog.NewID(form, rand.Reader, now)
}

// NewDeliveryID makes a delivery id in the form of a provider, for a delivery that
// shall have another one than the event would give it; "" if the provider's
// deliveries have none.
func NewDeliveryID(p *catalog.Provider, now time.Time) (string, error) {
	if p == nil || p.IDs.Delivery == "" {
		return "", nil
	}
	return catalog.NewID(p.IDs.Delivery, rand.Reader, now)
}

// ids are what a try carries to be told apart.
type ids struct {
	delivery string // "" if the provider has none
	message  string // the same on every endpoint; "" if the provider has none
	signed   string // what schemes sign as {id}
}

// makeIDs finds the ids of a try. They depend on the event, the endpoint and, where
// the provider gives each try its own, the number of the try.
func makeIDs(o *Outgoing) (ids, error) {
	var n ids
	p := o.Provider
	if p == nil {
		p = &catalog.Provider{}
	}
	n.delivery = o.DeliveryID
	made := o.Made
	if made.IsZero() {
		made = o.Event.At
	}
	fresh := p.DeliveryIDOnRetry == "new" && o.Try > 0
	// Where the message has an id and no header tells that of the delivery, nobody
	// sees it.
	unseen := p.IDs.Message != "" && o.Endpoint.Kind != KindEmail && !slices.Contains(p.HeaderNeeds(), "delivery_id")
	if form := p.IDs.Delivery; form != "" && !unseen && (n.delivery == "" || fresh) {
		seed := []string{"delivery", o.Event.ID, o.Endpoint.Name + " " + o.Endpoint.URL}
		if fresh {
			seed = append(seed, o.DeliveryID, string(rune('0'+o.Try)))
		}
		id, err := catalog.NewID(form, seeded(seed...), made)
		if err != nil {
			return n, err
		}
		n.delivery = id
	}
	if form := p.IDs.Message; form != "" {
		n.message = o.Event.ID
		if p.IDs.Event != "" || foreign(o.Event, p) {
			id, err := catalog.NewID(form, seeded("message", o.Event.ID), made)
			if err != nil {
				return n, err
			}
			n.message = id
		}
	}
	for _, id := range []string{n.message, n.delivery, o.Event.ID} {
		if n.signed = id; id != "" {
			break
		}
	}
	return n, nil
}

// foreign reports whether an event has an id of another provider's form, where this one
// sends the id of the event as that of the message.
func foreign(ev *Event, p *catalog.Provider) bool {
	of, _ := ev.Names()
	prefix, _, _ := strings.Cut(p.IDs.Message, "{")
	return of != "" && of != p.ID && (prefix == "" || !strings.HasPrefix(ev.ID, prefix))
}

// seeded is an endless stream of bytes that the words decide.
func seeded(words ...string) *mathrand.ChaCha8 {
	return mathrand.NewChaCha8(sha256.Sum256([]byte(strings.Join(words, "\x00"))))
}

// seedOf is a number, never 0, that a text decides.
func seedOf(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	return enc.BigEndian.Uint64(sum[:8]) | 1
}
