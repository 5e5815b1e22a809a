package profile

// Prefixed reports whether the header has a type before the name, as in
// [profile default].
func (s *Section) Prefixed() bool { return s != nil && s.prefixed }
