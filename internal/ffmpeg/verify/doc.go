// Package verify decodes a finished file whole, a master or one that was made elsewhere,
// and says what it is and what is wrong with it.
package verify
