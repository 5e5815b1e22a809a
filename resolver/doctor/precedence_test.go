package doctor_test

import (
	"slices"
	"testing"

	"github.com/awscred/awscred/resolver/doctor"
	"github.com/awscred/awscred/resolver/sdk"
)

// The models say which SDKs keep to the keys of the environment when a program
// names a profile for their chain: those in which the environment comes first
// and the name reaches only the provider of profiles behind it.
func TestEnvironmentBeatsProfile(t *testing.T) {
	var got []string
	for _, x := range sdk.All() {
		if doctor.EnvironmentBeatsProfile(x) {
			got = append(got, x.Name)
		}
	}
	want := []string{"rust", "java-v2", "java-v1", "kotlin", "php", "cpp", "swift", "crt"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
