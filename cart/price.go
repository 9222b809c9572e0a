package cart

import (
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/euro"
)

// ParsePrice reads an amount as people write it, under the institute's policy: digits,
// then perhaps the policy's decimal sign and one or two digits. "€" or "EUR" may
// stand before or after, once. The lenient policy takes dot and comma, and grouped
// thousands where both signs stand ("1.234,56", "1,234.56").
//
// One sign followed by exactly three digits ("1.234") is ambiguous under every
// policy: [pagonline.CodeAmountAmbiguous]. What has no such form has
// [pagonline.CodeAmountFormat]; zero, and more than nine digits before the sign, have
// [pagonline.CodeAmountRange]. The texts name the policy's own sign and suggest the
// right form.
func ParsePrice(s string, policy catalog.AmountPolicy) (euro.Amount, error) {
	number := bare(s)
	if whole, three, ok := ambiguous(number); ok {
		one, other := strings.TrimLeft(whole, "0")+three+".00", whole+"."+three[:2]
		if !inRange(one) || !inRange(other) {
			one, other = "1234.00", "1.23"
		}
		return euro.Amount{}, pagonline.NewError(pagonline.CodeAmountAmbiguous, pagonline.Same(number),
			pagonline.Same(written(one, policy)), pagonline.Same(written(other, policy)))
	}
	whole, cents, ok := split(number, policy)
	if !ok {
		return euro.Amount{}, badFormat(number, policy)
	}
	wire := whole + "." + cents
	if !inRange(wire) {
		return euro.Amount{}, pagonline.NewError(pagonline.CodeAmountRange)
	}
	return euro.Parse(wire)
}

// inRange reports whether a wire form has at most nine digits before the dot and is
// not zero.
func inRange(wire string) bool { return len(wire) <= 9+3 && strings.Trim(wire, "0.") != "" }

// bare trims s and drops the sign of the currency.
func bare(s string) string {
	if len(s) > 1024 { // nobody writes an amount like that
		return ""
	}
	s = strings.TrimSpace(s)
	for _, sign := range []string{"€", "EUR"} {
		if n := len(sign); len(s) >= n && strings.EqualFold(s[:n], sign) {
			return strings.TrimSpace(s[n:])
		}
		if n := len(s) - len(sign); n >= 0 && strings.EqualFold(s[n:], sign) {
			return strings.TrimSpace(s[:n])
		}
	}
	return s
}

// ambiguous recognises one sign followed by exactly three digits.
func ambiguous(s string) (whole, three string, ok bool) {
	i := strings.IndexAny(s, ".,")
	if i < 1 {
		return "", "", false
	}
	whole, three = s[:i], s[i+1:]
	return whole, three, len(three) == 3 && digits(whole) && digits(three)
}

// split reads a number that is not ambiguous; cents has two digits.
func split(s string, policy catalog.AmountPolicy) (whole, cents string, ok bool) {
	sign := policySign(policy)
	if sign == "" { // lenient: the last sign is the decimal one
		if i := strings.LastIndexAny(s, ".,"); i >= 0 {
			sign = s[i : i+1]
			if s, ok = ungroup(s, i); !ok {
				return "", "", false
			}
		}
	}
	whole, decimals := s, "00"
	if sign != "" {
		if before, after, found := strings.Cut(s, sign); found {
			whole, decimals = before, after
		}
	}
	if len(decimals) == 1 {
		decimals += "0"
	}
	return whole, decimals, digits(whole) && digits(decimals) && len(decimals) == 2
}

// ungroup takes the other sign out of the thousands, if they are grouped by it.
func ungroup(s string, decimalSign int) (string, bool) {
	other := "."
	if s[decimalSign] == '.' {
		other = ","
	}
	groups := strings.Split(s[:decimalSign], other)
	if len(groups) == 1 {
		return s, true
	}
	if groups[0] != "" && groups[0][0] == '0' { // no thousands of nothing
		return "", false
	}
	for i, group := range groups {
		if len(group) > 3 || len(group) == 0 || i > 0 && len(group) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, "") + s[decimalSign:], true
}

// badFormat names the policy's sign, and the right form of s if one can be read.
func badFormat(s string, policy catalog.AmountPolicy) error {
	words := map[string]pagonline.Text{
		".": {It: "il punto", En: "a dot"},
		",": {It: "la virgola", En: "a comma"},
		"":  {It: "il punto o la virgola", En: "a dot or a comma"},
	}
	example := "12.50"
	repaired := strings.Join(strings.Fields(s), "")
	if strings.HasPrefix(repaired, ".") || strings.HasPrefix(repaired, ",") {
		repaired = "0" + repaired
	}
	repaired = strings.TrimRight(repaired, ".,")
	if _, _, unclear := ambiguous(repaired); !unclear {
		if whole, cents, ok := split(repaired, catalog.Lenient); ok && inRange(whole+"."+cents) {
			example = whole + "." + cents
		}
	}
	return pagonline.NewError(pagonline.CodeAmountFormat,
		words[policySign(policy)], pagonline.Same(written(example, policy)))
}

// policySign returns the decimal sign of a policy, "" if it takes both.
func policySign(policy catalog.AmountPolicy) string {
	switch policy {
	case catalog.DotOnly:
		return "."
	case catalog.CommaOnly:
		return ","
	default:
		return ""
	}
}

// written writes a wire form with the policy's sign.
func written(wire string, policy catalog.AmountPolicy) string {
	if policy == catalog.CommaOnly {
		return strings.Replace(wire, ".", ",", 1)
	}
	return wire
}

// digits reports whether s is one or more ASCII digits.
func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
