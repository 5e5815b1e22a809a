package scanner

import (
	"slices"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/awskey"
)

// maxMakers bounds from how many secrets others are made for comparison: each
// takes some hundred hashes.
const maxMakers = 1000

// made says from which secret another was made.
type made struct {
	from  *secret
	title string
}

// prove finds out which secrets are made from others that were found, such as
// the passwords that Amazon SES computes from a secret access key. Pairs are
// tried before secrets without an id.
func prove(secrets []*secret) {
	open := map[string][]*secret{} // by the fingerprint of their value
	var rules []*Rule
	for _, s := range secrets {
		if s.rule.Made == nil || s.noise != "" {
			continue
		}
		print := s.value.Fingerprint(nil, "value")
		open[print] = append(open[print], s)
		if !slices.Contains(rules, s.rule) {
			rules = append(rules, s.rule)
		}
	}
	for i, maker := range makers(secrets) {
		if len(open) == 0 || i == maxMakers {
			return
		}
		for _, r := range rules {
			for value, title := range r.Made(maker.value.Reveal()) {
				print := redact.New(value).Fingerprint(nil, "value")
				for _, s := range open[print] {
					s.made = &made{maker, title}
				}
				delete(open, print)
			}
		}
	}
}

// makers are the secret access keys that were found, those with an id first.
func makers(secrets []*secret) []*secret {
	var pairs, alone []*secret
	for _, s := range secrets {
		switch {
		case s.noise != "":
		case s.kind == KindAccessKey:
			pairs = append(pairs, s)
		case s.kind == KindSecretKey:
			alone = append(alone, s)
		}
	}
	return append(pairs, alone...)
}

// describe says in a finding whose the secret is.
func (m *made) describe(f *Finding, o Options) {
	f.Confidence = Certain
	f.MadeFrom = m.from.fingerprint(o.FingerprintKey)
	if m.from.id.IsZero() {
		f.Title = m.title + ", made from a secret access key that was found"
		return
	}
	f.Title = m.title + ", made from the secret of"
	f.KeyID = string(m.from.id.Reveal()) // an id is no secret
	id, ok := awskey.ParseID(f.KeyID)
	if !ok {
		return
	}
	account, note := id.Account()
	f.AccountNote = note
	if account != "" {
		f.Account, f.Canary = &account, awskey.Canary(account)
	}
}
