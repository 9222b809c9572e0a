package wire_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// Outcomes of reading a document, beside the path of a bad field.
const (
	good      = "ok"
	noMessage = "no message"
	malformed = "malformed"
)

// outcomeOf says how reading went.
func outcomeOf(err error) string {
	_, isSyntax := errors.AsType[*xmlpull.SyntaxError](err)
	field, isField := errors.AsType[*wire.FieldError](err)
	switch {
	case err == nil:
		return good
	case isSyntax:
		return malformed
	case isField:
		return "field " + field.Path
	case errors.Is(err, wire.ErrEnvelope):
		return noMessage
	default:
		return err.Error()
	}
}

// samples are the public messages of a station, and how each is read. What xmllint says
// otherwise has its reason beside it.
var samples = []struct {
	name string
	read func([]byte) error
	want string
}{
	{"24_mockec_paVerifyPaymentNoticeReq_avv1.xml", request, noMessage}, // the namespace of nodeForPsp
	{"25_mockec_paVerifyPaymentNoticeReq_avv2.xml", request, malformed}, // a prefix that is not bound
	{"26_mockec_paGetPaymentReq_avv1.xml", request, good},
	{"28_paVerifyPaymentNotice_req.xml", request, good},
	{"34_sanp_paVerifyPaymentNoticeReq.xml", request, good},
	{"36_sanp_paGetPaymentReq.xml", request, good},
	{"38_sanp_paGetPaymentV2Request.xml", request, good},
	{"40_sanp_paSendRTReq.xml", request, good},       // "standin": refused by the schema, read here
	{"42_sanp_paSendRTV2Request.xml", request, good}, // the same
	// the SANP's names are read; the sample has a sentence in place of base64
	{"44_sanp_paDemandPaymentNoticeReq.xml", request, "field datiSpecificiServizio"},
	// what PSPs and nodes say to each other is nothing to a station
	{"03_verifyPaymentNotice_req.xml", request, noMessage},
	{"17_demandPaymentNotice_req.xml", request, noMessage},
	{"02_activatePaymentNoticeV2_req.xml", request, noMessage},
	{"06_sendPaymentOutcomeV2_req.xml", request, noMessage},
	{"62_sanp_pspNotifyPaymentReq.xml", request, noMessage},
	{"66_sanp_demandPaymentNoticeReq.xml", request, malformed},

	{"08_paVerifyPaymentNotice_res_OK.xml", response(wire.Verify), good},
	{"09_paVerifyPaymentNotice_res_KO.xml", response(wire.Verify), "field outcome"}, // OK with a fault
	{"10_paGetPayment_res_OK.xml", response(wire.GetPaymentV1), good},
	{"11_paGetPayment_res_KO.xml", response(wire.GetPaymentV1), "field outcome"}, // OK with a fault
	{"12_paGetPaymentV2_res_OK.xml", response(wire.GetPayment), good},
	{"13_paGetPaymentV2_res_MBD.xml", response(wire.GetPayment), good},
	{"15_paSendRT_res_KO.xml", response(wire.SendRTV1), good},
	{"16_paDemandPaymentNotice_res.xml", response(wire.Demand), good},
	{"35_sanp_paVerifyPaymentNoticeRes.xml", response(wire.Verify), good},
	{"37_sanp_paGetPaymentRes.xml", response(wire.GetPaymentV1), good},
	{"39_sanp_paGetPaymentV2Response.xml", response(wire.GetPayment), good},
	{"41_sanp_paSendRTRes.xml", response(wire.SendRTV1), good},
	{"43_sanp_paSendRTV2Response.xml", response(wire.SendRT), good},
	{"45_sanp_paDemandPaymentNoticeRes.xml", response(wire.Demand), malformed}, // a stray quote
	{"87_ko_paVerifyPaymentNotice_res_OK_paymentOptionDescription_Occurrences2.xml", response(wire.Verify), "field paymentList.paymentOptionDescription"},
	{"89_ko_paVerifyPaymentNotice_res_OK_allCCP_3.xml", response(wire.Verify), "field paymentList.paymentOptionDescription.allCCP"},
	{"91_ko_paVerifyPaymentNotice_res_OK_fiscalCodePA_12345jhlk9.xml", response(wire.Verify), "field fiscalCodePA"},
	{"92_ko_paVerifyPaymentNotice_res_OK_paymentList_None.xml", response(wire.Verify), good}, // the schema lets it be absent
	{"94_ko_paGetPayment_res_OK_paymentAmount_000.xml", response(wire.GetPaymentV1), "field data.paymentAmount"},
	{"97_ko_paGetPayment_res_OK_dueDate_None.xml", response(wire.GetPaymentV1), "field data.dueDate"},
	{"98_ko_paGetPayment_res_OK_retentionDate_12282022.xml", response(wire.GetPaymentV1), "field data.retentionDate"},
	{"100_ko_paGetPayment_res_OK_e-mail_provagmailcom.xml", response(wire.GetPaymentV1), "field data.debtor.e-mail"},
	{"102_ko_paGetPayment_res_OK_idTransfer_6.xml", response(wire.GetPaymentV1), "field data.transferList.transfer.idTransfer"},
	{"105_ko_paGetPayment_res_OK_remittanceInformation_testdiprovaper.xml", response(wire.GetPaymentV1), "field data.transferList.transfer.remittanceInformation"},
	{"107_ko_paGetPayment_res_OK_mapEntry_Occurrences16.xml", response(wire.GetPaymentV1), "field data.metadata.mapEntry"},
}

// TestOfficialSamples reads the public messages of a station.
func TestOfficialSamples(t *testing.T) {
	dir := officialtest.Path(t, "samples")
	for _, s := range samples {
		body, err := os.ReadFile(filepath.Join(dir, s.name))
		require.NoError(t, err)
		require.Equal(t, s.want, outcomeOf(s.read(body)), s.name)
	}
	demand, err := os.ReadFile(filepath.Join(dir, "44_sanp_paDemandPaymentNoticeReq.xml"))
	require.NoError(t, err)
	demand = bytes.Replace(demand, []byte("Service-specific data base64 encoded"), []byte("PGRhdGEvPg=="), 1)
	r, err := wire.DecodeRequest(demand)
	require.NoError(t, err, "with data in it, the SANP's names will do")
	require.Equal(t, wire.Demand, r.Operation)
	require.Equal(t, "<data/>", string(r.Data))
}

// TestOtherRequests: a message of another party, or of another time, is no message.
func TestOtherRequests(t *testing.T) {
	dir := officialtest.Path(t, "samples")
	ours := map[string]bool{}
	for _, s := range samples {
		ours[s.name] = true
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		if ours[filepath.Base(file)] {
			continue
		}
		body, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Contains(t, []string{noMessage, malformed}, outcomeOf(request(body)), file)
	}
}
