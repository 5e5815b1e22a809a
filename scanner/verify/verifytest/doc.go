// Package verifytest stands in for AWS in tests: an STS that knows the keys it is
// given, checks signatures by itself, and refuses in the forms in which STS
// refuses.
package verifytest
