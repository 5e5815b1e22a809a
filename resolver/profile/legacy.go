package profile

import (
	"bytes"

	"github.com/awscred/awscred/internal/redact"
)

// CredentialFile reads the file that AWS_CREDENTIAL_FILE names, of the first
// command line tools for EC2: the keys AWSAccessKeyId and AWSSecretKey, one a
// line. Only botocore reads it (botocore@1.43.11/utils.py:869). Its errors are
// those of [Parse].
func CredentialFile(name string, data []byte) (*Section, error) {
	if len(data) > MaxSize {
		return nil, &SizeError{name, len(data)}
	}
	p := newParser(name, CredentialsFile, Botocore())
	data, err := p.decode(data)
	if err != nil {
		return nil, err
	}
	s := &Section{File: name}
	for line := 1; len(data) > 0; line++ {
		var text []byte
		text, data = Universal.cut(data)
		key, value, ok := bytes.Cut(text, []byte("="))
		if key = p.d.trim(key); !ok || len(key) > maxKeyName {
			continue
		}
		v := Property{Name: string(key), File: name, Line: line}
		if v.IsSecret() {
			v.Secret = redact.New(p.d.trim(value))
		} else {
			v.Text = string(p.d.trim(value))
		}
		s.set(v)
	}
	return s, nil
}

// BotoConfig reads the configuration of boto 2 (BOTO_CONFIG, /etc/boto.cfg,
// ~/.boto) and returns its section [Credentials], or nil if there is none. Only
// botocore reads it (botocore@1.43.11/credentials.py:1506). Its errors are those
// of [Parse].
func BotoConfig(name string, data []byte) (*Section, error) {
	f, err := Parse(name, CredentialsFile, data, Botocore())
	return f.Profile("Credentials"), err
}
