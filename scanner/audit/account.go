package audit

import (
	"bytes"
	"strings"
)

const accountDigits = 12

// publicAccounts are numbers that documentations use, and of accounts that belong
// to AWS or to publishers of images.
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html and the
// AWS guides' examples; https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html;
// https://ubuntu.com/server/docs/find-ubuntu-images-on-aws
var publicAccounts = map[string]bool{
	"123456789012": true, "111122223333": true, "444455556666": true, "777788889999": true, "210987654321": true, "012345678901": true,
	"123412341234": true, "123456789123": true, "098765432109": true, "012345678910": true, "112233445566": true, "123456781234": true,
	"602401143452": true, "099720109477": true, "137112412989": true,
}

// account notes an account number, if it is one. It is looked for where something
// says that it is: in ARNs, in the names of registries, behind the word account.
func (s *sight) account(number []byte) {
	if n := string(number); n != "" && !publicAccounts[n] && !typed(n) {
		s.note(Accounts, n, 0)
	}
}

// registry is the account in ACCOUNT.dkr.ecr.REGION, which a text ends with, or
// nil.
func registry(text []byte) []byte {
	const most, mark = 60, ".dkr.ecr."
	text = text[max(0, len(text)-most):]
	at := bytes.LastIndex(text, []byte(mark))
	if at < accountDigits || bytes.ContainsAny(text[at+len(mark):], " ./\n") || !isAccount(text[at-accountDigits:at]) || at > accountDigits && digit(text[at-accountDigits-1]) {
		return nil
	}
	return text[at-accountDigits : at]
}

// find calls do with every place of a word.
func find(text []byte, word string, do func(at int)) {
	for at := 0; ; at += len(word) {
		i := bytes.Index(text[at:], []byte(word))
		if i < 0 {
			return
		}
		at += i
		do(at)
	}
}

// typed reports whether a number is one that somebody typed for an example: it
// counts up or down by eight steps, repeats a group, is made of tripled digits,
// begins with five equal ones or has three different ones at most. Of a thousand
// accounts less than one is like that.
func typed(number string) bool {
	for i := range len(number) - 7 {
		if strings.Contains("01234567890123456789", number[i:i+8]) || strings.Contains("98765432109876543210", number[i:i+8]) {
			return true
		}
	}
	for _, group := range []int{3, 4, 6} {
		if strings.Repeat(number[:group], accountDigits/group) == number {
			return true
		}
	}
	equal := 0 // groups of three equal digits
	for i := 0; i < accountDigits; i += 3 {
		if number[i] == number[i+1] && number[i] == number[i+2] {
			equal++
		}
	}
	different := map[rune]bool{}
	for _, c := range number {
		different[c] = true
	}
	return equal >= 3 || len(different) <= 3 || strings.Count(number[:5], number[:1]) == 5
}

// arnAccount is the account in arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, or
// nil.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func arnAccount(text []byte) []byte {
	const most = 120
	fields := bytes.SplitN(text[:min(len(text), most)], []byte(":"), 6)
	if len(fields) < 6 || !isAccount(fields[4]) {
		return nil
	}
	return fields[4]
}

// numberBehind is the number of twelve digits that the word account, which a text
// begins in, is given: account_id = "…", AccountId: …, accounts/….
func numberBehind(text []byte) []byte {
	const most = 32
	i := len("ccount")
	for i < len(text) && i < most && !digit(text[i]) {
		if text[i] == '\n' {
			return nil
		}
		i++
	}
	if i+accountDigits > len(text) || i >= most || !isAccount(text[i:i+accountDigits]) {
		return nil
	}
	if i+accountDigits < len(text) && nameByte(text[i+accountDigits]) && text[i+accountDigits] != '.' {
		return nil
	}
	return text[i : i+accountDigits]
}

func isAccount(text []byte) bool {
	if len(text) != accountDigits {
		return false
	}
	for _, c := range text {
		if !digit(c) {
			return false
		}
	}
	return true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
