package audit

import (
	"path"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// credentialNames are names of files that programs keep credentials in.
// Sources: the manuals of the programs. Not .npmrc and the like, which are mostly
// settings: a token in one is found for itself. Android's debug.keystore is the
// same for everybody.
var credentialNames = map[string]bool{
	".env": true, ".netrc": true, "_netrc": true, ".git-credentials": true, ".pgpass": true, ".my.cnf": true, ".pypirc": true,
	".dockercfg": true, ".htpasswd": true, ".s3cfg": true, ".boto": true, ".passwd-s3fs": true, "rclone.conf": true, "kubeconfig": true,
	"id_rsa": true, "id_dsa": true, "id_ecdsa": true, "id_ed25519": true, "terraform.tfvars": true, "rootkey.csv": true, "rootkeys.csv": true,
	"accesskeys.csv": true, "credentials.csv": true, ".vault-token": true, ".terraformrc": true, "terraform.rc": true,
}

// credentialEnds are ends of such names.
var credentialEnds = [...]string{".tfstate", ".tfstate.backup", ".auto.tfvars", ".p12", ".pfx", ".jks", ".keystore", ".ppk", ".kdbx", "_accesskeys.csv", "_credentials.csv"}

// credentialDirs are directories that hold nothing else.
var credentialDirs = map[string]bool{".aws": true, ".ssh": true, ".gnupg": true}

// name looks at the name of a file.
func (s *sight) name() {
	if s.blob.Place == scanner.Ignored {
		return // it is not published
	}
	name := path.Base(string(s.blob.Data))
	if suspicious(name) {
		s.note(Names, strings.ToValidUTF8(name, "\uFFFD"), 0)
	}
}

// suspicious reports whether a file or directory of this name holds credentials.
func suspicious(name string) bool {
	name = strings.ToLower(name)
	for _, harmless := range []string{"example", "sample", "template", "dist", "schema", "debug.keystore"} {
		if strings.Contains(name, harmless) {
			return false
		}
	}
	if credentialNames[name] || credentialDirs[name] || strings.HasPrefix(name, ".env.") {
		return true
	}
	for _, end := range &credentialEnds {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
