package audit

// A Check is one question that an audit asks of a repository.
type Check struct {
	// ID names it in reports and in a baseline.
	ID string
	// Title is what a person reads: "private addresses".
	Title string
	// Noun names one thing that fails the check: "address".
	Noun string
	// Why says why that matters, and Fix how to mend it.
	Why, Fix string
}

// The ids of the checks.
const (
	SecretsInHistory = "secrets-in-history"
	SecretsHere      = "secrets-on-this-machine"
	Addresses        = "private-addresses"
	Hosts            = "internal-hosts"
	Accounts         = "aws-accounts"
	GitConfig        = "git-configuration"
	Pointers         = "private-pointers"
	Names            = "files-by-name"
	Binaries         = "large-binaries"
	Read             = "everything-read"
	Wiki             = "wiki"
)

// Checks are all checks, in the order of a report.
func Checks() []Check {
	return []Check{
		{SecretsInHistory, "secrets in history", "secret",
			"whoever clones the repository has them, whatever later commits delete",
			"follow the plan of each key: make it inactive first, then rewrite the history"},
		{SecretsHere, "secrets kept here", "secret",
			"ignored files, stashes and unreachable objects are not pushed, but a copy of the directory takes them along",
			"make the keys inactive, or move them out of the directory; what git keeps: see the plan"},
		{Addresses, "private addresses", "address",
			"the addresses of authors and committers are in every commit, and are collected for spam and phishing",
			"git filter-repo --mailmap FILE rewrites them; for new commits set user.email to the no-reply address of the host; accept those that are public: --write-baseline"},
		{Hosts, "internal hosts", "host",
			"names of internal hosts show how a network is built",
			"git filter-repo --replace-text FILE takes them out of the history; accept those that are harmless: --write-baseline"},
		{Accounts, "AWS accounts", "account",
			"an account number is no secret, but it names whom to attack, and ARNs name what is there",
			"git filter-repo --replace-text FILE takes them out of the history; accept those that are public: --write-baseline"},
		{GitConfig, "git configuration", "setting",
			"credentials in .git/config go along with every copy of the directory, and stay in the workspaces of CI runners",
			"git config --unset NAME; for actions/checkout set persist-credentials: false"},
		{Pointers, "private pointers", "pointer",
			"who clones the published repository cannot fetch what they point to, and learns where it is",
			"publish what they point to and use its https address, or remove them"},
		{Names, "credential files", "file",
			"files of such names usually hold credentials; an empty one is an invitation to fill it",
			"git filter-repo --invert-paths --path FILE, and a line in .gitignore; accept examples: --write-baseline"},
		{Binaries, "large binaries", "file",
			"nobody can review them, and what is in them cannot be searched",
			"git filter-repo --strip-blobs-bigger-than 1M, or publish them as releases; accept those that you made: --write-baseline"},
		{Read, "everything read", "gap",
			"what could not be read may hold anything",
			"see the list, each with what mends it"},
		{Wiki, "wiki", "finding",
			"a wiki is published with its repository, with all its revisions",
			"take them out of the pages, and have an administrator hide the revisions that hold them"},
	}
}
