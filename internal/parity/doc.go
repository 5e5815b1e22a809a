// Package parity compares awscred with gitleaks v8.30.1, which it runs as a
// library, and with the cases that other scanners are tested against. It is a
// module of its own, so that what gitleaks needs is no burden of awscred's.
//
// The rule: whatever gitleaks reports, as a pair of a rule and a secret, awscred
// reports too, or exceptions.toml says why not. An exception that nothing needs
// any more fails the test. What awscred reports beyond that is counted by its
// reason, and what has none fails the test as well.
//
// All of it is tests; `make parity` runs them.
package parity
