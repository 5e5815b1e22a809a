// Package repotest turns a text file into a real git repository, for tests. It
// runs the installed git in an environment of its own: no configuration of the
// user or the system, fixed names, and a clock that advances by a minute with
// each line of the script, so that object ids are the same everywhere.
//
// A case is a txtar archive. Its comment is the script; its files are what the
// script refers to. The file want.txt, if any, says what a scanner must find.
// Placeholders of package keytest, such as {{aws-key-id 1}}, are replaced in
// the script, in the names and in the contents.
//
// # Script
//
// One command stands on a line; # begins a comment. Words are divided by
// blanks; a part in double quotes is one word, with the escapes of Go strings.
// ${NAME} is the object id that NAME got. An unknown command, an unknown option
// and a file that no command used are errors.
//
// Commands that make a commit called NAME first write and stage the files whose
// names begin NAME/, and take the options author="A <a@example.com>",
// committer=, message= (default NAME; message=@FILE takes it from a file) and
// time= (RFC 3339):
//
//	commit NAME            on the current branch, empty if there are no files
//	amend NAME             in place of the current commit
//	rm NAME PATH...        that removes paths
//	mv NAME FROM TO        that moves a path (and may edit it: NAME/TO)
//	merge NAME REV...      of other branches; what is in NAME/ is in no parent
//
// Refs and objects:
//
//	init sha256            first line only; without it the format is SHA-1
//	branch NAME [REV]      checkout REV      orphan BRANCH      reset REV
//	tag NAME [REV] [message=TEXT]            annotated if it has a message
//	note NAME REV message=TEXT               NAME is the commit of the notes
//	ref REF REV            any ref, such as refs/pull/1/head
//	replace OLD NEW        a replace ref
//	name NAME REV          NAME is what git knows as REV, such as ${c1}^{tree}
//	object NAME TYPE FILE  writes FILE as a loose blob, commit, tag or tree
//
// Index, work tree and git directory. DIR is the first part of file names:
//
//	write DIR              into the work tree only: edits, untracked, ignored
//	stage DIR              into the work tree and the index
//	symlink PATH TARGET    staged
//	lfs DIR                pointers staged, contents in .git/lfs
//	stash NAME [untracked] [message=TEXT]
//	                       names also NAME.index and NAME.untracked
//	config KEY VALUE
//	gitdir PATH FILE       FILE as .git/PATH
//	expire                 drops all reflogs and ORIG_HEAD, not the stash's
//	pack                   one pack with long delta chains, and packed refs
//	git ARGUMENT...        anything else
//
// Other directories, named in [Repo.Dirs]:
//
//	worktree NAME REV      a linked work tree with a detached HEAD
//	in NAME COMMAND...     runs a command there
//	push [REFSPEC...]      to a bare repository "origin", then fetches
//	clone NAME [bare|mirror] [depth=N]
//
// Contents. These change or add a file of the archive before it is used:
//
//	encode FILE HOW...     utf16le utf16be bom crlf nul base64 base64url hex
//	                       percent unicode html gzip, applied in order; concat
//	                       (literals in two), values (base64 of what is behind
//	                       the colon of indented lines)
//	archive FILE KIND DIR  zip, tar or tar.gz of the files in DIR/
//	pad FILE SIZE [line]   SIZE (such as 300K or 12M) of filler before the
//	                       content, in lines or in the one line of the content
//
// Inside a testscript file, write the case's own file markers as ">-- x --" and
// call unquote on it.
//
// # want.txt
//
// One line says that a scanner must find one key in one place:
//
//	NUMBER place=P field=F [part=id|secret|token] [kind=key|temp|old]
//	       [path=PATH] [commit=NAME] [ref=REF] [dir=NAME] [suppressed=inline]
//	       [pairing=GROUND|none] [confidence=C] [decoded=ENCODING,...]
//
// NUMBER is that of the placeholders. Without part, id and secret must both be
// found. kind says which placeholder made the id: key is aws-key-id (the
// default), temp aws-temp-key-id, old aws-old-key-id. place and field have the
// values of the output contract (docs/output.md):
//
//	history      reachable from a ref other than the stash, or from the HEAD of
//	             any work tree. commit is the first commit that has it at path;
//	             for a message or a header, the commit itself. Content that a
//	             ref names without a commit has ref instead, and so has the
//	             message of an annotated tag
//	stash        commit is NAME, NAME.index or NAME.untracked
//	reflog       reachable from a reflog, ORIG_HEAD or FETCH_HEAD only
//	unreachable  in the object store, but from nothing; a commit if it is in one
//	index worktree untracked ignored
//	             path is relative to the work tree
//	lfs git-dir  path begins with .git/
//
// path is that of the file, and left out for a note, whose path is the id of the
// commit that it is about; for field=name it is the name that holds the key,
// with its directories. For field=ref, ref is the whole name. dir=NAME is given
// when the key is not in the main repository but in the one of that name.
// suppressed=inline says that a comment in the file accepts the key, so that it
// is found and told as suppressed. pairing is the ground on which the key's id
// and secret are one finding, in the words of the report but for the names of
// commits, for which ${NAME} stands; none says that they are not one. decoded
// lists the encodings that the place is written in, outermost first.
//
// A repository may hold the same key in further places: want.txt lists those
// that must not be missed. An empty want.txt says that nothing must be found.
package repotest
