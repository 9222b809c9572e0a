"""Pays a notice with a client that zeep makes from the official WSDL of the node.

Usage: zeep_psp.py WSDL ADDRESS PSP BROKER CHANNEL PASSWORD CREDITOR NOTICE
Prints one JSON object: step -> [outcome, fault code, original fault code, amount].
"""

import datetime
import decimal
import json
import sys

import zeep

wsdl, address, psp, broker, channel, password, creditor, notice = sys.argv[1:]
client = zeep.Client(wsdl)
service = client.create_service("{http://pagopa-api.pagopa.gov.it/nodeForPsp}nodeForPspBinding", address)
head = {"idPSP": psp, "idBrokerPSP": broker, "idChannel": channel, "password": password}
qr = {"fiscalCode": creditor, "noticeNumber": notice}
said = {}


def note(name, answer, amount=None):
    fault = answer.fault
    said[name] = [
        answer.outcome,
        fault.faultCode if fault else None,
        fault.originalFaultCode if fault else None,
        str(amount) if amount else None,
    ]


verified = service.verifyPaymentNotice(**head, qrCode=qr)
due = verified.paymentList.paymentOptionDescription[0].amount
note("verify", verified, due)
note("wrongPassword", service.verifyPaymentNotice(**{**head, "password": "wrongPassword"}, qrCode=qr))
note("unknown", service.verifyPaymentNotice(**head, qrCode={**qr, "noticeNumber": "399000000000001976"}))

first = {**head, "idempotencyKey": broker + "_0000000001", "qrCode": qr, "expirationTime": 120000, "amount": due}
activated = service.activatePaymentNoticeV2(**first, paymentMethod="CP", touchPoint="POS")
note("activate", activated, activated.totalAmount)
again = service.activatePaymentNoticeV2(**first, paymentMethod="CP", touchPoint="POS")
note("activateAgain", again, again.totalAmount)
said["sameToken"] = [str(again.paymentToken == activated.paymentToken), None, None, None]
note("activateOther", service.activatePaymentNoticeV2(**{**first, "amount": decimal.Decimal("0.01")}))
note("activateSecond", service.activatePaymentNotice(**{**first, "idempotencyKey": broker + "_0000000002"}))

details = {
    "paymentMethod": "creditCard",
    "paymentChannel": "app",
    "fee": decimal.Decimal("1.50"),
    "payer": {
        "uniqueIdentifier": {"entityUniqueIdentifierType": "F", "entityUniqueIdentifierValue": "ANONIMO"},
        "fullName": "ANONIMO",
    },
    "applicationDate": datetime.date(2026, 11, 23),
    "transferDate": datetime.date(2026, 11, 24),
}
end = {**head, "idempotencyKey": broker + "_0000000003", "outcome": "OK", "details": details}
tokens = {"paymentToken": [activated.paymentToken]}
note("outcome", service.sendPaymentOutcomeV2(**end, paymentTokens=tokens))
note("outcomeAgain", service.sendPaymentOutcomeV2(**end, paymentTokens=tokens))
note("outcomeOther", service.sendPaymentOutcome(**{**end, "idempotencyKey": None}, paymentToken=activated.paymentToken))
note("paid", service.verifyPaymentNotice(**head, qrCode=qr))
print(json.dumps(said))
