package causale

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// The bounds of a reason in chunks.
const (
	maxChunks = 6
	maxChunk  = 35
)

// JoinChunks joins a reason that an old RPT holds in 1 to 6 chunks of at most 35
// characters (spezzoneCausaleVersamento, or causaleSpezzone with its own amount). The
// whole may be longer than [MaxLength]; [Read] takes it. Its error has
// [pagonline.CodeInputSyntax] or [pagonline.CodeTextTooLong].
func JoinChunks(chunks ...string) (string, error) {
	if len(chunks) == 0 || len(chunks) > maxChunks {
		n := strconv.Itoa(len(chunks))
		return "", pagonline.NewError(pagonline.CodeInputSyntax,
			pagonline.Text{It: "da 1 a 6 spezzoni, non " + n, En: "1 to 6 chunks, not " + n})
	}
	for _, chunk := range chunks {
		if n := utf8.RuneCountInString(chunk); n > maxChunk {
			return "", textTooLong(n, maxChunk)
		}
	}
	return strings.Join(chunks, ""), nil
}
