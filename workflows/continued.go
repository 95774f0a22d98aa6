package workflows

// Continued is what an episode run carries over continue-as-new.
type Continued struct{}
