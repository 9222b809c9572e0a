package causale

import "log/slog"

// What people wrote may name people: none of it reaches a log.

// LogValue gives the log the length.
func (d Detail) LogValue() slog.Value { return slog.IntValue(d.Len()) }

// LogValue gives the log protocol and institute.
func (p Parts) LogValue() slog.Value {
	return slog.GroupValue(slog.String("protocol", p.Protocol.String()), slog.String("institute", p.Institute))
}

// LogValue gives the log the IUV: a reason that a bank sent may say anything.
func (r Remittance) LogValue() slog.Value { return slog.StringValue(r.iuv.String()) }

// LogValue gives the log what the text refers to, and not the text.
func (r Reading) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", string(r.Kind)), slog.String("confidence", string(r.Confidence)),
		slog.String("iuv", r.IUV.String()), slog.String("flow", r.Flow))
}
