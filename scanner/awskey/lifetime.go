package awskey

import "time"

// MaxSession is the longest life of a temporary key: the 129,600 seconds that
// an IAM user may ask of GetSessionToken and GetFederationToken. AssumeRole and
// its kin stop at 12 hours, chained roles and the root user at one.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const MaxSession = 36 * time.Hour

// Dead reports whether the key of id has certainly expired by now, given that
// it was already in existence at the time seen. Only temporary keys die by
// themselves. The zero time and a time after now prove nothing. The caller
// vouches for seen: a commit's own date can be forged.
func Dead(id ID, seen, now time.Time) bool {
	return id.Temporary() && !seen.IsZero() && now.Sub(seen) > MaxSession
}
