package verify

import (
	"cmp"
	"slices"
	"strings"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// maxSecrets is how many secrets are tried for one id.
const maxSecrets = 5

// A key is one id with everything that the findings say of it.
type key struct {
	id    string
	alone []*scanner.Finding // of the id without a secret
	tries []*try
	// partitions are those that may know the id; beyond are named near it and
	// cannot be asked.
	partitions []partition
	beyond     []string
	refused    string // why the key is not asked about
}

// A try is one secret that may belong to a key.
type try struct {
	secret, token redact.Secret
	// finding is the pair or, if lone is set, that of the secret without an id,
	// which only stands in one file with it. A secret that was passed over when
	// pairs were made may have none.
	finding *scanner.Finding
	lone    bool
	// passed: there were enough others.
	passed bool
	answer answer
}

// keys gathers the ids of findings, in their order, with the secrets to try.
// Suppressed findings and what is no secret at all are left alone.
func keys(list []*scanner.Finding, near *Surroundings) []*key {
	byID := map[string]*key{}
	var all []*key
	var lone []*scanner.Finding
	for _, f := range list {
		pair := f.Rule == scanner.KindAccessKey && f.Secret != nil && !f.Secret.Secret().IsZero()
		switch {
		case f.Suppressed != nil || f.Noise != "":
			continue
		case f.KeyID == "":
			if f.Secret != nil && f.Secret.Kind == scanner.KindSecretKey && !f.Secret.Secret().IsZero() {
				lone = append(lone, f)
			}
			continue
		case !pair && f.Secret != nil:
			continue // signed with a key, such as a URL
		}
		k := byID[f.KeyID]
		if k == nil {
			k = &key{id: f.KeyID}
			byID[f.KeyID] = k
			all = append(all, k)
		}
		if pair {
			k.add(f)
		} else {
			k.alone = append(k.alone, f)
		}
	}
	addLone(all, lone)
	for _, k := range all {
		k.ready(near)
	}
	return all
}

// add adds a pair, and the other secrets that contended for its id.
func (k *key) add(f *scanner.Finding) {
	t := k.try(f.Secret.Secret())
	t.finding = f
	if f.SessionToken != nil {
		t.token = f.SessionToken.Secret()
	}
	if f.Pairing == nil {
		return
	}
	for _, secret := range f.Pairing.Secrets() {
		k.try(secret)
	}
}

// try returns the try of a secret, a new one unless there is one.
func (k *key) try(secret redact.Secret) *try {
	for _, t := range k.tries {
		if t.secret.Equal(secret) {
			return t
		}
	}
	t := &try{secret: secret}
	k.tries = append(k.tries, t)
	return t
}

// findings are those of the id itself.
func (k *key) findings() []*scanner.Finding {
	list := slices.Clone(k.alone)
	for _, t := range k.tries {
		if t.finding != nil && !t.lone {
			list = append(list, t.finding)
		}
	}
	return list
}

// ready puts the tries in order, the most probable first, and decides what is
// asked at all, and whom.
func (k *key) ready(near *Surroundings) {
	slices.SortStableFunc(k.tries, func(a, b *try) int { return cmp.Compare(a.rank(), b.rank()) })
	for i, t := range k.tries {
		t.passed = i >= maxSecrets
	}
	k.partitions, k.beyond = partitionsFor(near.partitions(k.id))
	k.refused = k.refusal()
}

// rank orders tries by how probable they are.
func (t *try) rank() int {
	switch {
	case t.finding == nil || t.lone:
		return 3
	case t.finding.Pairing == nil:
		return 0
	}
	switch t.finding.Pairing.Certainty {
	case string(scanner.Certain):
		return 0
	case string(scanner.Probable):
		return 1
	}
	return 2
}

// refusal says why nobody is asked about the key.
func (k *key) refusal() string {
	id, ok := awskey.ParseID(k.id)
	if !ok || id.Kind() != awskey.LongTermKey && id.Kind() != awskey.TemporaryKey {
		return "requests cannot be signed with such an id"
	}
	if id.Example() {
		return "an example of AWS's documentation"
	}
	account, _ := id.Account()
	canary := func(f *scanner.Finding) bool { return f.Canary }
	if awskey.Canary(account) || slices.ContainsFunc(k.findings(), canary) {
		return "a canary: to ask would alarm its owner"
	}
	if len(k.tries) == 0 {
		return "its secret was not found"
	}
	if id.Temporary() {
		k.giveToken()
		if k.tries[0].token.IsZero() {
			return "a temporary key is of no use without its session token"
		}
	}
	return ""
}

// giveToken gives the token of the best pair to the tries that have none.
func (k *key) giveToken() {
	at := slices.IndexFunc(k.tries, func(t *try) bool { return !t.token.IsZero() })
	if at < 0 {
		return
	}
	for _, t := range k.tries {
		if t.token.IsZero() {
			t.token = k.tries[at].token
		}
	}
}

// addLone adds to each key the secrets without an id that stand in one file
// with it, the nearest first.
func addLone(all []*key, lone []*scanner.Finding) {
	if len(lone) == 0 {
		return
	}
	in := map[string][]*scanner.Finding{}
	for _, f := range lone {
		for place := range linesOf(f) {
			in[place] = append(in[place], f)
		}
	}
	for _, k := range all {
		far := map[*scanner.Finding]int{}
		for _, f := range k.findings() {
			for place, lines := range linesOf(f) {
				for _, secret := range in[place] {
					d := distance(lines, linesOf(secret)[place])
					if old, known := far[secret]; !known || d < old {
						far[secret] = d
					}
				}
			}
		}
		for _, secret := range nearest(far) {
			if t := k.try(secret.Secret.Secret()); t.finding == nil {
				t.finding, t.lone = secret, true
			}
		}
	}
}

// nearest returns at most as many secrets as are tried.
func nearest(far map[*scanner.Finding]int) []*scanner.Finding {
	var list []*scanner.Finding
	for f := range far {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b *scanner.Finding) int {
		return cmp.Or(cmp.Compare(far[a], far[b]), strings.Compare(a.Fingerprint, b.Fingerprint))
	})
	return list[:min(len(list), maxSecrets)]
}

// linesOf are the lines on which a finding begins, by file.
func linesOf(f *scanner.Finding) map[string][]int {
	const enough = 100 // occurrences
	lines := map[string][]int{}
	for i := range f.Occurrences[:min(len(f.Occurrences), enough)] {
		oc := &f.Occurrences[i]
		place := oc.Path
		if place == "" {
			place = oc.Object
		}
		place += "\x00" + scanner.JoinVia(oc.Via...)
		lines[place] = append(lines[place], oc.Line)
	}
	return lines
}

// distance is the least number of lines between two lists.
func distance(a, b []int) int {
	least := 1 << 30
	for _, x := range a {
		for _, y := range b {
			least = min(least, max(x-y, y-x))
		}
	}
	return least
}
