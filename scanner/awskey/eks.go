package awskey

import (
	"encoding/base64"
	"strings"
	"time"
)

// EKSTokenLife is how long a cluster accepts a token after it was signed, see
// https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
const EKSTokenLife = 15 * time.Minute

const eksPrefix = "k8s-aws-v1."

// ParseEKSToken reads a bearer token for the Kubernetes API of a cluster of
// Amazon EKS: a presigned request to STS in base64 for URLs, which the cluster
// makes in the holder's place (awscli/customizations/eks/get_token.py). It
// expires a quarter of an hour after it was signed, whatever its query says.
func ParseEKSToken(s string) (Presigned, bool) {
	body, ok := strings.CutPrefix(s, eksPrefix)
	if !ok || len(s) > maxQuery {
		return Presigned{}, false
	}
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(body, "="))
	if err != nil {
		return Presigned{}, false
	}
	p, ok := ParsePresigned(string(plain))
	if !ok || p.Service != "sts" {
		return Presigned{}, false
	}
	p.Expires = p.Signed.Add(EKSTokenLife)
	return p, true
}
