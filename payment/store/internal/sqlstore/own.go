package sqlstore

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// control begins the statements that begin and end transactions, or change how a
// connection works: who shares a unit of work leaves both to the store.
var control = []string{
	"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE",
	"ATTACH", "DETACH", "PRAGMA", "VACUUM", "DISCARD",
}

// Allowed says why a program's own statement cannot be a part of a unit of work. Of
// several with semicolons between, it looks at each.
func Allowed(statement string) error {
	for begins := true; statement != ""; {
		token := piece.FindString(statement)
		statement = statement[len(token):]
		switch {
		case strings.TrimSpace(token) == "" || strings.HasPrefix(token, "--") || strings.HasPrefix(token, "/*"):
		case token == ";":
			begins = true
		case begins && slices.Contains(control, strings.ToUpper(token)):
			return fmt.Errorf("sqlstore: %s is no statement for a unit of work, which Do begins and ends", strings.ToUpper(token))
		default:
			if begins = false; strings.HasSuffix(token, "$") { // PostgreSQL quotes so, up to the same again
				_, statement, _ = strings.Cut(statement, token)
			}
		}
	}
	return nil
}

// piece is a comment, a quoted text, a word, blanks or any other character, as a statement begins.
var piece = regexp.MustCompile(`(?s)^(?:--[^\n]*|/\*.*?(?:\*/|$)|'[^']*'?|"[^"]*"?|\$(?:[A-Za-z_]\w*)?\$|\w+|\s+|.)`)
