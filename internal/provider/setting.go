package provider

import "time"

// Setting is a key of an instance's config that one adapter reads beside those that
// all do. It is declared with the adapter (its func Settings), and nowhere else.
type Setting struct {
	Key   string   // lower case with underscores
	About string   // one line, for people
	Words []string // the values it takes; none: any text
	// Env says that it names an environment variable with a secret. Its key ends in
	// _env.
	Env bool
	// With is a setting that it is nothing without.
	With string
}

// Habits are what an instance of an adapter is like where its config says nothing.
// Zero: what a vendor that costs money is best asked like.
type Habits struct {
	// Own says that it runs on a machine of the studio's: a job made twice costs
	// minutes, a question that nobody answers costs the night. So it is asked often,
	// submitted to without a limit, and a submit without an answer is repeated.
	Own bool
	// Here says that it runs on this machine. Its slots are by cores; what it was not
	// asked for, it does not have.
	Here bool
	// PollEvery and Deadline overrule; 0: do not.
	PollEvery, Deadline time.Duration
}
