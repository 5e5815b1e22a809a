package redact

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// burst panics with what it is given, as a value of some type.
func burst(how, secret string) {
	switch how {
	case "text":
		panic("reading " + secret)
	case "error":
		panic(errors.New("reading " + secret))
	case "bytes":
		panic([]byte(secret))
	case "struct":
		panic(struct{ name string }{secret})
	case "index":
		_ = secret[len(how)+len(secret)]
	}
}

func kinds() map[string]string {
	return map[string]string{"text": "string", "error": "*errors.errorString", "bytes": "[]uint8", "struct": "struct { name string }", "index": "runtime.boundsError"}
}

const notAKey = "a canary that is no key"

// No value of a panic is told: not by the fault, and not by the runtime when a
// goroutine dies of it, which another process shows.
func TestContain(t *testing.T) {
	if how := os.Getenv("REDACT_BURST"); how != "" {
		done := make(chan bool)
		go Contained(func() { burst(how, os.Getenv("REDACT_CANARY")) })()
		<-done
	}
	for how, kind := range kinds() {
		fault := Caught(func() { burst(how, notAKey) })
		if fault == nil || !strings.Contains(fault.Error(), "type "+kind+" at ") || !strings.Contains(fault.Error(), "redact.burst (fault_test.go:") {
			t.Errorf("%s: %v", how, fault)
		}
		if strings.Contains(fault.Error(), "canary") {
			t.Errorf("%s: %v tells the value", how, fault)
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestContain$")
		cmd.Env = append(os.Environ(), "REDACT_BURST="+how, "REDACT_CANARY="+notAKey)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "internal error: panic of type "+kind) || strings.Contains(string(out), "canary") {
			t.Errorf("%s: a goroutine dies with %v and says\n%s", how, err, out)
		}
	}
	if fault := Caught(func() {}); fault != nil {
		t.Error(fault)
	}
	inner := &Fault{kind: "x"}
	if got := Caught(func() { panic(inner) }); got != inner {
		t.Errorf("a fault became %v", got)
	}
}
