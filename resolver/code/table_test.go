package code

import (
	"slices"
	"strings"
	"testing"
)

// Every row of a table has a text in which each of its names is found, and one
// in which the row finds nothing.
func TestTables(t *testing.T) {
	for _, l := range languages() {
		if l.table == nil {
			continue
		}
		for i := range l.table.rows {
			c := &l.table.rows[i]
			t.Run(l.name+"/"+strings.Join(c.names, ","), func(t *testing.T) {
				if c.match == "" || c.miss == "" {
					t.Fatal("the row has no examples")
				}
				found := func(text string) (names []string) {
					for _, s := range scan(&l, "main", []byte(text)).sites {
						if s.row == c {
							names = append(names, s.name)
						}
					}
					return names
				}
				got := found(c.match)
				for _, name := range c.names {
					if !slices.Contains(got, name) {
						t.Errorf("%s is not found in its example:\n%s", name, c.match)
					}
				}
				if got := found(c.miss); len(got) > 0 {
					t.Errorf("%s is found where it must not:\n%s", got, c.miss)
				}
			})
		}
	}
}
