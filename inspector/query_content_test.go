package inspector

import (
	"strings"
	"testing"
)

func TestContentFields(t *testing.T) {
	t.Parallel()
	const js = "Content-Type: application/json\r\nX-Webconnex-Event: coupon\r\nX-N: 12\r\nX-N: 7\r\n"
	order := request(js, `{"total":125.50,"id":9007199254740993,"text":"Hello W\u00f6rld \"x\"","none":null,"yes":true,`+
		`"amount":"99.5","empty":"","obj":{"a b":{"c.d":1}},"list":[{"email":"a@example.com"},{"email":"b@example.org"},3],`+
		`"dup":1,"dup":2,"big":1e999,"neg":-0.0,"esc":"a\/b","*":"star"}`)
	form := request("Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n",
		"total=10.50&user%5Bname%5D=J%C3%BCrgen+K&items[0][sku]=A1&data.ref=r&null=null&bad=%zz%4&x")
	curl := request("Content-Type: application/x-www-form-urlencoded\r\n", ` {"a":1}`)
	zipped := request("Content-Encoding: gzip\r\n", gzipped(`{"secret":"needle in a haystack"}`))
	lie := request("Content-Encoding: gzip\r\n", `{"a":1}`)
	cut := request(js, `{"a":1,"b":{"c":"full","d":"bro`)
	deep := request(js, `{"deep":`+strings.Repeat(`[`, 100_000)+strings.Repeat(`]`, 100_000)+`,"after":1}`)
	hugeKey := request(js, `{"`+strings.Repeat("k", 1<<20)+`":1,"a":2}`)
	bom := request(js, "\xEF\xBB\xBF {\"a\":1}")
	folded := request("X-Long: one\r\n  two\r\n", "")
	nothing := &stored{}

	forwarded := request("X-From: sender\r\n", `{"a":1}`)
	forwarded.attempts = append(forwarded.attempts, Attempt{K: 1,
		Request:  Message{Head: []byte("POST / HTTP/1.1\r\nX-From: us\r\n\r\n")},
		Response: Message{Head: []byte("HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\n\r\n")},
	}, Attempt{K: 2, Failure: Failure{Class: FailTLS, Phase: "tls", Text: "x509: certificate has expired"}})
	forwarded.put(1, Response, `{"error":{"code":17}}`)
	forwarded.attempts[0].Response = Message{Head: []byte("HTTP/1.1 200 OK\r\nX-By: inbox\r\n\r\n")}

	for _, tt := range []struct {
		text string
		in   *stored
		want bool
	}{
		{"body.total:>100", order, true},
		{"body.total:>=125.5", order, true},
		{"body.total:<125.5", order, false},
		{"body.total:125.5", order, true},
		{"body.total:1.255e2", order, true},
		{`body.total:"125.50"`, order, true},
		{`body.total:"125.5"`, order, false},
		{"body.total:100..200", order, true},
		{"body.total:200..", order, false},
		{"body.total:12*", order, true},
		{"body.id:9007199254740993", order, true},
		{"body.id:9007199254740992", order, false},
		{"body.id:>9007199254740992", order, true},
		{"body.big:>1e998", order, true},
		{"body.big:<1e1000", order, true},
		{"body.big:1e999", order, true},
		{"body.neg:0", order, true},
		{"body.neg:<0", order, false},
		{`body.text:"hello wörld \"X\""`, order, true},
		{"body.text:*world*", order, false},
		{"body.text:*wörld*", order, true},
		{`body.text:/W\x{f6}rld/`, order, true},
		{"body.esc:a/b", order, true},
		{"body.item:null", order, false},
		{"body.none:null", order, true},
		{`body.none:"null"`, order, false},
		{"body.none:*", order, true},
		{"body.none:n*", order, false},
		{"-body.item:*", order, true},
		{"-body.none:*", order, false},
		{"body.yes:true", order, true},
		{"body.yes:false", order, false},
		{"body.amount:>99", order, true},
		{"body.amount:99.5", order, true},
		{"body.amount:99.50", order, false},
		{`body.empty:""`, order, true},
		{"body.empty:*", order, true},
		{`body.obj."a b"."c.d":1`, order, true},
		{`body.obj["a b"]["c.d"]:1`, order, true},
		{"body.obj:*", order, true},
		{`body.obj:""`, order, false},
		{"body.obj.*.*:1", order, true},
		{"body.list[*].email:*@example.org", order, true},
		{"body.list[0].email:*@example.org", order, false},
		{"body.list[1].email:b@example.org", order, true},
		{"body.list[2]:3", order, true},
		{"body.list[3]:*", order, false},
		{"body.list.email:*", order, false},
		{"body.dup:1", order, true},
		{"body.dup:2", order, true},
		{"body.dup:3", order, false},
		{`body."*":star`, order, true},
		{"body.total:1,125.5", order, true},
		{"body.total.x:*", order, false},
		{"body.Total:*", order, false},
		{"header.x-webconnex-event:coupon", order, true},
		{"header.X-Webconnex-Event:COUPON", order, true},
		{"header.x-webconnex-event:coup", order, false},
		{"header.x-webconnex:*", order, false},
		{"header.x-n:7", order, true},
		{"header.x-n:>10", order, true},
		{"header.x-n:>12", order, false},
		{"-header.none:*", order, true},
		{`header.x-long:"one two"`, folded, true},
		// forms
		{"body.total:>10", form, true},
		{"body.user.name:*K", form, true},
		{`body.user[name]:"Jürgen K"`, form, true},
		{"body.items[0].sku:a1", form, true},
		{"body.items[*].sku:a1", form, true},
		{"body.items[1].sku:a1", form, false},
		{"body.data.ref:r", form, true},
		{"body.null:null", form, false},
		{`body.null:"null"`, form, true},
		{"body.bad:%zz%4", form, true},
		{"body.x:*", form, true},
		{"-body.y:*", form, true},
		{"body.a:1", curl, true},
		// odd bodies
		{"body.a:1", lie, true},
		{"body.a:1", cut, true},
		{"body.b.c:full", cut, true},
		{"body.b.d:*", cut, false},
		{"body.after:1", deep, true},
		{"body.deep:*", deep, true},
		{"body.deep[0][0][0]:*", deep, true},
		{"body.a:2", hugeKey, true},
		{"body.a:1", bom, true},
		{"body.a:1", nothing, false},
		{"-body.a:1", nothing, true},
		{"x", nothing, false},
		// text
		{"coupon", order, true},
		{"COUP", order, true},
		{"nowhere", order, false},
		{`"hello w\\u00f6rld"`, order, true},
		{"webconnex*example.org", order, false}, // within one head or body
		{"a@example.com*b@example", order, true},
		{`/"dup":\d,"dup"/`, order, true},
		{"/HELLO/", order, false},
		{"needle", zipped, true},
		{"body.secret:needle*", zipped, true},
		{"word:needle", zipped, true},
		{"word:needl", zipped, false},
		{"word:example", order, true},
		{"word:exampl", order, false},
		{`word:"example.org"`, order, true},
		{`word:"a@example"`, order, true},
		{"body:hello", order, true},
		{"body:coupon", order, false},
		{"body:/Hello/", order, true},
		// attempts
		{"header.x-from:sender", forwarded, true},
		{"header.x-from:us", forwarded, false},
		{`"x-from: us"`, forwarded, true},
		{"resp.body.error.code:>10", forwarded, true},
		{"resp.body.error:*", forwarded, true},
		{"body.error:*", forwarded, false},
		{"resp.body:17", forwarded, true},
		{"resp.header.x-by:inbox", forwarded, true},
		{"resp.header.content-type:*json*", forwarded, true},
		{"header.content-type:*json*", forwarded, false},
		{`error:"certificate"`, forwarded, true},
		{"error:expired*", forwarded, true},
		{"error:/x509: .* expired/", forwarded, true},
		{"error:*", forwarded, true},
		{"error:*", order, false},
		{"oops", forwarded, true},
		{"body.a:1 resp.body.error:* OR nothing", forwarded, true},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			q := mustParse(t, tt.text)
			row := &Row{}
			if tt.in == zipped || tt.in == lie {
				row.Flags |= FlagEncoded
			}
			s := &stored{attempts: tt.in.attempts, bodies: tt.in.bodies}
			got, err := q.Match(row, s)
			if err != nil || got != tt.want {
				t.Errorf("Match = %v, %v, want %v", got, err, tt.want)
			}
			if tt.want && !mayMatch(q.Plan(), row, s) {
				t.Errorf("the plan leaves out a match: %+v", q.Plan())
			}
		})
	}
}
