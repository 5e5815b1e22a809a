package main

import (
	"net/url"
	"regexp"
	"strings"
)

// scpLike is git's short form of a URL of ssh: USER@HOST:PATH.
func scpLike(name string) (host, path string, ok bool) {
	m := regexp.MustCompile(`^(?:[A-Za-z0-9._-]+@)([A-Za-z0-9.-]+):([^:].*)$`).FindStringSubmatch(name)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// isRemote reports whether a name is a URL, or git's short form of one.
func isRemote(name string) bool {
	_, _, short := scpLike(name)
	return short || strings.Contains(name, "://")
}

// wikiURL derives the URL of a repository's wiki from that of the repository, or
// returns "" if the host has none. What is reached over ssh has its wiki there, too.
//
//   - GitHub, GitLab, Gitea, Forgejo and most others: X.git has X.wiki.git
//   - Bitbucket: X.git has X.git/wiki
//   - Azure DevOps: a project has one, PROJECT/_git/PROJECT.wiki
func wikiURL(remote string) string {
	u := remoteURL(remote)
	if u == nil {
		return ""
	}
	host, path := u.Hostname(), strings.Trim(u.Path, "/")
	switch {
	case path == "":
		return ""
	case strings.HasSuffix(path, ".wiki.git") || strings.HasSuffix(path, ".wiki"):
	case host == "bitbucket.org":
		path = strings.TrimSuffix(strings.TrimSuffix(path, "/wiki"), ".git") + ".git/wiki"
	case host == "dev.azure.com" || host == "ssh.dev.azure.com" || host == "vs-ssh.visualstudio.com" || strings.HasSuffix(host, ".visualstudio.com"):
		return azureWiki(u, host, path)
	default:
		path = strings.TrimSuffix(path, ".git") + ".wiki.git"
	}
	u.Path, u.RawPath = "/"+path, ""
	return u.String()
}

// remoteURL is the URL of a remote as one of https or ssh, or of http as it is; nil
// if that cannot be, as for a directory.
func remoteURL(remote string) *url.URL {
	if host, path, ok := scpLike(remote); ok && !strings.Contains(remote, "://") {
		user, _, _ := strings.Cut(remote, "@")
		return &url.URL{Scheme: "ssh", User: url.User(user), Host: host, Path: "/" + strings.TrimPrefix(path, "/")}
	}
	u, err := url.Parse(remote)
	if err != nil || u.Host == "" {
		return nil
	}
	switch u.Scheme {
	case "http", "https", "ssh":
	case "git+ssh", "ssh+git":
		u.Scheme = "ssh"
	case "git":
		u = &url.URL{Scheme: "https", Host: u.Hostname(), Path: u.Path} // whose port is another
	default:
		return nil
	}
	u.RawQuery, u.Fragment = "", ""
	return u
}

// azureWiki derives the wiki of a project of Azure DevOps. Its URLs are
// dev.azure.com/ORG/PROJECT/_git/REPO, ssh.dev.azure.com:v3/ORG/PROJECT/REPO and
// ORG.visualstudio.com/PROJECT/_git/REPO, the last also with a collection.
func azureWiki(u *url.URL, host, path string) string {
	parts := strings.Split(path, "/")
	org, project := "", ""
	switch {
	case parts[0] == "v3" && len(parts) >= 4:
		org, project = parts[1], parts[2]
	case strings.HasSuffix(host, ".visualstudio.com"):
		org = strings.TrimSuffix(host, ".visualstudio.com")
		for i, p := range parts {
			if p == "_git" && i > 0 {
				project = parts[i-1]
			}
		}
		if project == "" && parts[0] == "_git" && len(parts) > 1 {
			project = parts[1] // a project's first repository has its name
		}
	case len(parts) >= 4 && parts[2] == "_git":
		org, project = parts[0], parts[1]
	case len(parts) >= 3 && parts[1] == "_git":
		org, project = parts[0], parts[2]
	}
	if org == "" || project == "" {
		return ""
	}
	if parts[0] == "v3" {
		u.Path, u.RawPath = "/v3/"+org+"/"+project+"/"+project+".wiki", ""
		return u.String()
	}
	v := &url.URL{Scheme: u.Scheme, User: u.User, Host: "dev.azure.com", Path: "/" + org + "/" + project + "/_git/" + project + ".wiki"}
	return v.String()
}

// withoutPassword is a URL as it may be shown.
func withoutPassword(name string) string {
	scheme, rest, ok := strings.Cut(name, "://")
	if !ok {
		return name
	}
	authority, path, _ := strings.Cut(rest, "/")
	return scheme + "://" + authority[strings.LastIndexByte(authority, '@')+1:] + strings.TrimSuffix("/"+path, "/")
}

// trimWiki takes off the path of a clone what makes it that of a wiki.
func trimWiki(path string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path, ".git"), ".wiki")
}
