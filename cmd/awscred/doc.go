// Awscred finds out which AWS credentials win on this machine, and where keys
// leaked.
//
//	awscred which          which credentials will a program really use here, and why?
//	awscred scan           is there a key in any object of this repository?
//	awscred audit          may this repository be published?
//	awscred report         the JSON report of a scan in another format
//	awscred hook           let git ask awscred before a commit or a push
//	awscred rules          what is looked for; mistakes in a file of rules
//	awscred schema         the JSON schemas of what it writes and reads
//	awscred completion     completions for a shell
//	awscred version        the version
//	awscred help           what a command does
//
// # awscred which
//
// It follows the chain of an SDK: code, environment, shared files, container,
// instance role. The first line names the source that wins; then come all
// sources in the SDK's order, what is hidden behind the winner, and warnings,
// each with the one line that mends it.
//
//	--sdk NAME         the SDK to follow; may be given more than once
//	--profile NAME     a profile that the program names itself
//	--code DIRECTORY   read the program's source: the keys, profiles and
//	                   providers that it sets itself come first; and the
//	                   configuration that gives services and jobs theirs
//	--all              also tell what every other SDK does
//	--offline          ask nobody
//	--probe            also ask whether metadata and container endpoints answer
//	--resolve          get the keys as the SDK would
//	--identity         resolve, and ask STS whose keys they are
//	--mask             shorten the ids of keys
//	--format FORMAT    text or json
//
// It can look at other places than this shell:
//
//	--pid NUMBER       a process of the same user: its environment, its user's
//	                   home, its root (Linux)
//	--root DIRECTORY   the system below a directory: a container's root, a
//	                   mounted disk; a Windows one has its own rules for paths
//	--user NAME        with --root, the account; root if it is not given
//	--env-file FILE    variables from a file, as docker run and Compose read it
//
// A credential_process of such a place is never run.
//
// In CI, demands on the winner fail the job before it goes on with the wrong
// keys:
//
//	--expect-source SOURCE    fail unless this source wins
//	--expect-not SOURCE       fail if this source wins
//	--expect-account NUMBER   fail unless the keys are of this account
//	--expect-role ROLE        fail unless this role is assumed
//	--expect-agreement        fail unless the SDKs end with the same keys: those
//	                          asked or found here, with --all every one
//
// A demand that cannot be known without asking is exit code 3, never 0, and an
// empty one, as a variable that is not set leaves it, is wrong usage.
//
// With several SDKs all of them must meet a demand. Without --sdk they are those
// that the directory and PATH show, else AWS CLI v2; the exit code is theirs,
// also with --all.
//
// What leaves the machine: nothing with --offline. By default one question, and
// only if nothing earlier wins, so that an SDK would ask it too: the name of
// the instance's role, from the literal address 169.254.169.254 or
// [fd00:ec2::254], never through a proxy, within a second. --probe also asks
// when something wins, and endpoints that the configuration names. --resolve does
// what the SDK would do to get keys: it runs a credential_process and asks
// containers, IAM Identity Center and STS. It never rewrites a cache.
//
// # awscred scan
//
// It reads every object of a git repository, reachable or not: blobs, commit
// and tag messages, headers, names of files and refs, reflogs, the git
// directory's own files, then the index and the work tree. One secret is one
// finding, with its life: when it came and went, where it stands, whether it
// was ever pushed. Other targets are a git bundle, a directory, a file, and -
// for standard input, and wikis: every revision of every page, with comments and
// files. A dump of MediaWiki, an export of Confluence, XWiki, Notion or TiddlyWiki
// and the data directory of DokuWiki are known by their content.
//
// A URL of a repository is cloned, as a mirror, and removed when it was read.
//
//	--wiki TARGET         a wiki in one of these forms, a repository that is a wiki,
//	                      a URL of either, auto for the wikis of the repositories
//	                      that are scanned, or - for a dump or lines of JSON on
//	                      standard input; may be given more than once
//	--credential-helper   for a clone that asks for a login, run git credential
//	                      fill, which asks the helpers that git has
//	--wiki-state FILE     when a walk through a wiki of the network is stopped,
//	                      keep there where it was, and go on there next time
//	--staged              only what is staged and differs from HEAD
//	--since REV           only what came after REV: commits that a ref reaches
//	                      and REV does not, what is staged, the work tree
//	--range A..B          only what the commits of A..B introduce
//	--worktree            only the index and the work tree
//	--all                 also suppressed findings, examples and identifiers
//	--config FILE         rules in the form of gitleaks
//	--config-from REV     the repository's own configuration as of REV
//	--untrusted           as in CI: not as the work tree has it
//	--baseline FILE       what is accepted there does not fail
//	--write-baseline FILE accept what is found: add it there
//	--reason TEXT         with --write-baseline: why
//	--until DAY           with --write-baseline: the last day, 2027-01-31
//	--compare FILE        what a report of gitleaks has more or less, and why
//	--verify              ask AWS whether the keys that were found work, and whose
//	                      they are
//	--no-inline-allow     do not obey awscred:allow and gitleaks:allow
//	--follow-alternates   also read object stores outside the repository
//	--verify-names        recompute the name of every object
//	--mask                shorten the ids of keys
//	--show-secrets        print the secrets themselves; refused when CI is set
//	--fail-on SEVERITY    critical, high, medium (the default), low or never
//	--fail-on-local       fail on findings that are only on this machine, too
//	--allow-incomplete    exit 0 instead of 3
//	--strict              what cannot be looked into makes the scan incomplete
//	--timeout DURATION    stop then, and report what was found
//	--jobs NUMBER         how many goroutines
//	--memory SIZE         how much memory buffers may take
//	--format FORMAT       text, json, jsonl, sarif, gitlab, junit, csv, github, markdown or
//	                      html
//	--output FILE         write the report there, whole or not at all
//
// The repository's own configuration is .awscred.toml or .gitleaks.toml,
// .gitleaksignore, and .awscred-baseline.json, at its top. Where the work tree is
// one's own they count, and a note names them. In CI, where somebody else's
// change is judged, they count as they were before it.
//
// Before every scan a key that is made up for it goes the whole way of a real one.
// If it does not come out, the scan does not begin.
//
// Wikis of the network: https, or http of this machine, or for a clone ssh, where
// the agent answers and the host must be in known_hosts. A URL that ends in .git is
// cloned; api.php is MediaWiki, xmlrpc.php DokuWiki, rest/api and atlassian.net
// Confluence, and mediawiki+https, dokuwiki+https, confluence+https say so of any
// other. The login for a clone is in ~/.netrc or ~/.git-credentials, and is sent
// only if the server asks. That for an interface is in AWSCRED_WIKI_TOKEN, or
// AWSCRED_WIKI_USER and AWSCRED_WIKI_PASSWORD, or in the file that
// AWSCRED_WIKI_TOKEN_FILE or AWSCRED_WIKI_PASSWORD_FILE names, or in ~/.netrc. No
// flag takes one.
//
// What leaves the machine: nothing without --verify, a URL, or --wiki auto, which
// are asked for what they have and told nothing of what is found. --verify asks STS GetCallerIdentity,
// at one constant host of each partition of AWS, without a proxy or a redirect, and
// tells the hosts first. It asks about no canary, no documented example and nothing
// that is accepted. No child process is started, and nothing in the repository is
// trusted: its configuration, attributes, replace refs and grafts hide nothing.
//
// # awscred audit
//
// It reads all of a repository as a scan does, recomputes the name of every
// object, and looks beyond secrets: addresses of authors, internal hosts, AWS
// accounts, the git configuration, pointers to private places, files that hold
// credentials by their name, large binaries. Every found key is compared with
// what this machine uses, and what this machine uses is searched for. The first
// line is the verdict; the plan tells for each key what to do, in order, and is
// never run.
//
//	--wiki TARGET          also its wiki: auto, or as scan takes it
//	--credential-helper    for a clone: ask the helpers that git has
//	--wiki-state FILE      where a walk through a wiki was stopped, and goes on
//	--no-machine           do not compare with the keys of this machine
//	--format FORMAT        text, json or html
//
// and of scan: --config, --config-from, --untrusted, --baseline,
// --write-baseline, --reason, --until, --verify, --no-inline-allow,
// --follow-alternates, --mask, --show-secrets, --allow-incomplete, --timeout,
// --jobs, --memory, --output.
//
// # awscred report
//
// It writes the JSON report of a scan again, in any format, without scanning:
// one scan in CI can feed code scanning, a dashboard and a page for people. It
// takes the file, or - for standard input.
//
//	--format FORMAT   as for scan
//	--output FILE     write the report there, whole or not at all
//	--all             also suppressed findings, and what scan --all wrote
//	--mask            shorten the ids of keys
//	--show-secrets    print the secrets that scan --show-secrets wrote
//
// # awscred hook
//
// awscred hook install lets git ask awscred: before a commit (what is staged),
// before a push (what the commits introduce), and on a server before it takes
// what it is sent. A hook that is there already is kept and asked first;
// awscred hook uninstall puts it back.
//
//	--hook NAME   pre-commit, pre-push or pre-receive
//
// # awscred rules
//
// awscred rules list tells all rules. awscred rules explain ID tells what one
// finds, and makes up texts that it finds and that it does not. awscred rules lint
// FILE tells every mistake in a file of rules, with its line: errors, exit code
// 1, and warnings of what has no effect.
//
//	--config FILE     list and explain: rules in the form of gitleaks
//	--format FORMAT   text or json
//
// # Every command
//
//	--quiet     the result only
//	--verbose   more
//	--color     auto, always or never; NO_COLOR is respected
//
// # Exit codes
//
//	0  complete, and nothing to act on
//	1  findings that fail, or no usable winner
//	2  wrong usage, or a failure of awscred
//	3  nothing found in what was read, but not everything could be read or asked
//
// AWSCRED_FINGERPRINT_KEY keys the fingerprints of findings, for those who do
// not want guessable passwords to be testable against a published report.
package main
