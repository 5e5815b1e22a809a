package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// A check looks for one thing. What it finds gets the id, and the severity
// unless it says another.
type check struct {
	id       string
	severity Severity
	find     func(*view) []Warning
}

// checks is the table of all checks. Within a severity, warnings are given in
// its order.
func checks() []check {
	return []check{
		{"partial-keys", Error, partialKeys},
		{"mixed-keys", Caution, mixedKeys},
		{"environment-value", Caution, environmentValue},
		{"temporary-key-without-token", Error, temporaryWithoutToken},
		{"long-term-key-with-token", Error, longTermWithToken},
		{"session-expired", Error, sessionExpired},
		{"expiration-unreadable", Caution, expirationUnreadable},
		{"sso-expired", Error, ssoExpired},
		{"sso-cache-name", Caution, ssoCacheName},
		{"sso-cache-not-mounted", Caution, ssoCacheNotMounted},
		{"unknown-profile", Error, unknownProfile},
		{"empty-profile", Caution, emptyProfile},
		{"file-unreadable", Error, fileUnreadable},
		{"file-selinux", Error, fileSELinux},
		{"file-missing", Caution, fileMissing},
		{"file-in-directory", Caution, fileInDirectory},
		{"file-refused", Error, fileRefused},
		{"section-without-profile", Caution, noted(profile.NoteNoPrefix)},
		{"profile-in-credentials", Caution, noted(profile.NotePrefix)},
		{"duplicate-section", Caution, noted(profile.NoteDuplicateSection)},
		{"quoted-value", Caution, noted(profile.NoteQuoted)},
		{"byte-order-mark", Caution, noted(profile.NoteBOM)},
		{"misspelt-key", Caution, noted(profile.NoteMisspelt)},
		{"unusual-space", Caution, unusualSpace},
		{"file-syntax", Caution, otherNotes},
		{"static-key-in-code", Caution, keyInCode},
		{"profile-in-code", Note, profileInCode},
		{"static-key-shadows-role", Caution, staticShadowsRole},
		{"static-key-shadows-session", Caution, staticShadowsSession},
		{"sdks-disagree", Caution, sdksDisagree},
		{"profile-without-effect", Caution, profileWithoutEffect},
		{"node-role", Caution, nodeRole},
		{"silent-fallback", Caution, silentFallback},
		{"github-leftover", Caution, githubLeftover},
		{"bearer-token", Caution, bearerToken},
		{"container-host", Caution, containerHost},
		{"metadata-disabled", Note, metadataDisabled},
		{"metadata-disabled-value", Caution, metadataDisabledValue},
		{"metadata-endpoint", Caution, metadataEndpoint},
		{"metadata-hop-limit", Caution, metadataHopLimit},
		{"metadata-proxy", Caution, metadataProxy},
		{"metadata-v1-only", Caution, metadataV1Only},
		{"file-open", Caution, fileOpen},
		{"file-owner", Caution, fileOwner},
		{"process-writable", Error, processWritable},
		{"process-missing", Error, processMissing},
		{"home-not-set", Caution, homeNotSet},
		{"home-under-sudo", Caution, homeUnderSudo},
		{"home-in-service", Caution, homeInService},
		{"home-in-container", Caution, homeInContainer},
		{"home-differs", Caution, homeDiffers},
		{"wsl-windows-files", Note, wslWindowsFiles},
		{"static-key", Note, staticKey},
	}
}

// IDs returns the ids of all checks, in their order.
func IDs() []string {
	var ids []string
	for _, c := range checks() {
		ids = append(ids, c.id)
	}
	return ids
}

// once collects warnings that several SDKs would give in the same words.
type once struct {
	at   map[string]int // index in list
	list []Warning
	// traces are those that a warning of the list concerns, if that was said.
	traces [][]*resolver.Trace
}

func (o *once) add(w Warning) { o.addFor(nil, w) }

// addFor adds a warning that concerns the SDK of a trace.
func (o *once) addFor(t *resolver.Trace, w Warning) {
	key := w.Message + "\x00" + w.Fix
	for _, e := range w.Where {
		key += "\x00" + e.Name
	}
	i, seen := o.at[key]
	if !seen {
		if o.at == nil {
			o.at = make(map[string]int)
		}
		i = len(o.list)
		o.at[key] = i
		o.list = append(o.list, w)
		o.traces = append(o.traces, nil)
	}
	if t != nil {
		o.traces[i] = append(o.traces[i], t)
	}
}

// named returns the warnings that were added for SDKs, with the names of these
// if they are not all that were asked. SDKs at the end of their life count only
// if no other was asked.
func (o *once) named(v *view) []Warning {
	asked := living(v.Traces)
	var list []Warning
	for i, w := range o.list {
		var concerned, others []string
		for _, t := range asked {
			if slices.Contains(o.traces[i], t) {
				concerned = append(concerned, t.SDK.Title)
			} else {
				others = append(others, t.SDK.Title)
			}
		}
		switch {
		case o.traces[i] == nil, len(others) == 0:
		case len(concerned) == 0:
			continue
		case len(concerned) > maxTitles && len(others) <= maxTitles:
			w.Message += " (not " + strings.Join(others, ", ") + ")"
		default:
			w.Message += " (" + titles(concerned) + " only)"
		}
		list = append(list, w)
	}
	return list
}

// maxTitles is how many SDKs a message names.
const maxTitles = 3

// titles joins the names of SDKs, not too many of them.
func titles(names []string) string {
	more := len(names) - maxTitles
	if more <= 0 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxTitles], ", "), more)
}

// living are the traces of SDKs that are maintained, or all if none is.
func living(traces []*resolver.Trace) []*resolver.Trace {
	list := slices.DeleteFunc(slices.Clone(traces), func(t *resolver.Trace) bool { return t.SDK.EndOfLife })
	if len(list) == 0 {
		return traces
	}
	return list
}

func one(w Warning) []Warning { return []Warning{w} }

func envs(names ...string) []resolver.Evidence {
	list := make([]resolver.Evidence, len(names))
	for i, name := range names {
		list[i] = resolver.Env(name)
	}
	return list
}
