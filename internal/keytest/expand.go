package keytest

import (
	"fmt"
	"regexp"
	"strconv"
)

// Expand replaces the placeholders in text. N is a decimal number:
//
//	{{aws-key-id N}}         ID(N)
//	{{aws-temp-key-id N}}    TempID(N)
//	{{aws-old-key-id N}}     OldID(N)
//	{{aws-secret N}}         Secret(N)
//	{{aws-session-token N}}  Token(N)
//	{{account N}}            Account(N), the account of ID(N) and TempID(N)
//
// A placeholder that begins {{aws- and is none of these is an error, so that a
// misspelt one cannot make a test pass for want of a key. Other braces are left
// as they are: templates and workflows are full of them.
func Expand(text []byte) ([]byte, error) {
	var first error
	out := placeholder().ReplaceAllFunc(text, func(found []byte) []byte {
		value, err := value(found)
		if err != nil && first == nil {
			first = err
		}
		return []byte(value)
	})
	if first != nil {
		return nil, first
	}
	return out, nil
}

// ExpandString is Expand for a string.
func ExpandString(text string) (string, error) {
	out, err := Expand([]byte(text))
	return string(out), err
}

// placeholder matches what is meant as one, right or wrong.
func placeholder() *regexp.Regexp {
	return regexp.MustCompile(`\{\{\s*(?:aws-[^{}\n]*|account\s+[0-9]+\s*)\}\}`)
}

func value(found []byte) (string, error) {
	parts := regexp.MustCompile(`^\{\{\s*([a-z-]+)\s+([0-9]+)\s*\}\}$`).FindSubmatch(found)
	if parts == nil {
		return "", fmt.Errorf("malformed placeholder %q", found)
	}
	n, err := strconv.Atoi(string(parts[2]))
	if err != nil {
		return "", fmt.Errorf("malformed placeholder %q: %w", found, err)
	}
	switch string(parts[1]) {
	case "aws-key-id":
		return ID(n), nil
	case "aws-temp-key-id":
		return TempID(n), nil
	case "aws-old-key-id":
		return OldID(n), nil
	case "aws-secret":
		return Secret(n), nil
	case "aws-session-token":
		return Token(n), nil
	case "account":
		return Account(n), nil
	}
	return "", fmt.Errorf("unknown placeholder %q", found)
}
