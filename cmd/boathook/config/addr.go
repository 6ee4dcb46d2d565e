package config

import (
	"fmt"
	"net"
)

// Addr joins an address setting with the short form for its port: the one from
// the stronger source wins. Two different answers from one source are an error.
func (v *Values) Addr(addrFlag, portFlag string) (string, error) {
	addr, port := v.byFlag[addrFlag], v.byFlag[portFlag]
	if len(port.Text) == 0 || addr.Level > port.Level {
		return v.Text(addrFlag), nil
	}
	host, own, err := net.SplitHostPort(v.Text(addrFlag))
	if err != nil {
		return "", &Error{Text: fmt.Sprintf("%s: want HOST:PORT", addr.Origin)}
	}
	if addr.Level == port.Level && own != v.Text(portFlag) {
		return "", &Error{
			Text: fmt.Sprintf("%s says port %s and %s says %s", addr.Origin, own, port.Origin, v.Text(portFlag)),
			Hint: "give one of them",
		}
	}
	return net.JoinHostPort(host, v.Text(portFlag)), nil
}
