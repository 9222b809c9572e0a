package wire

import (
	"errors"

	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

const soapSpace = "http://schemas.xmlsoap.org/soap/envelope/"

// schema is a namespace of payload roots, and the prefix that it is written with.
type schema struct{ prefix, space string }

// forStation is what the node says to a station.
var forStation = schema{"pa", "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"}

// encode appends an envelope with the message root.
func encode(b []byte, in schema, root string, fields func(*codec)) []byte {
	c := &codec{out: b}
	c.put(`<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="`, soapSpace,
		`" xmlns:`, in.prefix, `="`, in.space, `"><soapenv:Body><`, in.prefix, ":", root, ">")
	fields(c)
	c.put("</", in.prefix, ":", root, "></soapenv:Body></soapenv:Envelope>")
	return c.out
}

// decode reads an envelope and hands its payload, whose root is of the schema, to
// message, which reports whether it knows the root.
func decode(body []byte, in schema, message func(c *codec, root string) bool) error {
	c := reading(body, in)
	known := c.envelope(message)
	field, isField := errors.AsType[*FieldError](c.err)
	if c.err == nil && known {
		return nil
	}
	if !isField && c.err != nil {
		return c.err
	}
	for { // the rest must be XML all the same
		kind, err := c.in.Next()
		switch {
		case err != nil:
			return err
		case kind == xmlpull.Instruction:
			return ErrEnvelope
		case kind != xmlpull.EOF:
		case known:
			return field
		default:
			return ErrEnvelope
		}
	}
}

// envelope reads the document; it reports whether it held a message, whose own error
// is in c.err.
func (c *codec) envelope(message func(c *codec, root string) bool) bool {
	starts := func(local string) bool { return c.comes(xmlpull.Start) && c.in.Is(soapSpace, local) }
	if !starts("Envelope") {
		return c.broken()
	}
	c.pass()
	if starts("Header") {
		c.skipElement()
	}
	if !starts("Body") {
		return c.broken()
	}
	c.pass()
	if !c.comes(xmlpull.Start) || string(c.in.Space()) != c.schema.space {
		return c.broken()
	}
	c.checkAttrs("")
	attrs := c.err
	c.err = nil
	root := c.texts.keep(c.in.Local())
	c.pass()
	if !message(c, root) {
		return c.broken()
	}
	if c.err == nil {
		c.err = attrs
	}
	if c.end(); c.err != nil {
		return true
	}
	for range 2 { // Body and Envelope
		if !c.comes(xmlpull.End) {
			return c.broken()
		}
		c.pass()
	}
	if !c.comes(xmlpull.EOF) {
		return c.broken()
	}
	return true
}

// broken says that there is no message, whatever else was wrong with its fields.
func (c *codec) broken() bool {
	if _, isField := errors.AsType[*FieldError](c.err); isField {
		c.err = nil
	}
	return false
}

// skipElement moves past the element that starts.
func (c *codec) skipElement() {
	for depth := 1; depth > 0; {
		kind, err := c.in.Next()
		switch {
		case err != nil:
			c.err = err
			return
		case kind == xmlpull.Instruction:
			c.err = ErrEnvelope
			return
		case kind == xmlpull.Start:
			depth++
		case kind == xmlpull.End:
			depth--
		}
	}
	c.pass()
}
