package awskey

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// MaxPresigned is the longest life that AWS accepts for a request signed with
// Signature Version 4 in its query:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
const MaxPresigned = 7 * 24 * time.Hour

// Presigned is a request whose query carries its own signature. Whoever has it
// can make that one request until it expires, without any key.
type Presigned struct {
	Version int    // of the signature: 2 or 4
	KeyID   string // as it stands there; services other than AWS's use ids of their own
	Region  string // "" for version 2, and for signatures over several regions
	Service string // such as s3, rds-db or bedrock; "" for version 2
	Session bool   // it holds a session token, and dies with it
	// Signed is when it was made (zero for version 2) and Expires until when it
	// says it can be used.
	Signed, Expires time.Time
}

// maxQuery bounds what is parsed as one request.
const maxQuery = 1 << 16

// ParsePresigned reads a presigned request: a URL, one without scheme as the
// authentication tokens of RDS are, or a query alone. Names may be in any case
// and separated by the &amp; of HTML. It fails on text that lacks a part of the
// signature, and on more than 64 KiB. The parameters are those of
// botocore/auth.py, classes SigV4QueryAuth and HmacV1QueryAuth.
func ParsePresigned(s string) (Presigned, bool) {
	if len(s) > maxQuery {
		return Presigned{}, false
	}
	if _, query, found := strings.Cut(s, "?"); found {
		s = query
	}
	s, _, _ = strings.Cut(s, "#")
	values := query(s)
	if values["x-amz-signature"] != "" {
		return presigned4(values)
	}
	return presigned2(values)
}

// query returns the parameters by their names in lower case. The first of
// several counts. A value that is wrongly escaped is kept as it is.
func query(s string) map[string]string {
	values := make(map[string]string)
	for part := range strings.SplitSeq(s, "&") {
		name, value, _ := strings.Cut(strings.TrimPrefix(part, "amp;"), "=")
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		name = strings.ToLower(name)
		if _, taken := values[name]; !taken {
			values[name] = value
		}
	}
	return values
}

// presigned4 reads version 4, whose credential is
// KEY/DATE/REGION/SERVICE/aws4_request, and version 4A, which has no region
// there.
func presigned4(values map[string]string) (Presigned, bool) {
	scope := strings.Split(values["x-amz-credential"], "/")
	p := Presigned{Version: 4, KeyID: scope[0]}
	switch len(scope) {
	case 5:
		p.Region, p.Service = scope[2], scope[3]
	case 4:
		p.Service = scope[2]
	default:
		return Presigned{}, false
	}
	signed, err := time.Parse("20060102T150405Z", values["x-amz-date"])
	if err != nil || p.KeyID == "" || scope[len(scope)-1] != "aws4_request" {
		return Presigned{}, false
	}
	seconds, err := strconv.ParseUint(values["x-amz-expires"], 10, 31)
	if err != nil {
		return Presigned{}, false
	}
	p.Signed, p.Expires = signed, signed.Add(time.Duration(seconds)*time.Second)
	p.Session = values["x-amz-security-token"] != "" || values["x-amz-s3session-token"] != ""
	return p, true
}

// presigned2 reads version 2, which says only when it ends and may do so in the
// far future.
func presigned2(values map[string]string) (Presigned, bool) {
	seconds, err := strconv.ParseUint(values["expires"], 10, 40)
	if err != nil || values["awsaccesskeyid"] == "" || values["signature"] == "" {
		return Presigned{}, false
	}
	return Presigned{
		Version: 2, KeyID: values["awsaccesskeyid"], Session: values["x-amz-security-token"] != "",
		Expires: time.Unix(int64(seconds), 0).UTC(),
	}, true
}

// Live reports whether the request may still be accepted at the time now. One
// that was signed for more than MaxPresigned never is. One that holds a session
// token ends with its session, at the latest MaxSession after it was signed.
func (p Presigned) Live(now time.Time) bool {
	if !now.Before(p.Expires) {
		return false
	}
	if p.Version == 2 {
		return true
	}
	if p.Expires.Sub(p.Signed) > MaxPresigned {
		return false
	}
	return !p.Session || now.Sub(p.Signed) <= MaxSession
}
