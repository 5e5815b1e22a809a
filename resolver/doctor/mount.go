package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// fileSELinux finds shared files that are refused although their mode allows to
// read them, on a system with SELinux: as a home directory that is mounted into
// a container without a label for it (docs.docker.com/engine/storage/bind-mounts/#configure-the-selinux-label).
func fileSELinux(v *view) []Warning {
	var o once
	for _, name := range v.sharedFiles() {
		sign, ok := v.labelled(name)
		if !ok {
			continue
		}
		w := Warning{
			Message: v.shell.tilde(name) + " is refused although its mode allows to read it: SELinux is probably the cause",
			Fix:     "restorecon -Rv ~/.aws",
			Where:   []resolver.Evidence{resolver.File(name, 0), sign},
		}
		if sign, inside := v.container(); inside {
			w.Fix = v.mount(sign, ":ro,z")
		}
		o.add(w)
	}
	return o.list
}

// labelled reports whether SELinux is the likely cause of a refusal, and by what
// it is seen.
func (v *view) labelled(name string) (resolver.Evidence, bool) {
	_, err := v.Host.ReadFile(name, maxShared)
	if v.Host.OS != "linux" || !errors.Is(err, fs.ErrPermission) || !v.modeAllows(name) {
		return resolver.Evidence{}, false
	}
	if _, ok := v.stat("/sys/fs/selinux"); ok {
		return resolver.File("/sys/fs/selinux", 0), true
	}
	// Containers do not see that file system, but mounts that carry labels.
	mounts := fmt.Sprintf("/proc/%d/mounts", v.Host.PID)
	data, err := v.Host.ReadFile(mounts, maxMounts)
	if err == nil && v.Host.PID > 0 && (strings.Contains(string(data), "seclabel") || strings.Contains(string(data), "selinuxfs")) {
		return resolver.File(mounts, 0), true
	}
	return resolver.Evidence{}, false
}

// maxMounts bounds what is read of the mounts of a process.
const maxMounts = 1 << 20

// modeAllows reports whether this user may read a file by its mode: root may
// read all, and of a group nothing is known.
func (v *view) modeAllows(name string) bool {
	if v.Host.UID == 0 {
		return true
	}
	info, ok := v.stat(name)
	if !ok {
		return false
	}
	mode := info.Mode.Perm()
	return mode&0o004 != 0 || info.UID == v.Host.UID && mode&0o400 != 0
}

// mount is the command that mounts the directory of the files into a container,
// with options, or what to do where no person runs docker.
func (v *view) mount(sign resolver.Evidence, options string) string {
	dir := v.Host.Join(v.home(), ".aws")
	switch {
	case sign.Kind == resolver.InEnv && sign.Name != "container" && options != "":
		return "give the volume a label that containers may read (chcon -Rt container_file_t)"
	case sign.Kind == resolver.InEnv && sign.Name != "container", !plain(dir), dir[0] != '/':
		return "mount the whole directory, not the file"
	}
	return "docker run -v ~/.aws:" + dir + options + " IMAGE"
}

// ssoCacheNotMounted finds containers that have the config file and not the
// cache of SSO tokens beside it: a single file was mounted, or copied.
func ssoCacheNotMounted(v *view) []Warning {
	sign, inside := v.container()
	if !inside {
		return nil
	}
	var o once
	for _, t := range v.Traces {
		for i := range t.Steps {
			s := &t.Steps[i]
			for hop := range hops(s) {
				cache := v.cacheNotMounted(t, hop)
				if cache == "" {
					continue
				}
				w := Warning{
					Message: fmt.Sprintf("profile %q needs an SSO token, and this container has the config file without the cache beside it", hop.Profile),
					Fix:     v.mount(sign, ""),
					Where:   []resolver.Evidence{resolver.File(t.ConfigPath, 0), {Kind: resolver.InCache, Name: cache}},
				}
				if s == t.Ended() {
					w.Severity = Error
				}
				o.add(w)
			}
		}
	}
	return o.list
}

// cacheNotMounted returns the cache file of an SSO source if it was left
// outside of this container, or "".
func (v *view) cacheNotMounted(t *resolver.Trace, hop resolver.Hop) string {
	if _, inside := v.container(); !inside || hop.Source != resolver.FromSSO {
		return ""
	}
	if _, ok := v.stat(t.ConfigPath); !ok {
		return ""
	}
	for _, e := range hop.Where {
		if e.Kind != resolver.InCache {
			continue
		}
		if _, ok := v.stat(e.Name[:max(strings.LastIndexByte(e.Name, '/'), 0)]); !ok {
			return e.Name
		}
	}
	return ""
}
