package redact

import "testing"

func TestHide(t *testing.T) {
	h := NewHider(New("hunter2"), New("hunter22"), Secret{}, New("\xff\x00"))
	for in, want := range map[string]string{
		"":                        "",
		"plain":                   "plain",
		"a/hunter2/b":             "a/[secret]/b",
		"hunter22":                "[secret]",
		"hunter222":               "[secret]2",
		"hunter2hunter2":          "[secret][secret]",
		"x\xff\x00y":              "x[secret]y",
		"hunter":                  "hunter",
		"Hunter2 is another word": "Hunter2 is another word",
	} {
		if got := h.Hide(in); got != want {
			t.Errorf("Hide(%q) = %q, want %q", in, got, want)
		}
	}
	if got := (Hider{}).Hide("hunter2"); got != "hunter2" {
		t.Errorf("the zero Hider changed the text to %q", got)
	}
	if got := NewHider(Secret{}).Hide("hunter2"); got != "hunter2" {
		t.Errorf("a Hider of nothing changed the text to %q", got)
	}
}
