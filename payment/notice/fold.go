package notice

import (
	"strings"
	"unicode"
)

// folds lists, for each ASCII form, the capital letters and the signs that become it.
var folds = strings.Fields(`
	A ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ AE ÆǢǼ B ḂḄḆ C ÇĆĈĊČḈ D ÐĎĐḊḌḎḐḒ E ÈÉÊËĒĔĖĘĚƏȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ F Ḟ G ĜĞĠĢǦǴḠ
	H ĤĦȞḢḤḦḨḪ I ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ IJ Ĳ J Ĵ K ĶǨḰḲḴ L ĹĻĽĿŁḶḸḺḼ M ḾṀṂ N ÑŃŅŇŊǸṄṆṈṊ
	O ÒÓÔÕÖØŌŎŐƠǑǪǬǾȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ OE Œ P ṔṖ R ŔŖŘȐȒṘṚṜṞ S ŚŜŞŠȘṠṢṤṦṨ SS ßẞ T ŢŤŦȚṪṬṮṰ TH Þ
	U ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ V ṼṾ W ŴẀẂẄẆẈ X ẊẌ Y ÝŶŸȲẎỲỴỶỸ Z ŹŻŽẐẒẔ
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
