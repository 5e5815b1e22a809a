package awskey

import "strings"

// exampleMark is the word that AWS writes into every key it documents. Sixteen
// random characters hold it once in three thousand million.
const exampleMark = "EXAMPLE"

// Example reports whether the id is one of AWS's documentation rather than one
// that AWS issued, such as the …IOSFODNN7EXAMPLE of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
func (id ID) Example() bool { return strings.Contains(id.text, exampleMark) }
