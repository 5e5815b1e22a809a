//go:build !unix

package files

import "os"

// openFlags open a file for reading. That it is the regular file which was
// looked at is checked after opening.
const openFlags = os.O_RDONLY
