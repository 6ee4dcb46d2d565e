//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/boathook/boathook/signer"
)

const canarySecret = "canary-7f3a-secret-of-an-inbox-9e41"

// ask calls the API and returns the answer, whatever its status.
func (s *server) ask(method, path, body string) string {
	s.t.Helper()
	req, err := http.NewRequest(method, s.API+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return fmt.Sprintf("%s %s: %d %s", method, path, res.StatusCode, text)
}

// A secret that was set goes nowhere: not into an answer, a frame of the feed, the
// log, the backup or the data folder, whatever is asked and however it fails.
func TestSecretStaysSecret(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	s := startServer(t, data, "-v")
	socket, res, err := websocket.DefaultDialer.Dial(strings.Replace(s.API, "http", "ws", 1)+"/feed", http.Header{"Authorization": {"Bearer " + s.Token}})
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	res.Body.Close()
	if err := socket.WriteMessage(websocket.TextMessage, []byte(`{"after":"","q":""}`)); err != nil {
		t.Fatal(err)
	}
	frames := make(chan []byte, 1)
	go func() {
		var all []byte
		for {
			_, data, err := socket.ReadMessage()
			if err != nil {
				frames <- all
				return
			}
			all = append(all, data...)
		}
	}()

	secret := fmt.Sprintf(`[{"value":%q}]`, canarySecret)
	said := []string{
		s.ask("POST", "/inboxes", `{"name":"shop","scheme":"github","secrets":`+secret+`}`),
		s.ask("POST", "/inboxes", `{"name":"shop","scheme":"github","secrets":`+secret+`}`),
		s.ask("POST", "/inboxes", `{"name":"bad","scheme":"standard-webhooks","secrets":`+secret+`}`),
		s.ask("POST", "/inboxes", `{"name":"bad","secrets":`+secret+`,"tolerance_s":-1}`),
		s.ask("POST", "/inboxes", `{"name":"bad","secrets":`+secret+`,"secrets":1}`),
		s.ask("POST", "/inboxes", `{"name":"bad","secrets":"`+canarySecret+`"}`),
		s.ask("POST", "/inboxes", `{"name":"other","scheme":"stripe","secrets":[{"value":"another"}]}`),
		s.ask("POST", "/endpoints", `{"name":"crm","kind":"url","url":"http://127.0.0.1:9/","events":["*"],"scheme":"github","secrets":`+secret+`,"auth":{"kind":"bearer","secret":{"value":"`+canarySecret+`"}}}`),
		s.ask("GET", "/endpoints", ""),
	}
	github, _ := signer.Lookup("github")
	for _, inbox := range []string{"shop", "other"} {
		for _, body := range []string{`{"a":1}`, `{"a": 1}`} {
			m := signer.Message{Method: "POST", Body: []byte(`{"a":1}`)}
			signed, err := github.Sign(m, []string{canarySecret}, "", time.Now())
			if err != nil {
				t.Fatal(err)
			}
			req, err := http.NewRequest("POST", s.Capture+"/in/"+inbox, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range signed.Header {
				req.Header.Set(h.Name, h.Value)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
		}
	}
	for n := 1; n <= 4; n++ {
		said = append(said, s.ask("GET", fmt.Sprintf("/deliveries/%d/signature", n), ""), s.ask("GET", fmt.Sprintf("/deliveries/%d", n), ""),
			s.ask("POST", fmt.Sprintf("/deliveries/%d/signature", n), `{"scheme":"standard-webhooks","secrets":["`+canarySecret+`"]}`),
			s.ask("POST", fmt.Sprintf("/deliveries/%d/signature", n), `{"secrets":["`+canarySecret+`"],"got":"zz"}`))
	}
	said = append(said,
		s.ask("POST", "/verify", `{"request":"POST / HTTP/1.1\nX-Hub-Signature-256: sha256=00\n\n","secrets":["`+canarySecret+`"]}`),
		s.ask("POST", "/verify", `{"request":"nothing","secrets":["`+canarySecret+`"]}`),
		s.ask("POST", "/sign", `{"scheme":"standard-webhooks","secret":"`+canarySecret+`","body":"x"}`),
		s.ask("POST", "/recheck", `{"q":""}`), s.ask("GET", "/inboxes", ""), s.ask("GET", "/inboxes/shop", ""), s.ask("GET", "/status", ""),
		s.ask("GET", "/doctor", ""), s.ask("GET", "/backup", ""), s.ask("GET", "/deliveries", ""), s.ask("DELETE", "/inboxes/other", ""),
	)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	feed := string(<-frames)
	if !strings.Contains(feed, "shop") {
		t.Errorf("the feed said %.200q", feed)
	}
	said = append(said, "the log: "+s.talk.String(), "the feed: "+feed)
	err = filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		said = append(said, path+": "+string(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(said, "\n")
	for _, what := range []string{`"verdict":"valid"`, `"cause":"other-scheme"`, "…9e41", `"reserialized"`, "POST /endpoints: 201", "POST /inboxes: 201", "secrets.key"} {
		if !strings.Contains(all, what) {
			t.Errorf("nothing says %s, so the search proves little", what)
		}
	}
	hex := fmt.Sprintf("%x", canarySecret)
	for _, text := range said {
		for _, form := range []string{canarySecret, hex, strings.ToUpper(hex)} {
			if i := bytes.Index([]byte(text), []byte(form)); i >= 0 {
				t.Errorf("the secret stands in …%q", text[max(0, i-200):i])
			}
		}
	}
}
