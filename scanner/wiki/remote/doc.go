// Package remote reads wikis over the network, by the interfaces that they have
// for programs: the action API of MediaWiki, the XML-RPC of DokuWiki, and the
// REST of Confluence, in the cloud and in a data center.
//
// Each is a [wiki.Reader]. It asks for every revision of every page, for what is
// deleted as far as the login may see it, and for attached files. What the wiki
// says to have and does not hand over is lost. Waiting is bounded, and so is what
// is taken in one answer. A walk that ended early can be continued from its
// [Position].
//
// A password or a token goes only to the host of the wiki, and only over https,
// except to this machine.
package remote
