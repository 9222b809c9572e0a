package saml

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// anomaly is the StatusMessage of the table of error messages, "ErrorCode nr19". Blanks,
// underscores and case differ among providers.
var anomaly = regexp.MustCompile(`(?i)error[\s_]*code[\s_]*nr[\s_.]*0*([0-9]{1,2})\b`)

// status returns nil for success, and the error that the status stands for otherwise. The
// codes below it are misprinted in the rules and written in several ways: what counts is
// the number in the message.
func status(e *etree.Element) error {
	code := one(e, protocolNS, "StatusCode")
	if code == nil {
		return reason("StatusCode missing")
	}
	value := attr(code, "Value")
	if value == statusPrefix+"Success" {
		return nil
	}
	known := false
	for _, top := range []string{"Requester", "Responder", "VersionMismatch"} {
		known = known || value == statusPrefix+top
	}
	if !known {
		return reason("StatusCode unknown")
	}
	if message := one(e, protocolNS, "StatusMessage"); message != nil {
		said, _ := text(message)
		if found := anomaly.FindStringSubmatch(said); found != nil {
			if number, err := strconv.Atoi(found[1]); err == nil && number > 1 {
				return identity.Anomaly(number)
			}
		}
	}
	if below := one(code, protocolNS, "StatusCode"); below != nil && strings.HasSuffix(attr(below, "Value"), ":NoAuthnContext") {
		return pagonline.AsError(identity.ErrAssurance).Because(reason("status without a number"))
	}
	return pagonline.AsError(identity.ErrRejected).Because(reason("status without a number"))
}
