package oracle

import (
	"slices"
	"strings"
)

// Shrink returns a situation that still fails and of which nothing can be taken
// away or made simpler: no variable, file, section or line. It gives up after
// asking most times.
func Shrink(s Situation, most int, fails func(Situation) bool) Situation {
	asked := 0
	for changed := true; changed; {
		changed = false
		for _, pass := range passes() {
			for i := 0; ; {
				smaller, ok := pass(s.clone(), i)
				if !ok {
					break
				}
				if asked++; asked > most {
					return s
				}
				if fails(smaller) {
					s, changed = smaller, true
				} else {
					i++
				}
			}
		}
	}
	return s
}

// A pass makes the i-th of its changes to a situation, or returns false if it
// has no more. Each makes the situation smaller, so that it comes to an end.
type pass func(s Situation, i int) (Situation, bool)

func passes() []pass {
	list := []pass{dropFile, dropSetting, dropCode, dropSection, dropLine, trimSetting}
	for _, simpler := range simplifications() {
		list = append(list, onLines(simpler))
	}
	return list
}

func dropSetting(s Situation, i int) (Situation, bool) {
	if i >= len(s.Env) {
		return s, false
	}
	s.Env = slices.Delete(s.Env, i, i+1)
	return s, true
}

func dropFile(s Situation, i int) (Situation, bool) {
	if i >= len(s.Files) {
		return s, false
	}
	s.Files = slices.Delete(s.Files, i, i+1)
	return s, true
}

func dropCode(s Situation, i int) (Situation, bool) {
	var set []*string
	for _, field := range []*string{&s.Profile, &s.KeyID} {
		if *field != "" {
			set = append(set, field)
		}
	}
	if i >= len(set) {
		return s, false
	}
	*set[i] = ""
	return s, true
}

// trimSetting takes the space around a value away.
func trimSetting(s Situation, i int) (Situation, bool) {
	for j := range s.Env {
		trimmed := strings.TrimSpace(s.Env[j].Value)
		if trimmed == s.Env[j].Value {
			continue
		}
		if i == 0 {
			s.Env[j].Value = trimmed
			return s, true
		}
		i--
	}
	return s, false
}

// dropSection drops lines from one header to the next.
func dropSection(s Situation, i int) (Situation, bool) {
	for j, f := range s.Files {
		lines := strings.SplitAfter(f.Text, "\n")
		var starts []int
		for k, line := range lines {
			if strings.HasPrefix(strings.TrimSpace(line), "[") {
				starts = append(starts, k)
			}
		}
		if i >= len(starts) {
			i -= len(starts)
			continue
		}
		end := len(lines)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		s.Files[j].Text = strings.Join(slices.Delete(lines, starts[i], end), "")
		return s, true
	}
	return s, false
}

func dropLine(s Situation, i int) (Situation, bool) {
	for j, f := range s.Files {
		lines := strings.SplitAfter(f.Text, "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		if i >= len(lines) {
			i -= len(lines)
			continue
		}
		s.Files[j].Text = strings.Join(slices.Delete(lines, i, i+1), "")
		return s, true
	}
	return s, false
}

// simplifications make a line simpler; one that has nothing to do returns it as
// it is, and none undoes another.
func simplifications() []func(string) string {
	return []func(string) string{
		func(l string) string { return strings.TrimPrefix(l, "\ufeff") },
		func(l string) string { return strings.ReplaceAll(l, "\r", "") },
		func(l string) string { return cutComment(l, " #") },
		func(l string) string { return cutComment(l, " ;") },
		func(l string) string {
			end := l[len(strings.TrimRight(l, "\r\n")):]
			return strings.TrimSpace(l) + end
		},
		func(l string) string {
			key, value, ok := strings.Cut(l, "=")
			if !ok {
				return l
			}
			value = strings.TrimLeft(value, " \t")
			if strings.TrimSpace(value) == "" {
				return strings.TrimRight(key, " \t") + " =" + value
			}
			return strings.TrimRight(key, " \t") + " = " + value
		},
	}
}

func cutComment(line, mark string) string {
	before, _, ok := strings.Cut(line, mark)
	if !ok {
		return line
	}
	return before + line[len(strings.TrimRight(line, "\r\n")):]
}

// onLines is the pass that makes one line after the other simpler.
func onLines(simpler func(string) string) pass {
	return func(s Situation, i int) (Situation, bool) {
		for j, f := range s.Files {
			lines := strings.SplitAfter(f.Text, "\n")
			for k, line := range lines {
				if lines[k] = simpler(line); lines[k] == line {
					continue
				}
				if i == 0 {
					s.Files[j].Text = strings.Join(lines, "")
					return s, true
				}
				lines[k] = line
				i--
			}
		}
		return s, false
	}
}
