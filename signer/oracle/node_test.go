package oracle

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boathook/boathook/signer"
)

//go:embed node/package.json
var nodePackage []byte

//go:embed node/receivers.mjs
var nodeReceivers []byte

const adyenBody = `{"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{},"amount":{"value":1130,"currency":"EUR"},"pspReference":"7914073381342284","eventCode":"AUTHORISATION","eventDate":"2019-05-06T17:15:34.121+02:00","merchantAccountCode":"TestMerchant","merchantReference":"TestPayment-1407325143704","paymentMethod":"visa","success":"true"}}]}`

// nodeCases are the schemes whose library is a Node one. secrets are what signs
// and what verifies; without them NewSecret makes them. The bodies default to
// JSON, which several of the libraries insist on.
var nodeCases = map[string]struct {
	sign, verify string
	bodies       []string
	header       []signer.Field // that the library asks for too
}{
	"stripe.v1": {}, "svix.v1": {}, "standard-webhooks.v1": {}, "github.sha256": {}, "slack.v0": {}, "square.hmacsha256": {},
	"paddle.h1": {}, "line": {}, "linear": {}, "workos": {}, "razorpay": {}, "mux": {}, "openai": {}, "box.v1": {},
	"hubspot.v1": {}, "hubspot.v2": {}, "hubspot.v3": {}, "twilio.json-body": {}, "adyen.platform": {}, "discord.interactions": {},
	"messagebird.jwt": {},
	"shopify.hmac-sha256": {header: []signer.Field{
		{Name: "X-Shopify-Topic", Value: "orders/create"}, {Name: "X-Shopify-Shop-Domain", Value: "demo.myshopify.com"},
		{Name: "X-Shopify-API-Version", Value: "2026-07"}, {Name: "X-Shopify-Webhook-Id", Value: "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"},
	}},
	"contentful":          {sign: strings.Repeat("s", 64), verify: strings.Repeat("s", 64)},
	"plivo.v2":            {},
	"plivo.v3":            {bodies: []string{form, "a=1"}},
	"twilio.form":         {bodies: []string{form, "a=1", ""}},
	"adyen.payments":      {bodies: []string{adyenBody}},
	"sendgrid.ecdsa-p256": {},
}

// Receivers that the providers wrote accept over HTTP what we sign, and refuse
// what was changed after. They need Node; without it this test says so.
func TestNodeReceivers(t *testing.T) {
	t.Parallel()
	secrets, verify := map[string]string{}, map[string]string{}
	for id, c := range nodeCases {
		s, ok := signer.Lookup(id)
		if !ok {
			t.Fatalf("there is no scheme %s", id)
		}
		if c.sign == "" {
			var err error
			if c.sign, c.verify, err = s.NewSecret(); err != nil {
				t.Fatal(err)
			}
		}
		secrets[id], verify[id] = c.sign, c.verify
	}
	base, known := startReceivers(t, verify)
	for _, id := range known {
		if _, ok := nodeCases[id]; !ok {
			t.Errorf("receiver %s is not tried", id)
		}
	}
	for id, c := range nodeCases {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			s, _ := signer.Lookup(id)
			list := c.bodies
			if list == nil {
				// Linear's library reads the time from the body.
				list = []string{fmt.Sprintf(`{ "a" : [ 1 , 2 ], "name":"Ærø <b>", "webhookTimestamp": %d }`, time.Now().UnixMilli())}
			}
			for _, body := range list {
				m := signer.Message{Method: "POST", URL: address, Header: c.header, Body: []byte(body)}
				x, err := s.Sign(m, []string{secrets[id]}, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", time.Now())
				if err != nil {
					t.Fatal(err)
				}
				signed := x.Apply(m)
				if err := post(t, base+id, &signed); err != nil {
					t.Errorf("%.60q: the library refuses what we signed: %v", body, err)
				}
				y, err := s.Sign(m, []string{otherSecret(t, s)}, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", time.Now())
				if err != nil {
					t.Fatal(err)
				}
				forged := y.Apply(m)
				if err := post(t, base+id, &forged); err == nil {
					t.Errorf("%.60q: the library accepts another secret", body)
				}
				if s.Covers() != signer.CoversBody {
					continue
				}
				changed := signed
				changed.Body = bytes.Replace(signed.Body, []byte("a"), []byte("b"), 1)
				if bytes.Equal(changed.Body, signed.Body) {
					continue // an empty form
				}
				if err := post(t, base+id, &changed); err == nil {
					t.Errorf("%.60q: the library accepts a changed body", body)
				}
			}
		})
	}
}

func otherSecret(t *testing.T, s *signer.Scheme) string {
	t.Helper()
	sign, _, err := s.NewSecret()
	if err != nil {
		t.Fatal(err)
	}
	return sign
}

func post(t *testing.T, receiver string, m *signer.Message) error {
	t.Helper()
	req := must(http.NewRequestWithContext(t.Context(), m.Method, receiver+"?url="+url.QueryEscape(m.URL), bytes.NewReader(m.Body)))
	for _, f := range m.Header {
		req.Header.Add(f.Name, f.Value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text := must(io.ReadAll(io.LimitReader(resp.Body, 4096)))
	if resp.StatusCode != http.StatusOK {
		return errors.New(string(text))
	}
	return nil
}

// startReceivers runs the receivers until the test ends, and returns their base
// address and the schemes that they know.
func startReceivers(t *testing.T, secrets map[string]string) (base string, schemes []string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("left out: the receivers written by the providers need Node 20, which is not installed")
	}
	program := installReceivers(t)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, node, program)
	cmd.Stderr = os.Stderr
	in := must(cmd.StdinPipe())
	out := must(cmd.StdoutPipe())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		cancel()
		_ = cmd.Wait() // killed
	})
	if _, err := in.Write(append(must(json.Marshal(secrets)), '\n')); err != nil {
		t.Fatal(err)
	}
	var ready struct {
		Port    int
		Schemes []string
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &ready); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return fmt.Sprintf("http://127.0.0.1:%d/", ready.Port), ready.Schemes
}

// installReceivers installs the providers' libraries and returns the program that runs
// them. It lies beside them, where Node looks for what it imports.
func installReceivers(t *testing.T) string {
	t.Helper()
	f, err := os.CreateTemp(installNode(t, nodePackage), "receivers-*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(f.Name()) })
	if _, err := f.Write(nodeReceivers); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

// installing is held while a set of libraries is being installed: tests that run at once
// may need the same.
var installing sync.Mutex

// installNode installs the libraries that a package.json names once for each set of
// versions, in the user's cache folder. It says so and skips the test where that
// cannot be.
func installNode(t *testing.T, manifest []byte) string {
	t.Helper()
	installing.Lock()
	defer installing.Unlock()
	sum := sha256.Sum256(manifest)
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "boathook-oracles", "whole-"+hex.EncodeToString(sum[:8]))
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("left out: the libraries of others need npm, which is not installed")
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	// It gets its name when it is whole, so that a test that is stopped, or another
	// process that installs the same, leaves nothing half done there.
	part, err := os.MkdirTemp(filepath.Dir(dir), "part-*")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(part)
	if err := os.WriteFile(filepath.Join(part, "package.json"), manifest, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock")
	install.Dir = part
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("left out: the libraries of others could not be installed: %v\n%s", err, out)
	}
	if err := os.Rename(part, dir); err != nil {
		if _, there := os.Stat(dir); there != nil {
			t.Fatal(err)
		}
	}
	return dir
}
