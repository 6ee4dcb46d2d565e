package portable_test

import (
	"bufio"
	"fmt"
	"io"
	"net"

	"github.com/boathook/boathook/proxy/wire"
)

// serve answers every request 200, and hands on its head and body.
func serve(l net.Listener, got chan<- string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		func() {
			defer c.Close()
			r := bufio.NewReader(c)
			raw, head, err := wire.ReadRequestHead(r, 0, 0)
			if err != nil {
				got <- "error: " + err.Error()
				return
			}
			kind, length, err := head.Framing()
			if err != nil {
				got <- "error: " + err.Error()
				return
			}
			if head.Fields.Value("Expect") != "" {
				fmt.Fprint(c, "HTTP/1.1 100 Continue\r\n\r\n")
			}
			body, err := io.ReadAll(wire.NewBodyReader(r, kind, length, wire.Limits{}))
			if err != nil {
				got <- "error: " + err.Error()
				return
			}
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			got <- string(raw) + string(body)
		}()
	}
}
