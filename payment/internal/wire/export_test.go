package wire

// IsEmail is for the tests.
var IsEmail = isEmail
