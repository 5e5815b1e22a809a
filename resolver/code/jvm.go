package code

import "strings"

// jvm is what Java, Kotlin and Scala have in common: they use the AWS SDKs for
// Java v2 and v1, and Kotlin has one of its own.
func jvm(d *dialect) *dialect {
	d.lineComment = []string{"//"}
	d.blockComment = [2]string{"/*", "*/"}
	d.sdks = []string{"java-v2", "java-v1", "kotlin"}
	d.imports = jvmPackages
	d.joins = "+"
	d.open = true
	d.reads = []access{
		{"System.getenv", byCall}, {"System.getenv", byIndex}, {"sys.env", byCall}, {"sys.env.getOrElse", byCall},
		{"sys.env.get", byCall}, {"System.getenv.get", byCall}, {"scala.util.Properties.envOrElse", byCall}, {"Properties.envOrElse", byCall},
	}
	d.table = newTable(append(append(javaV2Table(), javaV1Table()...), kotlinTable()...))
	return d
}

func javaDialect() *dialect {
	return jvm(&dialect{syntax: syntax{wordStart: "$", literal: quotes(
		quote{open: `"""`, end: `"""`, lines: true},
		quote{open: `"`, end: `"`},
		quote{open: "'", end: "'"},
	)}})
}

func kotlinDialect() *dialect {
	return jvm(&dialect{blocks: true, syntax: syntax{nested: true, literal: quotes(
		quote{open: `"""`, end: `"""`, lines: true, raw: true, holes: []string{"${", "$"}},
		quote{open: `"`, end: `"`, holes: []string{"${", "$"}},
		quote{open: "'", end: "'"},
	)}})
}

func scalaDialect() *dialect {
	return jvm(&dialect{syntax: syntax{nested: true, literal: scalaLiteral}})
}

// scalaLiteral reads strings, which have holes behind a prefix only, and
// characters, which look like symbols.
func scalaLiteral(l *lexer) (lexeme, bool) {
	n := l.prefixed("sfraw", `"`)
	if n < 0 {
		if l.has("'") && len(l.src) > l.at+2 && (l.src[l.at+1] == '\\' || l.src[l.at+2] == '\'') {
			return (&quote{open: "'", end: "'"}).read(l, 0), true
		}
		return lexeme{}, false
	}
	q := quote{open: `"`, end: `"`}
	if strings.HasPrefix(l.src[l.at+n:], `"""`) {
		q = quote{open: `"""`, end: `"""`, lines: true, raw: true}
	}
	if n > 0 {
		q.holes = []string{"${", "$"}
	}
	return q.read(l, n), true
}

// jvmPackages notes the imports, of which each shows its package too.
func jvmPackages(s *source) {
	jvmImports(s)
	for _, full := range s.imports {
		s.named = append(s.named, full)
	}
}

// jvmImports reads "import a.b.C", "import a.b.*", "import a.b.{C, D => E}" and
// "import a.b.C as D".
func jvmImports(s *source) {
	for i := range s.tokens {
		if !s.is(i, "import") || s.isDot(i-1) {
			continue
		}
		n := i + 1
		if s.is(n, "static") {
			n++
		}
		p, ok := s.pathAt(n)
		if !ok {
			continue
		}
		pkg := p.String()
		switch {
		case s.is(p.end, ".") && s.is(p.end+1, "*", "_"):
			s.packages = append(s.packages, pkg)
		case strings.HasSuffix(pkg, "._"):
			s.packages = append(s.packages, strings.TrimSuffix(pkg, "._"))
		case s.is(p.end, ".") && s.is(p.end+1, "{") && s.pair[p.end+1] > 0:
			s.packages = append(s.packages, pkg)
			for _, r := range s.split(span{p.end + 2, s.pair[p.end+1]}, false) {
				s.jvmSelector(pkg, r)
			}
		case s.is(p.end, "as") && s.isKind(p.end+1, word):
			s.imports[s.lexeme(p.end+1)] = pkg
		default:
			s.imports[p.parts[len(p.parts)-1]] = pkg
		}
	}
}

// jvmSelector reads "C", or "D => E", of an import.
func (s *source) jvmSelector(pkg string, r span) {
	name := s.lexeme(r.start)
	local := name
	if s.is(r.start+1, "=>", "as") && s.isKind(r.start+2, word) {
		local = s.lexeme(r.start + 2)
	}
	s.imports[local] = pkg + "." + name
}

// lexeme is the text of a token, or "".
func (s *source) lexeme(i int) string {
	if i < 0 || i >= len(s.tokens) {
		return ""
	}
	return s.tokens[i].text
}
