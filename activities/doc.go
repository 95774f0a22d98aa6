// Package activities holds the steps that touch the world: plan, generate,
// conform, speak, assemble, deliver. A step is thin: it unpacks its input, calls
// plain packages and records what came of it. Every step may be repeated at any
// moment with the same effect as once; where money is involved the ledger makes
// sure of it. Nothing here decides what comes next: that is workflows.
package activities
