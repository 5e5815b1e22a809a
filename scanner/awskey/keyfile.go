package awskey

import (
	"path"
	"slices"
	"strings"
	"unicode"
)

// KeyFile says what the name of a file tells about the private key in it, and
// the id of the key if the name holds it; "" if it tells nothing certain.
//
// CloudFront names the file of a key pair pk-APKA….pem
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html),
// AWS IoT that of a device's key with the digest of its certificate
// (https://docs.aws.amazon.com/iot/latest/developerguide/device-certs-create.html).
// Keys for IAM Roles Anywhere have no name of their own, so a directory or file
// must say it. Neither have those of EC2, whose files have the name of the key
// pair and end in .pem; it must have EC2 for a word of it.
func KeyFile(name string) (what, id string) {
	base := path.Base(name)
	if stem, ok := strings.CutPrefix(base, "pk-"); ok {
		id, _, _ := strings.Cut(stem, ".")
		if x, ok := ParseID(id); ok && x.Kind() == PublicKey {
			return "CloudFront private key", id
		}
	}
	if digest, ok := strings.CutSuffix(base, "-private.pem.key"); ok && len(digest) >= 10 && len(digest) <= 64 && isHex(digest) {
		return "private key of an AWS IoT device", ""
	}
	lower := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name))
	if strings.Contains(lower, "rolesanywhere") {
		return "private key for IAM Roles Anywhere", ""
	}
	if stem, ok := strings.CutSuffix(strings.ToLower(base), ".pem"); ok && slices.Contains(words(stem), "ec2") {
		return "private key of an EC2 key pair, by its name", ""
	}
	return "", ""
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// words splits a name at what is no letter or digit.
func words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
