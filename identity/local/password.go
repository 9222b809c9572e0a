package local

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/pagonline/pagonline"
)

// The bounds of a password in characters: NIST SP 800-63B-4 section 3.1.1.2 wants 15 at
// least where nothing else is asked for, and no rules on what they are.
const (
	minPassword = 15
	maxPassword = 1024
)

// normal returns the password in Unicode normal form C, so that it is the same from all
// keyboards. False for what can be none: argon2id shall not see it.
func normal(password string) (string, bool) {
	if len(password) > maxPassword*utf8.UTFMax || !utf8.ValidString(password) {
		return "", false
	}
	password = norm.NFC.String(password)
	return password, utf8.RuneCountInString(password) <= maxPassword
}

// accept returns the new password in normal form.
func (a *Accounts) accept(ctx context.Context, password, address string) (string, error) {
	password, ok := normal(password)
	switch {
	case !ok, utf8.RuneCountInString(password) < minPassword,
		common(password),
		address != "" && strings.Contains(strings.ToLower(password), address),
		a.cfg.Blocked != nil && a.cfg.Blocked(ctx, password):
		return "", pagonline.NewError(pagonline.CodePassword,
			pagonline.Same(strconv.Itoa(minPassword)), pagonline.Same(strconv.Itoa(maxPassword))).At("password")
	}
	return password, nil
}
