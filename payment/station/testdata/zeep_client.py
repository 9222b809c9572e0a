"""Calls a station with a client that zeep makes from the official WSDL.

Usage: zeep_client.py WSDL ADDRESS CREDITOR BROKER STATION NOTICE
Prints one JSON object: operation -> [outcome, fault code, amount].
"""

import datetime
import decimal
import json
import sys

import zeep

wsdl, address, creditor, broker, station, notice = sys.argv[1:]
client = zeep.Client(wsdl)
service = client.create_service("{http://pagopa-api.pagopa.gov.it/paForNode}paForNodeBinding", address)
head = {"idPA": creditor, "idBrokerPA": broker, "idStation": station}
qr = {"fiscalCode": creditor, "noticeNumber": notice}
said = {}


def note(name, answer, amount=None):
    said[name] = [answer.outcome, answer.fault.faultCode if answer.fault else None, str(amount) if amount else None]


verified = service.paVerifyPaymentNotice(**head, qrCode=qr)
note("verify", verified, verified.paymentList.paymentOptionDescription.amount)
got = service.paGetPayment(**head, qrCode=qr)
note("getPaymentV1", got, got.data.paymentAmount)
got = service.paGetPaymentV2(**head, qrCode=qr, amount=decimal.Decimal("12.50"), dueDate=datetime.date(2026, 12, 23))
note("getPayment", got, got.data.paymentAmount)
note("wrongStation", service.paVerifyPaymentNotice(**{**head, "idStation": "x"}, qrCode=qr))
note("probe", service.paVerifyPaymentNotice(**head, qrCode={**qr, "noticeNumber": "0" * 18}))
demanded = service.paDemandPaymentNotice(
    **head, idServizio="00001", idSoggettoServizio="00002", datiSpecificiServizioRequest=b"x"
)
note("demand", demanded, demanded.paymentList.paymentOptionDescription.amount)

receipt = {
    "receiptId": "c110729d258c4ab1b765fe902aae41d6",
    "noticeNumber": notice,
    "fiscalCode": creditor,
    "outcome": "OK",
    "creditorReferenceId": got.data.creditorReferenceId,
    "paymentAmount": got.data.paymentAmount,
    "description": got.data.description,
    "companyName": got.data.companyName,
    "officeName": got.data.officeName,
    "debtor": got.data.debtor,
    "transferList": {
        "transfer": [
            {
                "idTransfer": t.idTransfer,
                "transferAmount": t.transferAmount,
                "fiscalCodePA": t.fiscalCodePA,
                "IBAN": t.IBAN,
                "remittanceInformation": t.remittanceInformation,
                "transferCategory": t.transferCategory,
            }
            for t in got.data.transferList.transfer
        ]
    },
    "idPSP": "ABI00000",
    "PSPCompanyName": "PSP di prova",
    "idChannel": "00000000000_01",
    "channelDescription": "app",
    "paymentDateTime": datetime.datetime(2026, 11, 23, 10, 30, 0),
}
note("sendRT", service.paSendRTV2(**head, receipt=receipt))
note("sendRTAgain", service.paSendRTV2(**head, receipt=receipt))
note("sendRTV1", service.paSendRT(**head, receipt=receipt))
note("sendRTOther", service.paSendRTV2(**head, receipt={**receipt, "description": "altered"}))
note("paid", service.paVerifyPaymentNotice(**head, qrCode=qr))
print(json.dumps(said))
