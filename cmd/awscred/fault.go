package main

import "github.com/awscred/awscred/internal/redact"

// contained runs the program. A panic is a mistake of ours: it is told with its
// type and its places, for a report, but never with its value, which may hold
// what was being read.
func (s *session) contained(run func() int) (code int) {
	fault := redact.Caught(func() { code = run() })
	if fault == nil {
		return code
	}
	s.say.fail(fault.Error(), "this is a mistake in awscred; please report it with this line, which holds nothing that was read")
	return exitUsage
}
