package notice

import (
	"strings"
	"unicode"
)

// folds lists, for each ASCII form, the capital letters and the signs that become it.
var folds = strings.Fields(`
	A ÀÁÂÃÄÅĀĂĄǍ AE Æ B Ḃ C ÇĆĈĊČ D ĎĐḊÐ E ÈÉÊËĒĔĖĘĚ F Ḟ G ĜĞĠĢǦ H ĤĦ I ÌÍÎÏĨĪĬĮİIǏ
	IJ Ĳ J Ĵ K ĶǨ L ĹĻĽĿŁ M Ṁ N ÑŃŅŇŊ O ÒÓÔÕÖŌŎŐǑØ OE Œ P Ṗ R ŔŖŘ S ŚŜŞŠȘṠ SS ẞß
	T ŢŤŦȚṪ TH Þ U ÙÚÛÜŨŪŬŮŰŲǓ W ŴẀẂẄ Y ÝŶŸỲ Z ŹŻŽ
	' ’‘‛ʼ´` + "`" + ` " “”„«» - –—‐‑−― . … O º A ª`)

// fold writes s in ASCII capitals: letters lose their accents, signs get their plain
// form, and what has neither becomes a blank.
func fold(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch {
		case r >= ' ' && r <= '~':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // an accent apart from its letter
		default:
			b.WriteString(plain(r))
		}
	}
	return b.String()
}

func plain(r rune) string {
	for i := 1; i < len(folds); i += 2 {
		if strings.ContainsRune(folds[i], r) {
			return folds[i-1]
		}
	}
	return " "
}
