package sdk

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Least is what an SDK that checks its requests itself wants to send to STS at
// least: shorter parameters are an error, and STS is not asked. A length is one
// in characters, that of the token in bytes; 0 is for what is not checked.
type Least struct {
	RoleARN, SessionName, ExternalID, Token int
	Duration                                time.Duration
}

// wrong says which parameter of a visited profile's role is too short, or
// returns "".
func (l Least) wrong(v *visit, role string) string {
	if short := l.wrongRole(role, v.value(sessionNameKey)); short != "" {
		return short
	}
	if short := tooShort("external_id", v.value("external_id"), l.ExternalID); short != "" && v.has("external_id") {
		return short
	}
	n, err := strconv.ParseInt(strings.TrimSpace(v.value("duration_seconds")), 10, 32)
	if err == nil && l.Duration > 0 && time.Duration(n)*time.Second < l.Duration {
		return "duration_seconds is less than " + strconv.Itoa(int(l.Duration/time.Second))
	}
	return ""
}

// wrongRole says which parameter that every role has is too short, or returns "".
// A session without a name gets one.
func (l Least) wrongRole(role, session string) string {
	if short := tooShort(roleKey, role, l.RoleARN); short != "" || session == "" {
		return short
	}
	return tooShort(sessionNameKey, session, l.SessionName)
}

// tooShort says that a parameter is too short, or returns "".
func tooShort(name, text string, least int) string {
	if utf8.RuneCountInString(text) >= least {
		return ""
	}
	return name + " has less than " + plural(least, "character")
}
