// Package keytest makes AWS credentials for tests: shaped right, never issued by
// AWS, and different for every number. Files of this repository hold
// placeholders in their place, which [Expand] replaces when a test runs, so that
// no scanner finds a key in the repository itself.
//
// Everything is a function of its arguments: the same number gives the same key
// on every machine and in every run.
package keytest

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/awscred/awscred/scanner/awskey"
)

// stream returns size bytes that depend on what and n alone.
func stream(what string, n, try, size int) []byte {
	var out []byte
	for block := 0; len(out) < size; block++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "awscred keytest %s %d %d %d", what, n, try, block))
		out = append(out, sum[:]...)
	}
	return out[:size]
}

// ID returns the n-th long-term access key id. It decodes to Account(n).
func ID(n int) string { return IDFor(Account(n), n) }

// TempID returns the n-th temporary access key id. It decodes to Account(n).
func TempID(n int) string { return idFor("ASIA", Account(n), n) }

// IDFor returns the n-th long-term access key id of the account, which must be
// twelve digits. It decodes to that account; another text panics, because it is
// a mistake in the test.
func IDFor(account string, n int) string { return idFor("AKIA", account, n) }

// OldID returns the n-th long-term access key id of the generation whose ids
// hold no account number.
func OldID(n int) string {
	return pick(func(try int) (string, bool) {
		tail := stream("old id", n, try, 10)
		tail[0] &^= 0x80
		return usable(try, "AKIA"+base32.StdEncoding.EncodeToString(tail))
	})
}

func idFor(prefix, account string, n int) string {
	number, err := strconv.ParseUint(account, 10, 64)
	if err != nil || len(account) != 12 {
		panic(fmt.Sprintf("keytest: account %q is not twelve digits", account))
	}
	return pick(func(try int) (string, bool) {
		tail := stream("id "+prefix+account, n, try, 10)
		// Bit 20 of the id marks the generation, bits 21 to 60 are the account.
		rest := binary.BigEndian.Uint64(tail) & (1<<23 - 1)
		binary.BigEndian.PutUint64(tail, 1<<63|number<<23|rest)
		return usable(try, prefix+base32.StdEncoding.EncodeToString(tail))
	})
}

// usable refuses ids that the usual filters of scanners would drop: those that
// look documented, and those of low entropy unless the account number leaves no
// choice, as that of all zeros.
func usable(try int, s string) (string, bool) {
	id, ok := awskey.ParseID(s)
	return s, ok && !id.Example() && (try > 100 || awskey.Entropy([]byte(s)) > 3.1)
}

// Account returns the n-th account number, twelve digits. It is never one of a
// known canary service.
func Account(n int) string {
	return pick(func(try int) (string, bool) {
		number := binary.BigEndian.Uint64(stream("account", n, try, 8)) % 1_000_000_000_000
		account := fmt.Sprintf("%012d", number)
		return account, !awskey.Canary(account)
	})
}

// Secret returns the n-th secret access key.
func Secret(n int) string {
	return pick(func(try int) (string, bool) {
		secret := base64.StdEncoding.EncodeToString(stream("secret", n, try, 30))
		return secret, awskey.IsSecretShape([]byte(secret)) &&
			!awskey.IsExampleSecret(secret) && awskey.Entropy([]byte(secret)) > 4.5
	})
}

// Token returns the n-th session token, of 340 to 720 characters.
func Token(n int) string {
	head, err := base64.StdEncoding.DecodeString("IQoJb3JpZ2luX2Vj")
	if err != nil {
		panic(err)
	}
	size := 240 + int(stream("token length", n, 0, 1)[0])
	return base64.StdEncoding.EncodeToString(append(head, stream("token", n, 0, size)...))
}

// pick returns the first text that its maker is content with.
func pick(candidate func(try int) (string, bool)) string {
	for try := 0; ; try++ {
		if s, ok := candidate(try); ok {
			return s
		}
	}
}
