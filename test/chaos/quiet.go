package chaos

import (
	"io"
	"log"
)

// quiet logs nothing: connections that end in the middle are what is wanted.
var quiet = log.New(io.Discard, "", 0)
