package doctor

import (
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
		{"temporary-key-without-token", Error, temporaryWithoutToken},
		{"long-term-key-with-token", Error, longTermWithToken},
		{"session-expired", Error, sessionExpired},
		{"expiration-unreadable", Caution, expirationUnreadable},
		{"sso-expired", Error, ssoExpired},
		{"unknown-profile", Error, unknownProfile},
		{"empty-profile", Caution, emptyProfile},
		{"file-unreadable", Error, fileUnreadable},
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
		{"static-key-shadows-role", Caution, staticShadowsRole},
		{"static-key-shadows-session", Caution, staticShadowsSession},
		{"sdks-disagree", Caution, sdksDisagree},
		{"profile-without-effect", Caution, profileWithoutEffect},
		{"bearer-token", Caution, bearerToken},
		{"container-host", Caution, containerHost},
		{"metadata-disabled", Note, metadataDisabled},
		{"metadata-disabled-value", Caution, metadataDisabledValue},
		{"metadata-endpoint", Caution, metadataEndpoint},
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
	seen map[string]bool
	list []Warning
}

func (o *once) add(w Warning) {
	key := w.Message + "\x00" + w.Fix
	for _, e := range w.Where {
		key += "\x00" + e.Name
	}
	if o.seen[key] {
		return
	}
	if o.seen == nil {
		o.seen = make(map[string]bool)
	}
	o.seen[key] = true
	o.list = append(o.list, w)
}

func one(w Warning) []Warning { return []Warning{w} }

func envs(names ...string) []resolver.Evidence {
	list := make([]resolver.Evidence, len(names))
	for i, name := range names {
		list[i] = resolver.Env(name)
	}
	return list
}
