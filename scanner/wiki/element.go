package wiki

// An element is one of those of a dump that matter here.
type element int

const (
	root   element = iota
	other          // not known here; its text is read
	passed         // what no person writes
	mediawiki
	siteinfo
	sitename
	page
	title
	namespace
	revision
	revisionID
	timestamp
	contributor
	username
	ip
	comment
	text
	content // one slot of a revision that has several (since export 0.11)
	role
	slotText
	upload
	filename
	archivename
	fileSize
	contents
	logitem
	logTitle
	params
	elements // how many there are
)

// holdsText reports whether the text in an element is wanted.
func (e element) holdsText() bool {
	switch e {
	case root, other, passed, mediawiki, siteinfo, page, revision, contributor, content, upload, logitem:
		return false
	}
	return true
}

// isLong reports whether the element holds what can be long.
func (e element) isLong() bool { return e == text || e == slotText || e == contents }

// hides reports whether the element can say that what it holds is hidden.
func (e element) hides() bool {
	return e == text || e == slotText || e == comment || e == contributor
}

// child returns which element a name means below another.
func child(parent element, name []byte) element {
	switch parent {
	case root:
		if string(name) == "mediawiki" {
			return mediawiki
		}
	case mediawiki:
		switch string(name) {
		case "siteinfo":
			return siteinfo
		case "page":
			return page
		case "logitem":
			return logitem
		}
	case siteinfo:
		if string(name) == "sitename" {
			return sitename
		}
		return passed
	case passed:
		return passed
	case page:
		switch string(name) {
		case "title":
			return title
		case "ns":
			return namespace
		case "revision":
			return revision
		case "upload":
			return upload
		case "id", "redirect", "restrictions":
			return passed
		}
	case revision, upload, logitem:
		return ofRevision(name)
	case content:
		switch string(name) {
		case "role":
			return role
		case "text":
			return slotText
		case "origin", "model", "format":
			return passed
		}
	case contributor:
		switch string(name) {
		case "username":
			return username
		case "ip":
			return ip
		}
	}
	return other
}

// ofRevision are the elements of revisions, uploads and entries of the log.
func ofRevision(name []byte) element {
	switch string(name) {
	case "id":
		return revisionID
	case "timestamp":
		return timestamp
	case "contributor":
		return contributor
	case "comment":
		return comment
	case "text":
		return text
	case "content":
		return content
	case "filename":
		return filename
	case "archivename":
		return archivename
	case "size":
		return fileSize
	case "contents":
		return contents
	case "logtitle":
		return logTitle
	case "params":
		return params
	case "parentid", "origin", "model", "format", "sha1", "sha1base36", "src", "rel", "minor", "type", "action":
		return passed
	}
	return other
}
