package proxy

import "testing"

func BenchmarkCompose(b *testing.B) {
	ep := ready(b, Endpoint{Secrets: []Secret{{Value: "1a2b3c4d5e6f70819293a4b5c6d7e8f9"}}, AppKey: "my-key"})
	p := provider(b, "webconnex")
	ev := &Event{Type: "webconnex/coupon", ID: "123456", Payload: []byte(`{"eventType":"coupon","data":{"total":125.5},"meta":{"appKey":"","name":"x"}}`), At: composeTime}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compose(&Outgoing{Endpoint: ep, Provider: p, Event: ev, Now: composeTime}); err != nil {
			b.Fatal(err)
		}
	}
}
