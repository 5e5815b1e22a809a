package sdk

import (
	"maps"
	"testing"

	"github.com/awscred/awscred/resolver"
)

// TestHosts judges hosts of a container's full URI as each SDK does.
func TestHosts(t *testing.T) {
	const yes, no, open = "yes", "no", "not known"
	hosts := []string{"localhost", "127.0.0.1", "127.0.0.2", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23", "10.1.2.3", "::ffff:127.0.0.1", "example.com"}
	for _, test := range []struct {
		sdk  *resolver.SDK
		want []string
	}{
		{JavaV2(), []string{yes, yes, yes, yes, yes, yes, yes, no, yes, open}},
		{JavaV1(), []string{yes, yes, no, no, no, no, no, no, no, no}},
		{Kotlin(), []string{yes, yes, no, yes, yes, yes, yes, no, no, open}},
		{DotNetV4(), []string{yes, yes, yes, yes, yes, yes, yes, no, yes, open}},
		{PHP(), []string{yes, yes, yes, yes, yes, yes, no, no, yes, open}},
		{Cpp(), []string{yes, yes, yes, yes, yes, yes, yes, no, no, open}},
		{Swift(), []string{no, yes, yes, no, yes, yes, no, no, no, no}},
		{GoV2(), []string{yes, yes, yes, yes, yes, yes, yes, no, yes, open}},
	} {
		rules := containerOf(test.sdk)
		for i, host := range hosts {
			got := no
			switch allowed, known := rules.Hosts.allow(host); {
			case !known:
				got = open
			case allowed:
				got = yes
			}
			if got != test.want[i] {
				t.Errorf("%s: %s is %s, want %s", test.sdk.Name, host, got, test.want[i])
			}
		}
	}
}

// containerOf returns the container link of an SDK.
func containerOf(s *resolver.SDK) Container {
	for _, link := range s.Links {
		if passing, ok := link.(passingLink); ok {
			link = passing.link
		}
		if l, ok := link.(Container); ok {
			return l
		}
	}
	return Container{}
}

// TestSwitch reads AWS_EC2_METADATA_DISABLED as each SDK does.
func TestSwitch(t *testing.T) {
	for _, test := range []struct {
		w          Switch
		value      string
		off, fails bool
	}{
		{SwitchTrue, "", false, false},
		{SwitchTrue, "TRUE", true, false},
		{SwitchTrue, "1", false, false},
		{SwitchExact, "true", true, false},
		{SwitchExact, "TRUE", false, false},
		{SwitchStrict, "", false, false},
		{SwitchStrict, "True", true, false},
		{SwitchStrict, "False", false, false},
		{SwitchStrict, "1", false, true},
		{SwitchNotFalse, "1", true, false},
		{SwitchNotFalse, "FALSE", false, false},
		{SwitchNotExactFalse, "FALSE", true, false},
		{SwitchNotExactFalse, "false", false, false},
	} {
		if off, fails := test.w.read(test.value); off != test.off || fails != test.fails {
			t.Errorf("switch %d, value %q: %t, %t; want %t, %t", test.w, test.value, off, fails, test.off, test.fails)
		}
	}
}

// TestProperties reads options of a Java virtual machine.
func TestProperties(t *testing.T) {
	for _, test := range []struct {
		options string
		want    map[string]string
	}{
		{"", map[string]string{}},
		{"-Xmx1g -Da=1", map[string]string{"a": "1"}},
		{"-Da=1 -Da=2", map[string]string{"a": "2"}},
		{`"-Da=1 2" '-Db=3"4'`, map[string]string{"a": "1 2", "b": `3"4`}},
		{`-Da="x y"z`, map[string]string{"a": "x yz"}},
		{"-Da", map[string]string{"a": ""}},
		{"-Da=1=2\t-Dc=3\n-Db= ", map[string]string{"a": "1=2", "b": ""}},
		{`-Da=1 "-Db=open`, map[string]string{"a": "1", "b": "open"}},
		{"-Dab=1 D-a=2 -da=3", map[string]string{}},
	} {
		if got := properties(test.options, "a", "b", ""); !maps.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.options, got, test.want)
		}
	}
}
