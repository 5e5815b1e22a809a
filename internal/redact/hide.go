package redact

import (
	"slices"
	"strings"
)

// Hidden is what stands in a text in place of a secret.
const Hidden = "[secret]"

// A Hider takes secrets out of texts that happen to hold them: a path, a ref's
// name. It is safe for use by several goroutines. The zero Hider takes nothing
// out.
type Hider struct {
	replacer *strings.Replacer
}

// NewHider returns a Hider of the given secrets. Where one holds another, the
// longer is taken out.
func NewHider(secrets ...Secret) Hider {
	var texts []string
	for _, s := range secrets {
		if !s.IsZero() {
			texts = append(texts, string(s.content()))
		}
	}
	if len(texts) == 0 {
		return Hider{}
	}
	slices.SortFunc(texts, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, text := range texts {
		pairs = append(pairs, text, Hidden)
	}
	return Hider{strings.NewReplacer(pairs...)}
}

// Hide returns text with [Hidden] in place of every secret.
func (h Hider) Hide(text string) string {
	if h.replacer == nil {
		return text
	}
	return h.replacer.Replace(text)
}
