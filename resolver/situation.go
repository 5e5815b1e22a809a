package resolver

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"github.com/awscred/awscred/resolver/profile"
)

// maxFile is the size above which a shared file is not read. SDKs know no such
// limit, so a larger one leaves the answer open.
const maxFile = 16 << 20

// A Situation is one SDK on one Host: what its links look at.
type Situation struct {
	Host *Host
	SDK  *SDK
	Code Code
	// Home is the home directory as the SDK finds it, or "".
	Home string
	// ConfigPath and CredentialsPath are the files' paths, "" for none.
	ConfigPath, CredentialsPath string
	// Shared are both files in the SDK's dialect, merged as the SDK does. It
	// is never nil; a file that is not there or cannot be read is missing in
	// it.
	Shared *profile.Set
	// FileError is set if a file could not be parsed, or not read in a way
	// that the SDK minds; FileErrorAt says which. FileNotLooked is true if the
	// file may be all right and was not looked at: it is too large, or a pipe.
	FileError     error
	FileErrorAt   Evidence
	FileNotLooked bool
	// Unread are files that exist and could not be read, which the SDK takes
	// for no file at all.
	Unread []Evidence
	// Profile is the name of the chosen profile, and how it was chosen.
	Profile ProfileChoice
}

func newSituation(h *Host, sdk *SDK, code Code) *Situation {
	s := &Situation{Host: h, SDK: sdk, Code: code, Home: sdk.Home.find(h)}
	r := &sdk.Files
	s.CredentialsPath = s.credentialsPath()
	var config *profile.File
	if !r.NoConfig {
		s.ConfigPath = s.configPath()
		config = s.parse(s.ConfigPath, profile.ConfigFile)
	}
	credentials := s.parse(s.CredentialsPath, profile.CredentialsFile)
	s.Shared = profile.Merge(sdk.Dialect, config, credentials)
	s.Profile = sdk.Profiles.choose(h, code)
	return s
}

// find returns the home directory, or "".
func (r *HomeRules) find(h *Host) string {
	names := r.Unix
	if h.OS == "windows" {
		names = r.Windows
	}
	for _, name := range names {
		if home := joinedEnv(h, name); home != "" {
			return home
		}
	}
	switch {
	case r.WorkingDir:
		return h.Dir
	case r.Otherwise != "":
		return r.Otherwise
	}
	return h.Home
}

// joinedEnv returns the value of a variable, or of "A+B" the values of both one
// after the other, or "" if one of them is empty.
func joinedEnv(h *Host, names string) string {
	var value string
	for name := range strings.SplitSeq(names, "+") {
		v := h.Getenv(name)
		if v == "" {
			return ""
		}
		value += v
	}
	return value
}

// credentialsPath returns where the credentials file is.
func (s *Situation) credentialsPath() string {
	r := &s.SDK.Files
	if p, named := s.named(r.CredentialsVars); named {
		return p
	}
	p := s.Host.Abs(s.Host.Join(s.Home, ".aws", "credentials"))
	if r.CredentialsElse != "" && !s.exists(p) {
		if other := s.Host.Abs(s.Host.Join(s.Home, ".aws", r.CredentialsElse)); s.exists(other) {
			return other
		}
	}
	return p
}

// configPath returns where the config file is. That of the credentials file is
// known.
func (s *Situation) configPath() string {
	r := &s.SDK.Files
	if p, named := s.named(r.ConfigVars); named {
		return p
	}
	if i := strings.LastIndexAny(s.CredentialsPath, `/\`); r.ConfigBeside && i >= 0 {
		return s.CredentialsPath[:i+1] + "config"
	}
	return s.Host.Abs(s.Host.Join(s.Home, ".aws", "config"))
}

// named returns the path that variables give to a shared file, "" for no file,
// and whether they do.
func (s *Situation) named(vars []string) (string, bool) {
	r := &s.SDK.Files
	for _, name := range vars {
		v, set := s.Host.LookupEnv(name)
		if v == "" {
			if set && r.EmptyIsNoFile {
				return "", true
			}
			continue
		}
		p := s.Host.Abs(s.expand(v))
		if r.OnlyExisting && !s.exists(p) {
			continue
		}
		return p, true
	}
	return "", false
}

// expand replaces variables and a leading tilde as far as the SDK does.
func (s *Situation) expand(p string) string {
	if s.SDK.Files.Dollar {
		p = expandVars(p, s.Host)
	}
	if s.SDK.Files.Tilde && (p == "~" || strings.HasPrefix(p, "~/") || strings.HasPrefix(p, `~\`)) {
		p = s.Home + p[1:]
	}
	return p
}

// expandVars replaces $NAME and ${NAME}; one that is not set stays as it is.
func expandVars(p string, h *Host) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(p, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, size := variable(after)
		if v, ok := h.LookupEnv(name); ok && name != "" {
			b.WriteString(v)
		} else {
			b.WriteString("$" + after[:size])
		}
		p = after[size:]
	}
}

// variable returns the name at the start of the text behind a dollar, and how
// many bytes it takes there.
func variable(text string) (name string, size int) {
	if inner, ok := strings.CutPrefix(text, "{"); ok {
		if end := strings.IndexByte(inner, '}'); end >= 0 {
			return inner[:end], end + 2
		}
		return "", 0
	}
	for size < len(text) {
		c := text[size]
		if c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			break
		}
		size++
	}
	return text[:size], size
}

func (s *Situation) exists(p string) bool {
	_, err := s.Host.Stat(p)
	return err == nil
}

// parse reads one file. What goes wrong is kept in FileError or Unread; the
// first error stands.
func (s *Situation) parse(name string, kind profile.Kind) *profile.File {
	if name == "" {
		return nil
	}
	data, err := s.Host.ReadFile(name, maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist), s.isNull(name):
		return nil
	case errors.Is(err, ErrTooLarge), errors.Is(err, ErrNotRegular) && !s.Host.isDir(name):
		s.fileError(name, err)
		s.FileNotLooked = true
		return nil
	case errors.Is(err, ErrNotRegular) && s.SDK.Files.DirectoryStops:
		s.fileError(name, err)
		return nil
	case err != nil:
		s.Unread = append(s.Unread, Evidence{Kind: InFile, Name: name, Note: clause(nameless(err))})
		return nil
	}
	f, err := profile.Parse(name, kind, data, s.SDK.Dialect)
	if err != nil {
		s.fileError(name, err)
		return nil
	}
	return f
}

func (s *Situation) fileError(name string, err error) {
	if s.FileError != nil {
		return
	}
	s.FileError = err
	s.FileErrorAt = Evidence{Kind: InFile, Name: name, Note: clause(nameless(err))}
	if at := (*profile.ParseError)(nil); errors.As(err, &at) {
		s.FileErrorAt.Line = at.Line
	}
}

// nameless is an error about a file without the name of it, which stands beside
// it already.
func nameless(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	if e := (*profile.ParseError)(nil); errors.As(err, &e) && e.Line > 0 {
		return fmt.Errorf("line %d: %s", e.Line, e.Reason)
	} else if e != nil {
		return errors.New(e.Reason)
	}
	return err
}

// isNull reports whether a name is that of the device without content, which
// many use for "no file".
func (s *Situation) isNull(name string) bool {
	if s.Host.OS == "windows" {
		base := name[strings.LastIndexAny(name, `\/`)+1:]
		return strings.EqualFold(base, "NUL")
	}
	return name == "/dev/null"
}

// choose returns the profile that an SDK uses.
func (r *ProfileRules) choose(h *Host, code Code) ProfileChoice {
	if code.Profile != "" {
		return ProfileChoice{Name: code.Profile, By: ByCode}
	}
	if code.leavesProfiles() {
		return ProfileChoice{Name: "default"}
	}
	for _, name := range r.Vars {
		v, set := h.LookupEnv(name)
		if v != "" || set && r.EmptyIsSet {
			return ProfileChoice{Name: v, By: name}
		}
	}
	return ProfileChoice{Name: "default"}
}

// MissingStops reports whether the SDK fails if the chosen profile does not
// exist.
func (s *Situation) MissingStops() bool {
	if s.Profile.By == "" {
		return false
	}
	m, ok := s.SDK.Profiles.MissingFor[s.Profile.By]
	if !ok {
		m = s.SDK.Profiles.Missing
	}
	return m == MissingStops
}

// clause makes an error one line of moderate length.
func clause(err error) string { return oneLine(err.Error()) }

// oneLine makes a text that may quote a file or a variable one line of moderate
// length.
func oneLine(text string) string {
	const most = 300
	if len(text) <= most && !strings.ContainsFunc(text, unicode.IsControl) {
		return text
	}
	text = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return text
}
