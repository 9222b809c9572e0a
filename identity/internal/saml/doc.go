// Package saml is the SAML 2.0 of a service provider of SPID, CIE and the Italian eIDAS
// node: what it sends and what it believes.
//
// # What comes in
//
// [ReadIdPs] reads the metadata of identity providers, whose keys are the only ones that
// count; [VerifyMetadata] checks who published them. [ReadResponse] reads the answer to a
// sign-in and [ReadLogout] what comes to the logout address. They take untrusted bytes
// and go through them in this order: length, strict base64, no markup about which two
// readers might disagree, structure, signature, to whom and in answer to what, times,
// meaning. Only what a signature was verified over is read: the canonical bytes are
// parsed again.
//
// Errors wrap those of package identity. Their detail is a fixed text that says what is
// wrong; nothing of a message is ever in it.
package saml
