package oracle

import (
	"slices"
	"strings"
)

// sections may change the sections of a file as people do: the order, doubles,
// other headers.
func (g *generator) sections(s *sheet) {
	if len(*s) == 0 || !g.in(14) {
		return
	}
	i := g.IntN(len(*s))
	sec := &(*s)[i]
	name := strings.TrimPrefix(strings.Trim(sec.header, "[]"), "profile ")
	switch g.IntN(4) {
	case 0: // another section of that name
		lines := sec.lines
		if g.in(50) {
			lines = one(g.dice, g.pair(), g.bystanders(), nil)
		} else if len(lines) > 1 { // which has a part of the lines
			lines = lines[1:]
			sec.lines = sec.lines[:1]
		}
		*s = append(*s, section{sec.header, lines})
	case 1:
		slices.Reverse(*s)
	case 2:
		sec.header = one(g.dice, g.headers(name)...)
	case 3: // a section of another form for the same profile, or for all
		*s = append(*s, section{one(g.dice, g.headers(name)...), one(g.dice, g.pair(), g.bystanders(), sec.lines)})
	}
}

// headers are the forms of a header that people write, or mean.
func (g *generator) headers(name string) []string {
	return []string{
		"[" + name + "]", "[profile " + name + "]", "[profile  " + name + "]", "[profile\t" + name + "]", "[ " + name + " ]",
		"[ profile " + name + " ]", `[profile "` + name + `"]`, "[profile '" + name + "']", "[Profile " + name + "]",
		`["` + name + `"]`, "[" + name + "] # x", "[profile " + name + "] ; x", "[" + name + "]x", "[" + name, " [profile " + name + "]",
		"[" + strings.ToUpper(name) + "]", "[profile " + name + " ]", "[profile " + name + "#x]", "[profile" + name + "]", "[]", "[profile ]",
		"[DEFAULT]", "[preview]", "[plugins]", "[services s]", "[sso-session " + name + "]", "[[" + name + "]]", "[profile " + name + "]]",
		"#[" + name + "]", "[profile profile " + name + "]", "[\u00a0" + name + "]",
	}
}

// text returns a file as text, mostly as the documentation shows it.
func (g *generator) text(s sheet) string {
	slips := 0
	if g.in(24) {
		slips = 1 + g.IntN(2)
	}
	for range slips {
		if len(s) > 0 {
			g.line(&s[g.IntN(len(s))])
		}
	}
	var b strings.Builder
	for _, sec := range s {
		b.WriteString(sec.header + "\n")
		for _, line := range sec.lines {
			b.WriteString(line + "\n")
		}
		if g.in(10) {
			b.WriteString("\n")
		}
	}
	if g.in(8) {
		return g.form(b.String())
	}
	return b.String()
}

// line changes one line of a section.
func (g *generator) line(s *section) {
	if len(s.lines) == 0 || g.in(25) {
		g.insert(s)
		return
	}
	s.lines = slices.Clone(s.lines)
	i := g.IntN(len(s.lines))
	key, value, ok := strings.Cut(s.lines[i], " = ")
	if !ok || key == "" { // the line was changed before
		return
	}
	s.lines[i] = one(g.dice,
		key+"="+value, key+": "+value, key+" : "+value, key+" =  "+value+"  ", key+"\t=\t"+value, key+" "+value, key+" == "+value,
		"  "+key+" = "+value, "\t"+key+" = "+value, strings.ToUpper(key)+" = "+value, strings.ToUpper(key[:1])+key[1:]+" = "+value,
		key+` = "`+value+`"`, key+" = '"+value+"'", key+` = "`+value, key+` = `+value+`"`, key+` = "`, key+" = ''", key+` = "`+value+`'`,
		key+" = "+value+" # x", key+" = "+value+" ; x", key+" = "+value+"#x", key+" = "+value+";x", key+" = "+value+"\t# x",
		"# "+key+" = "+value, ";"+key+" = "+value, key+" =", key, "= "+value, key+" =\n  "+value, key+" = "+value+"\n  "+key,
		key+" = "+value+"\n  # x", key+" = "+value+"\\", "export "+key+" = "+value, key+" = "+value+" "+value, key+" = %("+key+")s",
		key+" = "+value+"\n\n", key+"\u00a0= "+value, key+" = "+value+" [x]", "["+key+"] = "+value, key+" = "+value+"\n\t"+key+" = x", key+".x = "+value,
		"\n"+key+" = "+value, key+" =\u00a0"+value, key+" = "+value+"\n"+key+" = "+value,
	)
}

// insert puts a line in front of a section's lines, between or behind them.
func (g *generator) insert(s *section) {
	line := one(g.dice, "# a comment", "; a comment", "  # an indented comment", "// a comment", "nothing", "  nothing", "", "   ", "\t",
		"x = y", "x =", "= y", "=", "[", "]", "[]", "aws_access_key_id", "s3 =\n  x = y", "s3 =\n  x = y\n\n  z = w", "\x00", "é = é", "\xff",
		"aws_access_key_id = {{key OTHER00000000001}}\naws_secret_access_key = otherSecretFake", "aws_session_token = otherTokenFake",
		"rem x", "#", "<<<<<<< HEAD", "{", "\v", "x = [y]", "-----")
	s.lines = slices.Insert(slices.Clone(s.lines), g.IntN(len(s.lines)+1), line)
}

// form changes a file as a whole.
func (g *generator) form(text string) string {
	return one(g.dice,
		strings.ReplaceAll(text, "\n", "\r\n"),
		strings.ReplaceAll(text, "\n", "\r\n"),
		strings.ReplaceAll(text, "\n", "\r"),
		"\ufeff"+text,
		"\ufeff\n"+text,
		"\n\n"+text,
		" "+text,
		"# a comment\n"+text,
		"x = y\n"+text,
		"nothing\n"+text,
		strings.TrimSuffix(text, "\n"),
		text+"[",
		text+"\x1a",
		"\x00"+text,
		text+text,
		strings.ReplaceAll(text, "\n", "\n\n"),
		strings.ReplaceAll(text, "\n", " \n"),
		strings.ReplaceAll(text, "\n", "\n  "),
		strings.ReplaceAll(text, " = ", "="),
		strings.ReplaceAll(text, " = ", ": "),
		strings.ReplaceAll(text, "\n", "\u2028"),
		"\xff\xfe"+text,
	)
}
