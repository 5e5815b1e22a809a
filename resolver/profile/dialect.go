package profile

// A Dialect is how one SDK reads the shared files, as data. Each field is named
// for the rule that it holds; the zero value of a field is its first constant.
// The constants say which SDKs have the rule.
type Dialect struct {
	// Name of the SDK, for error messages.
	Name string

	// Grammar is what the file is made of. The fields below that speak of
	// lines do not matter for Tokens.
	Grammar Grammar

	// Bytes to lines.
	BOM      BOM
	Encoding Encoding
	LineEnds LineEnds
	Spaces   Spaces

	// Comments: lines, behind a value, behind a header.
	CommentLines  CommentLines
	ValueComment  Comment
	HeaderComment Comment

	// Headers.
	HeaderEnd  HeaderEnd
	Unclosed   Fault // "[default"
	KeepBlanks bool  // "[ default ]" is a section called " default "
	Headers    Headers

	// Sections.
	DuplicateSection Duplicate
	Unprefixed       Unprefixed // [dev] in the config file
	Prefixed         Prefixed   // [profile dev] in the credentials file
	SessionsInBoth   bool       // [sso-session NAME] counts in the credentials file too (Go)
	SessionProfiles  bool       // [profile sso-session NAME] counts, and before [sso-session NAME] (Go v2)
	SameName         SameName   // [default] beside [profile default]
	Inherit          string     // the section whose keys all others inherit
	NoEmptySections  bool       // a section without keys does not exist

	// Keys.
	BeforeSection Fault // "key = value" before any header
	NoSeparator   Fault // a line without "="
	NoName        Fault // "= value"
	AllowNoName   bool  // "= value" has the name ""
	Colon         bool  // "key: value" is as good
	KeepKeyCase   bool  // keys are not made lower case
	OnlyPlainKeys bool  // keys with other characters than Headers allows in names are dropped
	DuplicateKey  Duplicate
	Quotes        Quotes
	Nesting       Nesting

	// Faulty says what a fault does to the rest.
	Faulty Faulty
	// Merge joins a profile of both files.
	Merge MergeRule
}

// Grammar is what a file is made of.
type Grammar uint8

// Grammars.
const (
	Lines  Grammar = iota // lines, of which each is a header, a key or a part of one
	Tokens                // words and signs, among them the line end (Go v1)
	// Patterns are lines that regular expressions take apart, indented ones by
	// what stood in the line before. The fields about comments, headers and
	// keys do not apply (Ruby).
	Patterns
)

// Fault is what becomes of a line that makes no sense.
type Fault uint8

// What SDKs do with such lines.
const (
	Ignored   Fault = iota // go on with the next line
	Stops                  // refuse the file
	WordStops              // refuse the file if the line is one word, else go on (CRT)
)

// Faulty is what a refused file means.
type Faulty uint8

// What SDKs do with a file that they refuse.
const (
	FaultyStops Faulty = iota // it is an error, which ends the chain
	FaultyEmpty               // as if the file were empty (JavaScript v3)
)

// BOM is what becomes of a UTF-8 byte order mark.
type BOM uint8

// What SDKs do with a byte order mark.
const (
	BOMKept    BOM = iota // it is part of the first line, whose header is lost
	BOMRemoved            // JavaScript v3
)

// Encoding is what becomes of bytes that are no UTF-8.
type Encoding uint8

// What SDKs do with bytes that are no UTF-8.
const (
	AnyBytes      Encoding = iota // taken as they are (Go)
	Replaced                      // replaced by U+FFFD (JavaScript v3)
	UTF8OrError                   // the file is refused (botocore)
	UTF8OrNothing                 // the file counts as empty (Rust)
)

// LineEnds is where lines end.
type LineEnds uint8

// The ends of lines. Where a CR does not belong to one it may still be trimmed
// as a space.
const (
	LF        LineEnds = iota // LF (Go v2)
	CRLF                      // LF, or CR LF (JavaScript v3, Rust)
	Universal                 // LF, CR LF or CR (Python)
)

// Spaces is what is trimmed from names and values.
type Spaces uint8

// Sets of characters that are trimmed.
const (
	UnicodeSpaces Spaces = iota // White_Space (Go)
	PythonSpaces                // str.isspace
	JSSpaces                    // String.prototype.trim
	Blanks                      // space and tab (Rust)
)

// CommentLines is which lines are comments. The mark is # or ;.
type CommentLines uint8

// Where the mark of a comment line stands.
const (
	BehindBlanks CommentLines = iota // behind spaces or tabs (Go v2)
	BehindSpaces                     // behind any white space (botocore, JavaScript v3)
	FirstColumn                      // at the very beginning (Rust)
)

// Comment is whether a comment may follow on the same line.
type Comment uint8

// Where a comment begins.
const (
	NoComment  Comment = iota // nowhere: it is part of the text (botocore)
	AfterBlank                // at # or ; behind a space or tab (Go v2)
	AfterSpace                // at # or ; behind any white space (JavaScript v3, Rust)
	Anywhere                  // at any # or ;
)

// HeaderEnd is where the name of a section ends.
type HeaderEnd uint8

// The bracket that ends a header.
const (
	EndOfLine    HeaderEnd = iota // the bracket that ends the line, comments aside
	LastBracket                   // the last one; what follows is ignored (Python)
	FirstBracket                  // the first one; what follows is ignored (CRT)
)

// Headers is how a header names a section.
type Headers uint8

// Ways to read the text between the brackets.
const (
	// Words takes the first word for the type if another follows behind
	// spaces or tabs, whose number does not matter (Go v2).
	Words Headers = iota
	// Shell takes exactly two words, quoted as in a shell, if the text begins
	// with the type (botocore).
	Shell
	// Pattern takes a type, one white space, and a name of the characters
	// A-Za-z0-9_-@+.%:/ which may be quoted (JavaScript v3).
	Pattern
	// Identifiers takes a type, spaces or tabs, and a name of the characters
	// A-Za-z0-9_-/.%@:+ (Rust).
	Identifiers
	// Literal takes the type, one space, and the rest as it stands (Go v1).
	Literal
)

// Unprefixed is what [dev] means in the config file. [default] is always the
// default profile.
type Unprefixed uint8

// What SDKs do with sections without a type.
const (
	OnlyDefault        Unprefixed = iota // ignored
	OnlyDefaultAnyCase                   // ignored, but [DEFAULT] is a profile called DEFAULT (Go v2)
	IsProfile                            // a profile (Go v1, Ruby)
)

// Prefixed is what [profile dev] means in the credentials file.
type Prefixed uint8

// What SDKs do with the type of a profile in the credentials file.
const (
	PrefixedIgnored   Prefixed = iota // there is no such profile
	PrefixedLiteral                   // the profile is called "profile dev" (botocore)
	PrefixedWithDot                   // the profile is called "profile.dev" (JavaScript v3)
	PrefixedIsProfile                 // the profile is called "dev" (Go v1, Ruby)
)

// SameName is which section counts if two headers of one file name one profile.
type SameName uint8

// Which of two sections of the same name counts.
const (
	PrefixedWins   SameName = iota // [profile default]; equals are merged
	LaterWins                      // the later one in the file (botocore)
	UnprefixedWins                 // [default] (Go v1)
)

// Duplicate is what a header or key does that was there before.
type Duplicate uint8

// What SDKs do with a repetition.
const (
	Continues Duplicate = iota // a section goes on; a key takes the later value
	Refused                    // the file is refused (botocore)
	Replaces                   // a section begins anew (Go v1)
)

// Quotes is what becomes of quotes around a value.
type Quotes uint8

// What SDKs do with quotes.
const (
	QuotesKept Quotes = iota
	// QuotesRemoved removes single or double quotes from both ends. At a
	// value that is nothing but one quote the SDK panics (Go v2,
	// config@v1.33.16/internal/ini/strings.go:64).
	QuotesRemoved
	// PairsRemoved removes a pair of single or double quotes (PHP).
	PairsRemoved
)

// Nesting is what an indented line means.
type Nesting uint8

// Ways to read indented lines.
const (
	// NestEmpty: below a key with an empty value, assignments are nested keys.
	// Below others they are keys of the section, and lines without a separator
	// continue the value (Go v2).
	NestEmpty Nesting = iota
	// NestDeeper: a line that is indented more than the key before it
	// continues its value; values that begin with a line end are read as
	// nested keys (botocore).
	NestDeeper
	// NestDotted: a key with an empty value is none, and indented keys below
	// it are called "parent.key" (JavaScript v3).
	NestDotted
	// NestContinues: any indented line continues the value before it. Below
	// an empty value it must be an assignment (Rust).
	NestContinues
	// NestNone: it is as good as any other line (.NET, Java v1, PHP).
	NestNone
)

// MergeRule is how a profile that stands in both files is joined.
type MergeRule uint8

// Ways to join both files.
const (
	// MergeKeys takes each key of the credentials file before that of the
	// config file (botocore, JavaScript v3, Rust).
	MergeKeys MergeRule = iota
	// MergeGoV2 takes key id and secret of the credentials file if both are
	// there, the session token only with them, and of the other keys those
	// that Go v2 lists
	// (config@v1.33.16/shared_config.go:817 mergeSections).
	MergeGoV2
	// MergeGoV1 takes the key pair with its token from the credentials file if
	// neither half is empty, and any other key before that of the config file
	// (aws-sdk-go@v1.55.8/aws/session/shared_config.go:367).
	MergeGoV1
	// MergeNothing takes the whole profile from the credentials file if it is
	// there, else from the config file.
	MergeNothing
)
