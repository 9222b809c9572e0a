package wire_test

import (
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/wire"
)

// receiptV2 is a paSendRTV2 as the node writes it, two beneficiaries, everything but a
// stamp in it. Its persons do not exist.
const receiptV2 = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">
  <soapenv:Body>
    <pafn:paSendRTV2Request>
      <idPA>99999000013</idPA>
      <idBrokerPA>99999000013</idBrokerPA>
      <idStation>99999000013_01</idStation>
      <receipt>
        <receiptId>c110729d258c4ab1b765fe902aae41d6</receiptId>
        <noticeNumber>301000000000000144</noticeNumber>
        <fiscalCode>99999000013</fiscalCode>
        <outcome>OK</outcome>
        <creditorReferenceId>01000000000000144</creditorReferenceId>
        <paymentAmount>30.00</paymentAmount>
        <description>prot. 345/2024 - Archivio di prova - Servizio di Fotocopie</description>
        <companyName>Ente creditore di prova</companyName>
        <officeName>Archivio di prova</officeName>
        <debtor>
          <uniqueIdentifier>
            <entityUniqueIdentifierType>F</entityUniqueIdentifierType>
            <entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue>
          </uniqueIdentifier>
          <fullName>Mario Rossi</fullName>
          <streetName>via di prova</streetName>
          <civicNumber>12</civicNumber>
          <postalCode>57100</postalCode>
          <city>Livorno</city>
          <stateProvinceRegion>LI</stateProvinceRegion>
          <country>IT</country>
          <e-mail>mario.rossi@example.org</e-mail>
        </debtor>
        <transferList>
          <transfer>
            <idTransfer>1</idTransfer>
            <transferAmount>20.00</transferAmount>
            <fiscalCodePA>99999000013</fiscalCodePA>
            <companyName>Ente creditore di prova</companyName>
            <IBAN>IT60X0542811101000000123456</IBAN>
            <remittanceInformation>/RFB/01000000000000144/20.00/TXT/prot. 345/2024</remittanceInformation>
            <transferCategory>9/0701100AP/</transferCategory>
            <metadata>
              <mapEntry>
                <key>chiave</key>
                <value>1</value>
              </mapEntry>
            </metadata>
          </transfer>
          <transfer>
            <idTransfer>2</idTransfer>
            <transferAmount>10.00</transferAmount>
            <fiscalCodePA>01234567890</fiscalCodePA>
            <companyName>Altro ente di prova</companyName>
            <IBAN>IT60X0542811101000000123457</IBAN>
            <remittanceInformation>/RFB/01000000000000144/10.00/TXT/prot. 345/2024</remittanceInformation>
            <transferCategory>9/0701100AP/</transferCategory>
          </transfer>
        </transferList>
        <idPSP>ABI00000</idPSP>
        <pspFiscalCode>00000000000</pspFiscalCode>
        <pspPartitaIVA>00000000000</pspPartitaIVA>
        <PSPCompanyName>PSP di prova</PSPCompanyName>
        <idChannel>00000000000_01</idChannel>
        <channelDescription>app</channelDescription>
        <payer>
          <uniqueIdentifier>
            <entityUniqueIdentifierType>F</entityUniqueIdentifierType>
            <entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue>
          </uniqueIdentifier>
          <fullName>Maria Bianchi</fullName>
          <streetName>via di prova</streetName>
          <civicNumber>14</civicNumber>
          <postalCode>57100</postalCode>
          <city>Livorno</city>
          <stateProvinceRegion>LI</stateProvinceRegion>
          <country>IT</country>
          <e-mail>maria.bianchi@example.org</e-mail>
        </payer>
        <paymentMethod>creditCard</paymentMethod>
        <paymentNote>3f0c1c1e-ordine</paymentNote>
        <fee>2.00</fee>
        <primaryCiIncurredFee>0.50</primaryCiIncurredFee>
        <idBundle>1</idBundle>
        <idCiBundle>2</idCiBundle>
        <paymentDateTime>2026-10-01T17:48:22</paymentDateTime>
        <applicationDate>2026-10-01</applicationDate>
        <transferDate>2026-10-02</transferDate>
        <metadata>
          <mapEntry>
            <key>chiave</key>
            <value>1</value>
          </mapEntry>
        </metadata>
        <standIn>false</standIn>
      </receipt>
    </pafn:paSendRTV2Request>
  </soapenv:Body>
</soapenv:Envelope>
`

const question = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">
  <soapenv:Body>
    <pafn:paVerifyPaymentNoticeReq>
      <idPA>99999000013</idPA>
      <idBrokerPA>99999000013</idBrokerPA>
      <idStation>99999000013_01</idStation>
      <qrCode>
        <fiscalCode>99999000013</fiscalCode>
        <noticeNumber>301000000000000144</noticeNumber>
      </qrCode>
    </pafn:paVerifyPaymentNoticeReq>
  </soapenv:Body>
</soapenv:Envelope>
`

func benchmarkDecode(b *testing.B, message string) {
	body := []byte(message)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.DecodeRequest(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeWire reads, checks and keeps a paSendRTV2.
func BenchmarkDecodeWire(b *testing.B) { benchmarkDecode(b, receiptV2) }

func BenchmarkDecodeVerify(b *testing.B) { benchmarkDecode(b, question) }

// BenchmarkDecodeEncodingXML reads the message of [BenchmarkDecodeWire] with the
// standard library into structs; nothing is checked.
func BenchmarkDecodeEncodingXML(b *testing.B) {
	body := []byte(receiptV2)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var e plainEnvelope
		if err := xml.Unmarshal(body, &e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeWire(b *testing.B) {
	r, err := wire.DecodeRequest([]byte(receiptV2))
	require.NoError(b, err)
	b.ReportAllocs()
	var out []byte
	for b.Loop() {
		out = r.Append(out[:0])
	}
	b.SetBytes(int64(len(out)))
}

// The message as the standard library would have it.
type (
	plainEnvelope struct {
		XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
		Message struct {
			PA      string       `xml:"idPA"`
			Broker  string       `xml:"idBrokerPA"`
			Station string       `xml:"idStation"`
			Receipt plainReceipt `xml:"receipt"`
		} `xml:"Body>paSendRTV2Request"`
	}
	plainReceipt struct {
		ReceiptID          string          `xml:"receiptId"`
		NoticeNumber       string          `xml:"noticeNumber"`
		FiscalCode         string          `xml:"fiscalCode"`
		Outcome            string          `xml:"outcome"`
		IUV                string          `xml:"creditorReferenceId"`
		Amount             string          `xml:"paymentAmount"`
		Description        string          `xml:"description"`
		Company            string          `xml:"companyName"`
		Office             string          `xml:"officeName"`
		Debtor             plainSubject    `xml:"debtor"`
		Transfers          []plainTransfer `xml:"transferList>transfer"`
		PSP                string          `xml:"idPSP"`
		PSPFiscalCode      string          `xml:"pspFiscalCode"`
		PSPVAT             string          `xml:"pspPartitaIVA"`
		PSPCompany         string          `xml:"PSPCompanyName"`
		Channel            string          `xml:"idChannel"`
		ChannelDescription string          `xml:"channelDescription"`
		Payer              *plainSubject   `xml:"payer"`
		Method             string          `xml:"paymentMethod"`
		Note               string          `xml:"paymentNote"`
		Fee                string          `xml:"fee"`
		CreditorFee        string          `xml:"primaryCiIncurredFee"`
		Bundle             string          `xml:"idBundle"`
		CreditorBundle     string          `xml:"idCiBundle"`
		PaidAt             string          `xml:"paymentDateTime"`
		AppliedOn          string          `xml:"applicationDate"`
		TransferOn         string          `xml:"transferDate"`
		Metadata           []plainEntry    `xml:"metadata>mapEntry"`
		StandIn            bool            `xml:"standIn"`
	}
	plainSubject struct {
		Kind       string `xml:"uniqueIdentifier>entityUniqueIdentifierType"`
		Code       string `xml:"uniqueIdentifier>entityUniqueIdentifierValue"`
		Name       string `xml:"fullName"`
		Street     string `xml:"streetName"`
		Civic      string `xml:"civicNumber"`
		PostalCode string `xml:"postalCode"`
		City       string `xml:"city"`
		Province   string `xml:"stateProvinceRegion"`
		Country    string `xml:"country"`
		Email      string `xml:"e-mail"`
	}
	plainTransfer struct {
		ID         int          `xml:"idTransfer"`
		Amount     string       `xml:"transferAmount"`
		Creditor   string       `xml:"fiscalCodePA"`
		Company    string       `xml:"companyName"`
		IBAN       string       `xml:"IBAN"`
		Stamp      string       `xml:"MBDAttachment"`
		Remittance string       `xml:"remittanceInformation"`
		Category   string       `xml:"transferCategory"`
		Metadata   []plainEntry `xml:"metadata>mapEntry"`
	}
	plainEntry struct {
		Key   string `xml:"key"`
		Value string `xml:"value"`
	}
)
