package sdk

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// region is the region that a situation's requests go to, or "".
func region(s *resolver.Situation) string {
	vars := s.SDK.RegionVars
	if vars == nil {
		vars = []string{"AWS_REGION", "AWS_DEFAULT_REGION"}
	}
	if _, v := firstEnv(s.Host, vars); v != "" {
		return v
	}
	return chosen(s).value("region")
}

// NeedsRegion is the Condition that no STS can be asked without a region, unless
// its address is configured
// (aws-sdk-go-v2 service/sts@v1.51.9/endpoints.go, "Missing Region").
func NeedsRegion(s *resolver.Situation) string {
	switch r := region(s); {
	case r != "" && !isHostName(r):
		return "the region " + quote(r) + " is not valid"
	case r != "", hasSTSEndpoint(s):
		return ""
	}
	return "no region is set, and STS is not asked without one"
}

// EndpointNeedsRegion is the Condition that STS can be asked without a region
// unless its address is configured: then there is no region to sign for
// (botocore@1.43.11, NoRegionError).
func EndpointNeedsRegion(s *resolver.Situation) string {
	switch r := region(s); {
	case r != "" && !isHostName(r):
		return "the region " + quote(r) + " is not valid"
	case r != "", !hasSTSEndpoint(s) && s.Host.Getenv("AWS_ENDPOINT_URL") == "":
		return ""
	}
	return "no region is set, and STS at a configured address is not asked without one"
}

// hasSTSEndpoint reports whether an address for STS may be configured. What a
// services section holds is not looked at.
func hasSTSEndpoint(s *resolver.Situation) bool {
	if strings.EqualFold(s.Host.Getenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), "true") {
		return false
	}
	return s.Host.Getenv("AWS_ENDPOINT_URL_STS") != "" || chosen(s).value("services") != ""
}

// isHostName reports whether a text consists of labels of a host name.
func isHostName(text string) bool {
	for label := range strings.SplitSeq(text, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || strings.ContainsFunc(label, isNoLabel) {
			return false
		}
	}
	return true
}

func isNoLabel(c rune) bool {
	return c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
}
