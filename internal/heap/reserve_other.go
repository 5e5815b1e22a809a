//go:build !linux

package heap

// Reserve does nothing: there is nobody to ask for huge pages.
func Reserve() {}
