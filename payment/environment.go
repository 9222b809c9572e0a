package payment

// Environment tells trials from real money. A database belongs to one and refuses the
// others.
type Environment string

// The environments.
const (
	Sandbox    Environment = "sandbox"    // the sandbox of this module; nothing is real
	UAT        Environment = "uat"        // pagoPA's own test environment
	Production Environment = "production" // real money
)
