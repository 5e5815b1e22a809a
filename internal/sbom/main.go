// Command sbom writes the software bill of materials of a built program: every
// module that is linked into it, as the program itself tells (debug/buildinfo),
// in SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/).
//
//	go run ./internal/sbom bin/awscred > bin/awscred.spdx.json
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom PROGRAM")
		os.Exit(2)
	}
	if err := write(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(2)
	}
}

// A document is what SPDX calls one.
type document struct {
	Version     string     `json:"spdxVersion"`
	License     string     `json:"dataLicense"`
	ID          string     `json:"SPDXID"`
	Name        string     `json:"name"`
	Namespace   string     `json:"documentNamespace"`
	Creation    creation   `json:"creationInfo"`
	Packages    []item     `json:"packages"`
	Relations   []relation `json:"relationships"`
	Description []string   `json:"documentDescribes"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

// An item is a package in the words of SPDX, a module in those of Go.
type item struct {
	Name      string     `json:"name"`
	ID        string     `json:"SPDXID"`
	Version   string     `json:"versionInfo,omitempty"`
	Download  string     `json:"downloadLocation"`
	Analyzed  bool       `json:"filesAnalyzed"`
	Checksums []checksum `json:"checksums,omitempty"`
	Comment   string     `json:"comment,omitempty"`
	Refs      []external `json:"externalRefs,omitempty"`
}

type checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type external struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type relation struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

// write writes the bill of the program at a path. The same program gives the
// same bill but for the time, which is SOURCE_DATE_EPOCH, else that of the file.
func write(w io.Writer, path string) error {
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the modules of %q: %w", path, err)
	}
	sum, err := digest(path)
	if err != nil {
		return err
	}
	created, err := moment(path)
	if err != nil {
		return err
	}
	const root = "SPDXRef-program"
	doc := document{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: filepath.Base(path),
		Namespace: "https://github.com/awscred/awscred/spdx/" + sum, Creation: creation{created, []string{"Tool: awscred-sbom"}},
		Description: []string{root},
		Packages: []item{{Name: info.Main.Path, ID: root, Version: info.Main.Version, Download: "NOASSERTION",
			Checksums: []checksum{{"SHA256", sum}}, Comment: "built with " + info.GoVersion, Refs: purl(info.Main.Path, info.Main.Version)}},
		Relations: []relation{{"SPDXRef-DOCUMENT", "DESCRIBES", root}},
	}
	modules := append([]*debug.Module{{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")}}, info.Deps...)
	for i, m := range modules {
		if m.Replace != nil {
			m = m.Replace
		}
		id := fmt.Sprintf("SPDXRef-module-%d", i)
		doc.Packages = append(doc.Packages, moduleItem(m, id))
		doc.Relations = append(doc.Relations, relation{root, "DEPENDS_ON", id})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func moduleItem(m *debug.Module, id string) item {
	it := item{Name: m.Path, ID: id, Version: m.Version, Download: "NOASSERTION", Refs: purl(m.Path, m.Version)}
	// The checksum of go.sum is one of a list of files, so it stands as a comment
	// and as the hexadecimal digits that it consists of.
	if raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err == nil && len(raw) == sha256.Size {
		it.Checksums = []checksum{{"SHA256", hex.EncodeToString(raw)}}
		it.Comment = "checksum " + m.Sum + " of go.sum (golang.org/x/mod/sumdb/dirhash)"
	}
	return it
}

// purl is a package URL; https://github.com/package-url/purl-spec.
func purl(path, version string) []external {
	locator := "pkg:golang/" + path
	if version != "" && version != "(devel)" {
		locator += "@" + version
	}
	return []external{{"PACKAGE-MANAGER", "purl", locator}}
}

func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading %q: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func moment(path string) (string, error) {
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		var seconds int64
		if _, err := fmt.Sscan(epoch, &seconds); err != nil {
			return "", fmt.Errorf("reading SOURCE_DATE_EPOCH: %w", err)
		}
		return time.Unix(seconds, 0).UTC().Format(time.RFC3339), nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return info.ModTime().UTC().Format(time.RFC3339), nil
}
