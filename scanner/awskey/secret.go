package awskey

import (
	"encoding/base64"
	"iter"
	"math"
	"strings"
)

// SecretLen is the length of a secret access key: 30 bytes in base64, hence no
// padding.
const SecretLen = 40

// MinSecretEntropy is the Shannon entropy, in bits a character, below which 40
// characters are not taken for a secret. Forty characters drawn at random have
// 4.8 on average. The 4.25 of trufflehog loses one real secret in 8,000, this
// bound none in a million; what lies between is left to the other refusals.
const MinSecretEntropy = 4.0

// Entropy returns the Shannon entropy of the bytes of b in bits a byte, from 0
// (one value, or nothing) to 8.
func Entropy(b []byte) float64 {
	if len(b) == 0 {
		return 0
	}
	var counts [256]int
	for _, c := range b {
		counts[c]++
	}
	total, sum := float64(len(b)), 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / total
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

// IsSecretShape reports whether b is 40 characters that could be a secret
// access key. See WhyNotSecret for what is refused.
func IsSecretShape(b []byte) bool { return WhyNotSecret(b) == "" }

// WhyNotSecret says in a clause why b cannot be a secret access key, or returns
// "" if it can. Secrets carry no mark of their own, so the refusals are chosen
// such that random characters run into one of them less than once in 20,000.
// The documented examples pass; IsExampleSecret tells them apart.
func WhyNotSecret(b []byte) string {
	if len(b) != SecretLen {
		return "not 40 characters"
	}
	c := count(b)
	switch {
	case c.other > 0:
		return "a character outside A-Z, a-z, 0-9, + and /"
	case c.hex >= SecretLen-2: // 0x and the like in front
		return "hexadecimal, as a SHA-1 is"
	case c.upper == 0 || c.lower == 0:
		return "letters of one case"
	case c.repeat >= 5:
		return "one character repeated"
	case c.ascend >= 8:
		return "a sequence of the alphabet"
	case c.slash >= 7, c.slash >= 4 && c.skewed(5):
		return "a path"
	case c.digit == 0 && c.plus == 0 && c.skewed(4), c.words():
		return "words"
	case Entropy(b) < MinSecretEntropy:
		return "entropy below 4"
	case isEncodedText(b):
		return "base64 of plain text"
	}
	return ""
}

// census counts what tells a random string from a name, a path or a digest.
type census struct {
	upper, lower, digit, slash, plus, other int
	hex, vowel, change                      int // vowels of lower case; changes of case or to a digit or sign
	repeat, ascend                          int // longest run of c,c,c and of c,c+1,c+2
}

func count(b []byte) census {
	var c census
	repeat, ascend := 1, 1
	for i, ch := range b {
		c.add(ch)
		if i == 0 {
			continue
		}
		if kindOfByte(ch) != kindOfByte(b[i-1]) {
			c.change++
		}
		repeat, ascend = next(repeat, ch == b[i-1]), next(ascend, ch == b[i-1]+1)
		c.repeat, c.ascend = max(c.repeat, repeat), max(c.ascend, ascend)
	}
	return c
}

// next lengthens a run or starts a new one.
func next(run int, goesOn bool) int {
	if goesOn {
		return run + 1
	}
	return 1
}

func (c *census) add(ch byte) {
	switch {
	case ch >= 'A' && ch <= 'Z':
		c.upper++
	case ch >= 'a' && ch <= 'z':
		c.lower++
	case ch >= '0' && ch <= '9':
		c.digit++
	case ch == '/':
		c.slash++
	case ch == '+':
		c.plus++
	default:
		c.other++
	}
	if ch == 'a' || ch == 'e' || ch == 'i' || ch == 'o' || ch == 'u' {
		c.vowel++
	}
	if ch >= '0' && ch <= '9' || ch|0x20 >= 'a' && ch|0x20 <= 'f' {
		c.hex++
	}
}

func kindOfByte(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return 0
	case c >= 'A' && c <= 'Z':
		return 1
	case c >= '0' && c <= '9':
		return 2
	}
	return 3
}

// words reports whether the bytes are words joined by capitals, digits or
// slashes: few changes of case, many small letters and vowels, few digits. The
// weights are fitted to the names and paths of 40 characters in 218,000 files of
// packages, of which nine in ten are caught, and to random keys, of which one in
// 50,000 is (docs/noise.md).
func (c census) words() bool { return 2*c.change+2*c.digit-c.lower-2*c.vowel < -9 }

// skewed reports whether at most one letter in n is of the rarer case, as in
// CamelCase names and constants. In a secret both cases are equally likely.
func (c census) skewed(n int) bool {
	return min(c.upper, c.lower)*n <= c.upper+c.lower
}

// isEncodedText reports whether b is the base64 of printable ASCII. A decoder
// reads such text anyway; 30 random bytes are printable once in 10^12.
func isEncodedText(b []byte) bool {
	var plain [SecretLen]byte
	n, err := base64.StdEncoding.Decode(plain[:], b)
	if err != nil {
		return false
	}
	for _, c := range plain[:n] {
		if (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// FindSecretShapes yields the start and end of every run of exactly 40 base64
// characters in data that IsSecretShape accepts, in order. No base64 character
// may stand on either side, but for the end of an escaped line break or of a
// colour in front; '=' may, because it precedes values and a 40-character base64
// text needs no padding.
func FindSecretShapes(data []byte) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for start, end := range base64Class().runs(data, SecretLen) {
			if over := end - start - SecretLen; over > 0 && over <= maxTail {
				start = afterEscape(data, start)
			}
			if end-start == SecretLen && IsSecretShape(data[start:end]) && !yield(start, end) {
				return
			}
		}
	}
}

// IsExampleSecret reports whether s is a secret access key from AWS's
// documentation, all of which contain the word EXAMPLE, such as the
// wJalrXUtnFEMI… one of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/security-creds.html.
func IsExampleSecret(s string) bool {
	return len(s) == SecretLen && strings.Contains(s, exampleMark)
}
