package portable_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/boathook/boathook/inspector"
	"github.com/boathook/boathook/proxy/mask"
	"github.com/boathook/boathook/proxy/portable"
)

// hiddenStore has a delivery whose request and answer hold what is to be hidden.
func hiddenStore(t *testing.T, requestType, request, answer string) inspector.Store {
	t.Helper()
	s := newStore(t)
	id, err := inspector.NewIDs(inspector.ID{}).New(testTime)
	if err != nil {
		t.Fatal(err)
	}
	head := fmt.Sprintf("POST /in/demo/hook?pin=%[1]s HTTP/1.1\r\nHost: h\r\nX-Door: %[1]s\r\nContent-Type: %[2]s\r\nContent-Length: %[3]d\r\n\r\n", redactCanary, requestType, len(request))
	back := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(answer))
	a := inspector.Attempt{
		Delivery: id, Target: "127.0.0.1:4601", Started: testTime,
		Request:  inspector.Message{Head: []byte(head), Size: int64(len(request)), Wanted: int64(len(request))},
		Response: inspector.Message{Head: []byte(back), Size: int64(len(answer)), Wanted: int64(len(answer))},
	}
	row := inspector.Row{ID: id, At: testTime, Dir: inspector.In, Inbox: "demo", Method: "POST", Target: "/in/demo/hook?pin=" + redactCanary, Host: "h", Size: int64(len(request)), Verdict: inspector.Unchecked}
	b := inspector.Batch{Workspace: ws, Deliveries: []inspector.Row{row}, Attempts: []inspector.Attempt{a}, Chunks: []inspector.Chunk{{Body: a.BodyKey(inspector.Response), Data: []byte(answer)}}}
	for seq := 0; len(request) > 0; seq++ {
		n := min(len(request), inspector.ChunkBytes)
		b.Chunks = append(b.Chunks, inspector.Chunk{Body: a.BodyKey(inspector.Request), Seq: seq, Data: []byte(request[:n])})
		request = request[n:]
	}
	if _, err := s.Commit(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return s
}

// unpacked is all that a file holds.
func unpacked(t *testing.T, f portable.Format, file []byte) string {
	t.Helper()
	if f != portable.ZIP {
		return string(file)
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, in := range z.File {
		r, err := in.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	return all
}

// What the list names is in no export, and what is exported can be read again: lengths
// are as they were. With secrets everything is there, to the byte.
func TestExportHidesWhatIsListed(t *testing.T) {
	t.Parallel()
	rules, err := mask.Parse([]string{"x-door", "query.pin", "body.card.number", "body.people[*].email"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, media, request, shown string }{
		{"JSON", "application/json", `{"card":{"number":"` + redactCanary + `","brand":"visa"},"people":[{"email":"` + redactCanary + `"}]}`, `{"card":{"number":"****************","brand":"visa"},"people":[{"email":"****************"}]}`},
		{"form", "application/x-www-form-urlencoded", "card[number]=" + redactCanary + "&brand=visa", "card[number]=****************&brand=visa"},
		{"XML", "text/xml", `<o><card number="` + redactCanary + `"><brand>visa</brand></card><people><email>` + redactCanary + `</email></people></o>`, `<o><card number="****************"><brand>visa</brand></card><people><email>****************</email></people></o>`},
		{"JSON in a form", "application/x-www-form-urlencoded", `payload=%7B%22card%22:{%22number%22:%22` + redactCanary + `%22}}`, `payload=%7B%22card%22:{%22number%22:%22****************%22}}`},
		{"parts", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=card[number]\r\n\r\n" + redactCanary + "\r\n--b--\r\n", "--b\r\nContent-Disposition: form-data; name=card[number]\r\n\r\n****************\r\n--b--\r\n"},
		{"text", "text/plain", "card.number: " + redactCanary + "\nbrand: visa", "card.number: ****************\nbrand: visa"},
		{"broken JSON", "application/json", `{"brand":"visa",,"card":{"number":"` + redactCanary + `"}}`, `{"brand":"visa",` + strings.Repeat("*", 38)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := hiddenStore(t, tt.media, tt.request, `{"card":{"number":"`+redactCanary+`"}}`)
			for _, f := range portable.Formats {
				opt := portable.ExportOptions{Format: f, Capture: "http://127.0.0.1:4601", Mask: rules}
				file := export(t, s, opt)
				if text := unpacked(t, f, file); strings.Contains(text, redactCanary) || strings.Contains(text, "Y2FuYXJ5") {
					t.Errorf("%s holds it: %s", f, text)
				}
				opt.Secrets = true
				if text := unpacked(t, f, export(t, s, opt)); strings.Count(text, "canary")+strings.Count(text, "Y2FuYXJ5") == 0 {
					t.Errorf("%s lacks it with secrets", f)
				}
				if f != portable.JSONL && f != portable.HAR && f != portable.Curl && f != portable.Raw {
					continue
				}
				to := newStore(t)
				if res := read(t, to, file, portable.ImportOptions{}); res.Failed != 0 || res.Imported != 1 {
					t.Errorf("%s is not read again: %+v", f, res)
				}
				for _, v := range everything(t, to) {
					for key, body := range v.Bodies {
						if strings.Contains(key, "request") && body != tt.shown {
							t.Errorf("%s: %s is %s, want %s", f, key, body, tt.shown)
						}
					}
				}
			}
		})
	}
}

// A long body is hidden piece by piece, and stays whole.
func TestExportHidesInLongBody(t *testing.T) {
	t.Parallel()
	rules, err := mask.Parse([]string{"body.items[*].pin"})
	if err != nil {
		t.Fatal(err)
	}
	item := `{"id":1234567,"pin":"` + redactCanary + `"},`
	body := `{"items":[` + strings.TrimSuffix(strings.Repeat(item, 20_000), ",") + `]}`
	s := hiddenStore(t, "application/json", body, "{}")
	file := unpacked(t, portable.ZIP, export(t, s, portable.ExportOptions{Format: portable.ZIP, Mask: rules}))
	want := strings.ReplaceAll(body, redactCanary, strings.Repeat("*", len(redactCanary)))
	if !strings.Contains(file, want) {
		t.Error("the body is another one")
	}
}
