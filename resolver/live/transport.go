package live

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// newTransport returns the way to the network. It uses no proxy: metadata
// services must never be asked through one, and it keeps no connection, so that
// each address is judged when it is dialled.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, ControlContext: mayDial}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableKeepAlives:      true,
		DisableCompression:     true,
	}
}

// errContainerHost says that plain HTTP would have gone to a place where SDKs
// do not send the token of a container.
var errContainerHost = errors.New("plain HTTP is refused: no loopback or container address")

// containerOnly is the key of the contexts in which only the addresses of a
// container's credentials endpoint may be dialled.
type containerOnly struct{}

// mayDial judges the address that a name was resolved to. To check the name
// beforehand would leave time for it to change.
func mayDial(ctx context.Context, _, address string, _ syscall.RawConn) error {
	if ctx.Value(containerOnly{}) == nil {
		return nil
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil || !containerAddress(at.Addr()) {
		return errContainerHost
	}
	return nil
}

// containerAddress reports whether an address is loopback or one of ECS and EKS
// (aws-sdk-go-v2 config@v1.33.16/resolve_credentials.go, isIPAllowed).
func containerAddress(ip netip.Addr) bool {
	switch ip = ip.Unmap(); ip.WithZone("").String() {
	case "169.254.170.2", "169.254.170.23", "fd00:ec2::23":
		return true
	}
	return ip.IsLoopback()
}
