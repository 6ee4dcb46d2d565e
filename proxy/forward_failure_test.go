package proxy

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/boathook/boathook/inspector"
)

// names is a resolver that knows a few names.
type names map[string]any // []netip.Addr or error

func (n names) LookupNetIP(ctx context.Context, _, host string) ([]netip.Addr, error) {
	switch v := n[host].(type) {
	case []netip.Addr:
		return v, nil
	case error:
		return nil, v
	case nil:
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	<-ctx.Done() // a name server that does not answer
	return nil, &net.DNSError{Err: ctx.Err().Error(), Name: host, IsTimeout: true}
}

// expect posts a request to an inbox that forwards to url and checks the failure.
func (s *stand) failure(url string, status int, class, phase, text string, change ...func(*Target)) inspector.Attempt {
	s.t.Helper()
	s.forward("x", url, change...)
	a := s.post("/in/x")
	row, attempts := s.recorded("x", 1, 2)
	f := attempts[1].Failure
	if f.Class != class || f.Phase != phase || !strings.Contains(f.Text, text) {
		s.t.Errorf("failure %+v\nwant %s in phase %q with %q", f, class, phase, text)
	}
	if a.status != status || !strings.Contains(a.body, f.Text) || !strings.Contains(a.body, row.ID.String()) {
		s.t.Errorf("the sender was answered %d %q, want %d", a.status, a.body, status)
	}
	if row.Failure != class || row.Status != status || row.Flags&inspector.FlagFailed == 0 {
		s.t.Errorf("row has status %d, failure %q, flags %v", row.Status, row.Failure, row.Flags.Names())
	}
	if got := s.rig.message(attempts[0].BodyKey(inspector.Request), attempts[0].Request); !strings.HasSuffix(got, "\r\n\r\nhi") {
		s.t.Errorf("captured %q", got)
	}
	return attempts[1]
}

func TestForwardFailsToConnect(t *testing.T) {
	t.Parallel()
	loopback := func(last byte) netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 0, last}) }
	var many []netip.Addr
	for range 300 {
		many = append(many, loopback(1))
	}
	opt := Options{Resolver: names{
		"servfail.test": &net.DNSError{Err: "server misbehaving", Name: "servfail.test", IsTemporary: true},
		"empty.test":    []netip.Addr{},
		"silent.test":   true,
		"many.test":     many,
	}}
	port := strings.TrimPrefix(closedPort(t), "127.0.0.1")
	for _, tt := range []struct {
		name, url    string
		status       int
		class, phase string
		text         string
	}{
		{"refused", "http://127.0.0.1" + port, 502, inspector.FailRefused, "connect", "nothing listens at 127.0.0.1" + port},
		{"refused on both families", "http://localhost" + port, 502, inspector.FailRefused, "connect", "nothing listens at localhost" + port},
		{"no such name", "http://nowhere.test", 502, inspector.FailDNS, "dns", "the name nowhere.test does not exist"},
		{"name server fails", "http://servfail.test", 502, inspector.FailDNS, "dns", "server misbehaving"},
		{"name without addresses", "http://empty.test", 502, inspector.FailDNS, "dns", "does not exist"},
		{"name server is silent", "http://silent.test", 504, inspector.FailTimeout, "dns", "not found out within 1s"},
		{"300 addresses", "http://many.test" + port, 502, inspector.FailRefused, "connect", "nothing listens"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, opt)
			a := s.failure(tt.url, tt.status, tt.class, tt.phase, tt.text, soonIf(tt.status))
			if a.Request.Head == nil {
				t.Error("the request that could not be sent is not recorded")
			}
		})
	}
}

func TestForwardToItselfIsBlocked(t *testing.T) {
	t.Parallel()
	page, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	_, pagePort, _ := net.SplitHostPort(page.Addr().String())
	rebind := names{"rebind.test": []netip.Addr{netip.MustParseAddr("127.0.0.1")}, "mapped.test": []netip.Addr{netip.MustParseAddr("::ffff:127.0.0.1")}}
	for _, host := range []string{"127.0.0.1", "localhost", "0.0.0.0", "[::]", "[::ffff:127.0.0.1]", "rebind.test", "mapped.test"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, Options{Resolver: rebind, Own: []net.Addr{page.Addr()}})
			_, capture, _ := net.SplitHostPort(s.addr)
			s.failure("http://"+host+":"+capture, 502, inspector.FailBlocked, "connect", "boathook itself")
			s.inbox(Inbox{Name: "y", Forward: []Target{{URL: "http://" + host + ":" + pagePort}}})
			s.post("/in/y")
			if _, attempts := s.recorded("y", 1, 2); attempts[1].Failure.Class != inspector.FailBlocked {
				t.Errorf("the page was reached: %+v", attempts[1].Failure)
			}
			if rows := s.rig.rows(); len(rows) != 2 {
				t.Errorf("%d deliveries, want 2: a request came back", len(rows))
			}
		})
	}
}

// An app that sends what it receives to the inbox again ends up with 5 requests.
func TestForwardLoopEnds(t *testing.T) {
	t.Parallel()
	var s *stand
	target := newApp(t, func(request []byte) string {
		hops := inspector.ParseHead(request).Value(hopsName)
		a := s.raw("POST /in/x HTTP/1.1\r\nHost: s\r\nBoathook-Hops: " + hops + "\r\nContent-Length: 2\r\n\r\nhi")
		return fmt.Sprintf("HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n", a.status)
	})
	s = newStand(t, Options{})
	s.forward("x", "http://"+target.addr)
	if a := s.post("/in/x"); a.status != 508 {
		t.Errorf("the first sender was answered %d, want 508 from the end of the loop", a.status)
	}
	if n := len(target.requests()); n != maxHops {
		t.Errorf("the app received %d requests, want %d", n, maxHops)
	}
	s.recorded("x", maxHops+1, 2)
	// They are numbered as they were stored, which need not be the order of the hops.
	looped := 0
	for _, r := range s.rig.rows() {
		if r.Flags&inspector.FlagLooped == 0 {
			continue
		}
		looped++
		attempts := s.rig.attempts(r.ID)
		if hops := inspector.ParseHead(attempts[0].Request.Head).Value(hopsName); hops != strconv.Itoa(maxHops) {
			t.Errorf("a delivery after %q hops is looped", hops)
		}
		if f := attempts[1].Failure; f.Class != inspector.FailBlocked || !strings.Contains(f.Text, "come back to this inbox") || r.Tries != 0 {
			t.Errorf("failure %+v, %d tries", f, r.Tries)
		}
	}
	if looped != 1 {
		t.Errorf("%d deliveries are looped, want the last one only", looped)
	}
}

func TestForwardRefusesUpgrade(t *testing.T) {
	t.Parallel()
	target := newApp(t, always(ok200))
	s := newStand(t, Options{})
	s.forward("x", "http://"+target.addr)
	a := s.raw("GET /in/x HTTP/1.1\r\nHost: s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	if a.status != 501 || !strings.Contains(a.body, `upgrade to "websocket"`) {
		t.Errorf("answer %d %q", a.status, a.body)
	}
	if _, attempts := s.recorded("x", 1, 2); attempts[1].Failure.Class != inspector.FailBlocked || len(target.requests()) != 0 {
		t.Errorf("failure %+v, %d requests at the app", attempts[1].Failure, len(target.requests()))
	}
}

// certificate makes a certificate for names; signed by itself if ca is nil.
func certificate(t *testing.T, ca *tls.Certificate, notAfter time.Time, dnsNames ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: strings.Join(dnsNames, " ")},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: notAfter, DNSNames: dnsNames,
		IsCA: len(dnsNames) == 0, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	parent, signer := c, any(key)
	if ca != nil {
		parent, signer = ca.Leaf, ca.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func TestForwardOverTLS(t *testing.T) {
	t.Parallel()
	tomorrow, yesterday := time.Now().Add(24*time.Hour), time.Now().Add(-24*time.Hour)
	ca, stranger := certificate(t, nil, tomorrow), certificate(t, nil, tomorrow)
	roots := x509.NewCertPool()
	roots.AddCert(ca.Leaf)
	for _, tt := range []struct {
		name     string
		config   *tls.Config
		insecure bool
		text     string // of the failure, "" if there is none
	}{
		{"trusted", &tls.Config{Certificates: []tls.Certificate{certificate(t, &ca, tomorrow, "app.test")}}, false, ""},
		{"expired", &tls.Config{Certificates: []tls.Certificate{certificate(t, &ca, yesterday, "app.test")}}, false, "the certificate has expired on " + yesterday.UTC().Format(time.DateOnly)},
		{"self-signed", &tls.Config{Certificates: []tls.Certificate{certificate(t, nil, tomorrow, "app.test")}}, false, "the certificate is self-signed"},
		{"unknown authority", &tls.Config{Certificates: []tls.Certificate{certificate(t, &stranger, tomorrow, "app.test")}}, false, "unknown authority"},
		{"wrong name", &tls.Config{Certificates: []tls.Certificate{certificate(t, &ca, tomorrow, "other.test")}}, false, "for other.test, not for app.test"},
		{"TLS 1.0 only", &tls.Config{MaxVersion: tls.VersionTLS10, MinVersion: tls.VersionTLS10, Certificates: []tls.Certificate{certificate(t, &ca, tomorrow, "app.test")}}, false, "protocol version not supported"},
		{"insecure", &tls.Config{Certificates: []tls.Certificate{certificate(t, nil, yesterday, "other.test")}}, true, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := listen(t, func(raw net.Conn) {
				c := tls.Server(raw, tt.config)
				buf := make([]byte, 4096)
				for {
					if _, err := c.Read(buf); err != nil {
						return
					}
					if _, err := c.Write([]byte(ok200)); err != nil {
						return
					}
				}
			})
			_, port, _ := net.SplitHostPort(addr)
			s := newStand(t, Options{Roots: roots, Resolver: names{"app.test": []netip.Addr{netip.MustParseAddr("127.0.0.1")}}})
			url := "https://app.test:" + port
			insecure := func(target *Target) { target.Insecure = tt.insecure }
			if tt.text != "" {
				s.failure(url, 502, inspector.FailTLS, "tls", tt.text, insecure)
				return
			}
			s.forward("x", url, insecure)
			for range 2 {
				if a := s.post("/in/x"); a.status != 200 || a.body != "ok" {
					t.Fatalf("answer %d %q", a.status, a.body)
				}
			}
			_, attempts := s.recorded("x", 2, 2)
			if noted := strings.Contains(fmt.Sprint(attempts[1].Notes), "was not checked"); noted != tt.insecure {
				t.Errorf("notes %q", attempts[1].Notes)
			}
			if !attempts[1].Reused || attempts[1].Timing.TLS != 0 {
				t.Errorf("the second attempt made a connection of its own: %+v", attempts[1].Timing)
			}
		})
	}
}

// With TLS 1.3 an app refuses a client without a certificate only after the
// client has sent its request.
func TestForwardToAppThatWantsClientCertificate(t *testing.T) {
	t.Parallel()
	ca := certificate(t, nil, time.Now().Add(24*time.Hour))
	roots := x509.NewCertPool()
	roots.AddCert(ca.Leaf)
	own := []tls.Certificate{certificate(t, &ca, time.Now().Add(24*time.Hour), "app.test")}
	for _, tt := range []struct {
		name    string
		version uint16
		phase   string
		size    int
		text    string
	}{
		{"TLS 1.3", tls.VersionTLS13, "wait", 2, "the app demands a client certificate"},
		{"TLS 1.2", tls.VersionTLS12, "tls", 2, "the app demands a client certificate"},
		{"large request", tls.VersionTLS13, "wait", 200_000, "the app demands a client certificate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := listen(t, func(raw net.Conn) {
				c := tls.Server(raw, &tls.Config{Certificates: own, ClientAuth: tls.RequireAnyClientCert, MinVersion: tt.version, MaxVersion: tt.version})
				if c.Handshake() == nil {
					c.Write([]byte(ok200))
				}
				io.Copy(io.Discard, raw) // so that the alert is not lost to a reset
			})
			_, port, _ := net.SplitHostPort(addr)
			s := newStand(t, Options{Roots: roots, Resolver: names{"app.test": []netip.Addr{netip.MustParseAddr("127.0.0.1")}}})
			s.forward("x", "https://app.test:"+port)
			a := s.raw(fmt.Sprintf("POST /in/x HTTP/1.1\r\nHost: s\r\nContent-Length: %d\r\n\r\n%s", tt.size, strings.Repeat("x", tt.size)))
			row, attempts := s.recorded("x", 1, 2)
			f := attempts[1].Failure
			if a.status != 502 || row.Failure != inspector.FailTLS || f.Class != inspector.FailTLS || f.Phase != tt.phase || !strings.Contains(f.Text, tt.text) {
				t.Errorf("answer %d, row %q, failure %+v\nwant class tls in phase %q with %q", a.status, row.Failure, f, tt.phase, tt.text)
			}
		})
	}
}

// An alert within the answer is a failure of TLS as well.
func TestTLSAlertWithinAnswer(t *testing.T) {
	t.Parallel()
	at := &target{dial: "app.test:443", addr: &address{host: "app.test"}}
	for _, phase := range []string{"send", "wait", "read"} {
		err := fmt.Errorf("read: %w", &net.OpError{Op: "remote error", Err: errors.New("tls: certificate required")})
		f := hopFailure(phase, err, at)
		if f.Class != inspector.FailTLS || f.Phase != phase || !strings.Contains(f.Text, "demands a client certificate") {
			t.Errorf("%s: %+v", phase, f.Failure)
		}
	}
}

func TestForwardTLSOddities(t *testing.T) {
	t.Parallel()
	stalled := listen(t, func(c net.Conn) { c.Read(make([]byte, 4096)); c.Read(make([]byte, 1)) })
	closing := listen(t, func(c net.Conn) { c.Read(make([]byte, 1)) })
	speaker := listen(t, func(c net.Conn) { c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")); c.Read(make([]byte, 4096)) })
	alert := listen(t, func(c net.Conn) { c.Read(make([]byte, 4096)); c.Write([]byte("\x15\x03\x01\x00\x02\x02\x46")) })
	for _, tt := range []struct {
		name, url    string
		status       int
		class, phase string
		text         string
	}{
		{"handshake stalls", "https://" + stalled, 504, inspector.FailTimeout, "tls", "did not finish the TLS handshake within 1s"},
		{"closed in the handshake", "https://" + closing, 502, inspector.FailTLS, "tls", "within the TLS handshake"},
		{"https to a plain port", "https://" + speaker, 502, inspector.FailTLS, "tls", "does not speak TLS; use http://"},
		{"http to a TLS port", "http://" + alert, 502, inspector.FailProtocol, "read", "use https://"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			newStand(t, Options{}).failure(tt.url, tt.status, tt.class, tt.phase, tt.text, soonIf(tt.status))
		})
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	g := &guard{internal: true, allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	for _, tt := range []struct {
		addr string
		ok   bool
	}{
		{"93.184.216.34", true}, {"2606:4700::1111", true}, {"10.1.2.3", true},
		{"0.0.0.0", false}, {"10.0.0.1", false}, {"100.64.0.1", false}, {"127.0.0.1", false}, {"127.8.8.8", false},
		{"169.254.169.254", false}, {"172.16.0.1", false}, {"172.31.255.255", false}, {"172.32.0.1", true},
		{"192.0.0.1", false}, {"192.0.2.1", false}, {"192.88.99.1", false}, {"192.168.1.1", false},
		{"198.18.0.1", false}, {"198.51.100.1", false}, {"203.0.113.1", false}, {"224.0.0.1", false},
		{"240.0.0.1", false}, {"255.255.255.255", false}, {"::", false}, {"::1", false}, {"::127.0.0.1", false},
		{"::ffff:127.0.0.1", false}, {"::ffff:10.0.0.1", false}, {"::ffff:93.184.216.34", true}, {"64:ff9b::7f00:1", false},
		{"64:ff9b:1::1", false}, {"100::1", false}, {"2001::1", false}, {"2001:db8::1", false},
		{"2002:7f00:1::", false}, {"3fff::1", false}, {"5f00::1", false}, {"fc00::1", false}, {"fd00::1", false},
		{"fe80::1", false}, {"fe80::1%eth0", false}, {"fec0::1", false}, {"ff02::1", false},
		{"2606:4700::5efe:127.0.0.1", false}, {"2606:4700::200:5efe:10.0.0.1", false},
	} {
		err := g.check(netip.AddrPortFrom(netip.MustParseAddr(tt.addr), 80))
		var refusal *blockedError
		if (err == nil) != tt.ok || err != nil && !errors.As(err, &refusal) {
			t.Errorf("%s: %v, want allowed %v", tt.addr, err, tt.ok)
		}
	}
}

// A target on localhost is found on whichever loopback address it listens.
func TestForwardToLocalhostOnIPv6(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Logf("no IPv6 here, IPv4 only: %v", err)
		if ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	serveOn(t, ln, func(c net.Conn) {
		c.Read(make([]byte, 4096))
		c.Write([]byte(ok200))
	})
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	s := newStand(t, Options{})
	s.forward("x", "http://localhost:"+port)
	if a := s.post("/in/x"); a.status != 200 {
		t.Errorf("answer %d %q", a.status, a.body)
	}
}
