package remote

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// XML-RPC, as far as wikis use it: http://xmlrpc.com/spec.md

// maxNesting is how deep the values of an answer may be nested.
const maxNesting = 16

// errRPC is the error for what is no answer of XML-RPC.
var errRPC = errors.New("the answer is no XML-RPC")

// A value is one value of an answer: a string, an int64, a bool, a time.Time, a
// []byte, a []value or a map[string]value.
type value any

// A fault is an error that the other side names.
type fault struct {
	code   int64
	reason string
}

// Error names the code; what the other side says is not repeated.
func (f *fault) Error() string { return fmt.Sprintf("the wiki answers with the fault %d", f.code) }

// methodCall writes a call. Parameters are strings, ints and structs of ints.
func methodCall(method string, parameters []any) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0"?><methodCall><methodName>` + method + "</methodName><params>")
	for _, p := range parameters {
		b.WriteString("<param>")
		writeValue(&b, p)
		b.WriteString("</param>")
	}
	b.WriteString("</params></methodCall>")
	return b.Bytes()
}

func writeValue(b *bytes.Buffer, v any) {
	b.WriteString("<value>")
	switch v := v.(type) {
	case string:
		b.WriteString("<string>")
		xml.EscapeText(b, []byte(v)) // a Buffer takes everything
		b.WriteString("</string>")
	case int64:
		fmt.Fprintf(b, "<int>%d</int>", v)
	case map[string]int64:
		b.WriteString("<struct>")
		for name, n := range v {
			b.WriteString("<member><name>" + name + "</name>")
			writeValue(b, n)
			b.WriteString("</member>")
		}
		b.WriteString("</struct>")
	}
	b.WriteString("</value>")
}

// methodResponse reads the answer to a call. The error is a *fault if the other
// side says so.
func methodResponse(data []byte) (value, error) {
	d := &responseDecoder{xml.NewDecoder(bytes.NewReader(data))}
	if err := d.begin("methodResponse"); err != nil {
		return nil, err
	}
	name, err := d.element()
	if err != nil {
		return nil, err
	}
	switch name {
	case "params":
		if err := d.begin("param"); err != nil {
			return nil, err
		}
		if err := d.begin("value"); err != nil {
			return nil, err
		}
		return d.value(0)
	case "fault":
		if err := d.begin("value"); err != nil {
			return nil, err
		}
		v, err := d.value(0)
		if err != nil {
			return nil, err
		}
		m, _ := v.(map[string]value)
		code, _ := m["faultCode"].(int64)
		reason, _ := m["faultString"].(string)
		return nil, &fault{code, reason}
	}
	return nil, errRPC
}

type responseDecoder struct{ *xml.Decoder }

// token returns the next token that is no comment and no instruction.
func (d *responseDecoder) token() (xml.Token, error) {
	for {
		t, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errRPC, err)
		}
		switch t.(type) {
		case xml.Comment, xml.ProcInst:
			continue
		case xml.Directive:
			return nil, errRPC // no document type, hence no entities
		}
		return t, nil
	}
}

// element returns the name of the element that begins next, or "" if the one
// around it ends.
func (d *responseDecoder) element() (string, error) {
	for {
		t, err := d.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return t.Name.Local, nil
		case xml.EndElement:
			return "", nil
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return "", errRPC
			}
		}
	}
}

func (d *responseDecoder) begin(want string) error {
	name, err := d.element()
	if err == nil && name != want {
		err = errRPC
	}
	return err
}

// end reads the end of the element at hand.
func (d *responseDecoder) end() error { return d.begin("") }

// value reads what stands in an element "value", to its end. Without a type it is
// a string.
func (d *responseDecoder) value(depth int) (value, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("%w: nested too deep", errRPC)
	}
	var text []byte
	for {
		t, err := d.token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.CharData:
			text = append(text, t...)
		case xml.EndElement:
			return string(text), nil
		case xml.StartElement:
			if len(bytes.TrimSpace(text)) > 0 {
				return nil, errRPC
			}
			v, err := d.typed(t.Name.Local, depth)
			if err != nil {
				return nil, err
			}
			return v, d.end()
		}
	}
}

// typed reads a value of a type, to the end of its element.
func (d *responseDecoder) typed(kind string, depth int) (value, error) {
	switch kind {
	case "array":
		return d.array(depth)
	case "struct":
		return d.members(depth)
	case "nil":
		return nil, d.end()
	}
	text, err := d.text()
	if err != nil {
		return nil, err
	}
	var v value
	switch trimmed := strings.TrimSpace(text); kind {
	case "string":
		return text, nil
	case "int", "i4", "i8":
		v, err = strconv.ParseInt(trimmed, 10, 64)
	case "boolean":
		v, err = strconv.ParseBool(trimmed)
	case "double":
		v, err = strconv.ParseFloat(trimmed, 64)
	case "dateTime.iso8601":
		v, err = parseDate(trimmed)
	case "base64":
		v, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(trimmed), ""))
	default:
		err = errors.New("unknown type")
	}
	if err != nil {
		return nil, fmt.Errorf("%w: a value of type %s", errRPC, short(kind))
	}
	return v, nil
}

// parseDate reads a date in one of the forms that are in use.
func parseDate(s string) (value, error) {
	for _, form := range []string{time.RFC3339, "20060102T15:04:05", "2006-01-02T15:04:05Z0700", "20060102T15:04:05Z0700"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return nil, errRPC
}

// text reads what stands in an element without others in it.
func (d *responseDecoder) text() (string, error) {
	var text []byte
	for {
		t, err := d.token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			text = append(text, t...)
		case xml.EndElement:
			return string(text), nil
		default:
			return "", errRPC
		}
	}
}

func (d *responseDecoder) array(depth int) (value, error) {
	list := []value{}
	if err := d.begin("data"); err != nil {
		return nil, err
	}
	for {
		switch name, err := d.element(); {
		case err != nil:
			return nil, err
		case name == "":
			return list, d.end()
		case name != "value":
			return nil, errRPC
		}
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

func (d *responseDecoder) members(depth int) (value, error) {
	members := map[string]value{}
	for {
		switch name, err := d.element(); {
		case err != nil:
			return nil, err
		case name == "":
			return members, nil
		case name != "member":
			return nil, errRPC
		}
		if err := d.begin("name"); err != nil {
			return nil, err
		}
		name, err := d.text()
		if err != nil {
			return nil, err
		}
		if err := d.begin("value"); err != nil {
			return nil, err
		}
		if members[name], err = d.value(depth + 1); err != nil {
			return nil, err
		}
		if err := d.end(); err != nil {
			return nil, err
		}
	}
}

// call calls a method of the wiki.
func (w *walk) call(method string, parameters ...any) (value, error) {
	a, err := w.client.ask(w.ctx, question{method: http.MethodPost, url: w.client.base, kind: "text/xml", body: methodCall(method, parameters), limit: maxFile / 3 * 4})
	var p *problem
	if errors.As(err, &p) && p.code == "401" { // of one call: others may be for everybody
		return nil, &problem{why: p.why, fix: p.fix, code: p.code}
	}
	if err != nil {
		return nil, err
	}
	if a.over {
		return nil, &problem{why: fmt.Sprintf("an answer is over the limit of %d MiB", maxFile>>20)}
	}
	v, err := methodResponse(a.body)
	var f *fault
	switch {
	case errors.As(err, &f):
		return nil, faultProblem(f)
	case err != nil:
		return nil, &problem{why: err.Error(), fix: "is the URL that of xmlrpc.php, and is remote access on in the wiki's configuration?", all: true}
	}
	// DokuWiki 2022-07-31 hands back its own exceptions, which come as a struct of
	// nothing (inc/Remote/XmlRpcServer.php, call).
	if m, ok := v.(map[string]value); ok && len(m) == 0 {
		return nil, &problem{why: "the wiki answers with an error that it does not name", code: unnamed}
	}
	return v, nil
}

// unnamed is the code of an error of which nothing is known.
const unnamed = "unnamed"
