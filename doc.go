// Package pagonline lets an archive, a library or a museum be paid through pagoPA, and
// lets others build their own payment portals. It is a library: it runs inside your
// program, and needs no server or process of its own.
//
// # Where to begin
//
// Most programs need five packages:
//
//   - [github.com/pagonline/pagonline/cart] collects what a citizen owes and sends it
//     to be paid; [github.com/pagonline/pagonline/cart/catalog] says what there is to buy
//     and at what price, [github.com/pagonline/pagonline/cart/quote] keeps the quotes.
//   - [github.com/pagonline/pagonline/payment] takes each debt from its notice to its
//     receipt: positions, orders, receipts, events.
//   - [github.com/pagonline/pagonline/payment/station] is the creditor's side of the
//     pagoPA node, an http.Handler to mount on your mux.
//   - [github.com/pagonline/pagonline/receipt] makes what the citizen keeps and the
//     clerk reads, and proves it; [github.com/pagonline/pagonline/receipt/pdf] prints it,
//     [github.com/pagonline/pagonline/receipt/mail] sends it, and
//     [github.com/pagonline/pagonline/receipt/desk] keeps the clerk's work.
//   - [github.com/pagonline/pagonline/identity/login] signs people in, an http.Handler
//     too: with [github.com/pagonline/pagonline/identity/spid],
//     [github.com/pagonline/pagonline/identity/cie] and
//     [github.com/pagonline/pagonline/identity/eidas], or an account by e-mail,
//     [github.com/pagonline/pagonline/identity/local]. Paying a notice needs none of them.
//
// They keep their data in [github.com/pagonline/pagonline/payment/store/sqlite], one
// file, in [github.com/pagonline/pagonline/payment/store/postgres] for many machines, both
// in a database of your own and in one transaction with your own tables where you like
// (their Use and Tx), or in any store that keeps the contract of
// [github.com/pagonline/pagonline/payment/store/storetest]. To try everything without
// pagoPA there is [github.com/pagonline/pagonline/payment/sandbox], without an identity
// provider [github.com/pagonline/pagonline/identity/idptest]. The program
// examples/quickstart wires the payment in two hundred lines, examples/portal the sign-in,
// and examples/embed adds a payment to a program that was there before.
//
// To write or read a payment reason only, use
// [github.com/pagonline/pagonline/causale] on its own; notice numbers and their codes
// are in [github.com/pagonline/pagonline/payment/notice], money in
// [github.com/pagonline/pagonline/payment/euro], people in
// [github.com/pagonline/pagonline/identity]. These, and the core packages above them,
// link the standard library and shopspring/decimal, nothing else.
//
// # Who answers pagoPA
//
// When somebody is about to pay a notice, pagoPA asks the creditor what is due. There are
// two ways to answer, and the creditor tells pagoPA which one is his.
//
// Asynchronous: GPD, a service of pagoPA, answers. The cashier is given a client of
// [github.com/pagonline/pagonline/payment/gpd] as its Publisher, so that GPD knows a
// position before its payer is sent to pay; the station gets receipts only. Nobody is
// kept from paying while the institute's machine is down. A lone institute wants this.
//
// Synchronous: the creditor's own station answers, within two seconds, day and night. The
// amount can be computed at that moment, and nothing is copied but to ACA, which pagoPA
// asks while the station does not answer: a client of the same package, mirrored from the
// cashier's events ([github.com/pagonline/pagonline/payment.Mirror]). It is for who runs
// machines all the time anyway, or has amounts that change with the day.
//
// What the portal, the desk and the payer see is the same in both.
//
// # What holds everywhere
//
// Money is whole cents, never a float. Values are checked where they are read and
// cannot be wrong afterwards; their zero means none. A notice is paid by a receipt and
// by nothing else. What is stored is stored before anybody hears that it was, and what
// is refused is kept first. What a payer writes about himself stays at home: on the
// wire go protocol, institute and service. Names, codes and addresses of people reach
// no log and no error.
//
// This package holds the two words that all others speak: [Error], which has a class
// for the program, a text in Italian and English for the user, and a detail for the
// log; and [Date], a day in Rome.
//
// # Words
//
// An institute (Istituto) is an office that sells services; a creditor (ente
// creditore) is who holds the fiscal code and the account, and may have many
// institutes. A position (posizione debitoria) is one payment notice (avviso) of a
// debt; its number (NAV) holds the IUV, the reference that money and receipt carry. An
// RT (ricevuta telematica) is the receipt that pagoPA sends, named by its IUR. A
// station is where the pagoPA node finds the creditor, a PSP is who takes the payer's
// money, a gateway is the page where he chooses how to pay. The causale is the payment
// reason, the protocol (numero di protocollo) the reference of a quote.
//
// # Out of scope
//
// Selling tickets with seats and turnstiles, invoices and VAT, holding or moving
// money, and being an identity provider or a PSP.
package pagonline
