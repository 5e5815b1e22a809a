package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = "../../docs/schema/which.schema.json"

// Every document is valid, and the schema describes every field of it: for this
// test objects may hold nothing else.
func TestSchema(t *testing.T) {
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	asPublished := compile(t, "published.json", raw)
	closeObjects(raw)
	closed := compile(t, "closed.json", raw)
	for _, g := range goldens(t) {
		_, doc := g.write(t)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*jsonschema.Schema{asPublished, closed} {
			if err := s.Validate(value); err != nil {
				t.Errorf("%s: %v", g.name, err)
			}
		}
	}
}

// The schema does refuse documents.
func TestSchemaRefuses(t *testing.T) {
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatal(err)
	}
	s := compile(t, "schema.json", raw)
	_, doc := goldens(t)[0].write(t)
	for _, change := range [][2]string{
		{`"version": 1`, `"version": 2`},
		{`"outcome": "`, `"outcome": "un`},
		{`"status": "`, `"status": "un`},
		{`"depth":`, `"deep":`},
	} {
		broken := strings.Replace(doc, change[0], change[1], 1)
		if broken == doc {
			t.Fatalf("the document has no %q", change[0])
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(broken))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(value) == nil {
			t.Errorf("%s instead of %s is valid", change[1], change[0])
		}
	}
}

func compile(t *testing.T, name string, raw any) *jsonschema.Schema {
	t.Helper()
	data, err := json.Marshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, value); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// closeObjects forbids fields that the schema does not describe.
func closeObjects(node any) {
	switch node := node.(type) {
	case map[string]any:
		if _, ok := node["properties"]; ok {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			closeObjects(child)
		}
	case []any:
		for _, child := range node {
			closeObjects(child)
		}
	}
}
