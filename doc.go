// Package pagonline lets an archive, a library or a museum be paid through pagoPA.
package pagonline
