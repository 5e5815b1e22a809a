//go:build race

package code

// Slower is how many times longer a test may take under the race detector.
const Slower = 20
