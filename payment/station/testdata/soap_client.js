// Calls a station with a client that the npm package soap makes from the official WSDL.
//
// Usage: node soap_client.js WSDL ADDRESS CREDITOR BROKER STATION NOTICE
// Prints one JSON object: call -> [outcome, fault code, amount].
const soap = require('soap')

const [wsdl, address, creditor, broker, station, notice] = process.argv.slice(2)
const head = { idPA: creditor, idBrokerPA: broker, idStation: station }
const qrCode = { fiscalCode: creditor, noticeNumber: notice }

async function main () {
  const client = await soap.createClientAsync(wsdl, { endpoint: address })
  const said = {}
  const call = async (name, operation, body, amount) => {
    const [answer] = await client[operation + 'Async'](body)
    said[name] = [answer.outcome, answer.fault ? answer.fault.faultCode : null, amount ? String(amount(answer)) : null]
    return answer
  }
  const due = a => a.paymentList.paymentOptionDescription.amount
  await call('verify', 'paVerifyPaymentNotice', { ...head, qrCode }, due)
  await call('getPaymentV1', 'paGetPayment', { ...head, qrCode }, a => a.data.paymentAmount)
  const got = await call('getPayment', 'paGetPaymentV2', { ...head, qrCode, amount: '12.50', dueDate: '2026-12-23' }, a => a.data.paymentAmount)
  await call('wrongStation', 'paVerifyPaymentNotice', { ...head, idStation: 'x', qrCode })
  await call('probe', 'paVerifyPaymentNotice', { ...head, qrCode: { ...qrCode, noticeNumber: '0'.repeat(18) } })
  await call('demand', 'paDemandPaymentNotice', {
    ...head, idServizio: '00001', idSoggettoServizio: '00002', datiSpecificiServizioRequest: Buffer.from('x').toString('base64')
  }, due)
  const transfer = [].concat(got.data.transferList.transfer)
  const receipt = {
    receiptId: 'c110729d258c4ab1b765fe902aae41d6',
    noticeNumber: notice,
    fiscalCode: creditor,
    outcome: 'OK',
    creditorReferenceId: got.data.creditorReferenceId,
    paymentAmount: '12.50',
    description: got.data.description,
    companyName: got.data.companyName,
    officeName: got.data.officeName,
    debtor: got.data.debtor,
    transferList: {
      transfer: transfer.map(t => ({
        idTransfer: t.idTransfer,
        transferAmount: '12.50',
        fiscalCodePA: t.fiscalCodePA,
        IBAN: t.IBAN,
        remittanceInformation: t.remittanceInformation,
        transferCategory: t.transferCategory
      }))
    },
    idPSP: 'ABI00000',
    PSPCompanyName: 'PSP di prova',
    idChannel: '00000000000_01',
    channelDescription: 'app',
    paymentDateTime: '2026-11-23T10:30:00'
  }
  await call('sendRT', 'paSendRTV2', { ...head, receipt })
  await call('sendRTAgain', 'paSendRTV2', { ...head, receipt })
  await call('sendRTV1', 'paSendRT', { ...head, receipt })
  await call('sendRTOther', 'paSendRTV2', { ...head, receipt: { ...receipt, description: 'altered' } })
  await call('paid', 'paVerifyPaymentNotice', { ...head, qrCode })
  console.log(JSON.stringify(said))
}

main().catch(err => { console.error(err); process.exit(1) })
