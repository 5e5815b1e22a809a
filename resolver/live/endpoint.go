package live

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/awscred/awscred/resolver"
)

// defaultRegion stands in where nothing names a region: STS answers in every
// one for the whole partition.
const defaultRegion = "us-east-1"

// An endpoint is where a service is asked, as far as the Host's environment has
// a say in that.
type endpoint struct {
	region    string
	base      *string // in place of AWS's own, or nil
	fips      aws.FIPSEndpointState
	dualStack aws.DualStackEndpointState
}

// own reports whether the service is AWS's own.
func (e endpoint) own() bool { return e.base == nil }

// A service is one of AWS that is asked.
type service struct {
	// name is its SDK id in the form of the variables: "STS", "SSO_OIDC".
	name   string
	region string
	// vars are the variables that move it.
	vars resolver.EndpointVars
}

// endpointOf finds where a service is asked. The variable of the service comes
// before the one for all (config@v1.33.16/env_config.go,
// GetServiceBaseEndpoint, and service/sts@v1.51.9/endpoints.go,
// resolveBaseEndpoint).
func endpointOf(h *resolver.Host, s service) (endpoint, error) {
	e := endpoint{region: s.region}
	if e.region == "" {
		e.region = defaultRegion
	}
	if !hostLabel().MatchString(e.region) {
		return endpoint{}, fmt.Errorf("%q cannot be a region", e.region)
	}
	if isTrue(h, "AWS_USE_FIPS_ENDPOINT") {
		e.fips = aws.FIPSEndpointStateEnabled
	}
	if isTrue(h, "AWS_USE_DUALSTACK_ENDPOINT") {
		e.dualStack = aws.DualStackEndpointStateEnabled
	}
	if isTrue(h, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
		return e, nil
	}
	variables := []string{"AWS_ENDPOINT_URL_" + s.name, "AWS_ENDPOINT_URL"}
	switch s.vars {
	case resolver.ServiceEndpoints:
		variables = variables[:1]
	case resolver.NoEndpoints:
		variables = nil
	}
	for _, variable := range variables {
		v := h.Getenv(variable)
		if v == "" {
			continue
		}
		u, err := url.Parse(v)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return endpoint{}, fmt.Errorf("%s is not an HTTP URL", variable)
		}
		e.base = &v
		break
	}
	return e, nil
}

// hostLabel matches what can be a part of a host's name, as a region becomes.
func hostLabel() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,62}$`) }

func isTrue(h *resolver.Host, variable string) bool {
	return strings.EqualFold(h.Getenv(variable), "true")
}
