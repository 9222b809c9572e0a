// Package payment takes a debt from its notice to its receipt.
//
// A [Position] is one payment notice: what is due, to whom, by when. An [Order] is
// several positions sent together to a [Gateway], where a payer chooses how to pay.
// An [RT] (ricevuta telematica) is the receipt that pagoPA sends to the creditor's
// station. The [Cashier] opens positions, sends orders and records receipts; a
// [Store] keeps them.
//
// # What pays a position
//
// Only an RT does. "Taken in charge" (presa in carico), which a payer is told when he
// comes back from the gateway, is a state of the order and proves nothing. Verifying
// and activating a notice change nothing either. There is no state "not paid": a
// position is open until a receipt comes, and whoever lost the thread may safely try
// the same notice again.
//
// The receipt wins. One for another amount than the present one, for an attempt that
// had expired, for a notice withdrawn meanwhile, or a second one for a paid notice is
// stored all the same, and the difference with it. What is refused or not understood
// is kept in quarantine, raw, before the refusal goes out; see [Cashier.Record].
//
// # What is known of a payment
//
// [Resolve] says what can be told of a payment from what is known, who acts next and when
// to look again; [Cashier.Verdict] asks the store for it. [Cashier.Timeline] tells the
// story of a notice in sentences. [FaultOf] explains a code of the creditor's or the
// node's: who must act, whether trying again can help, what to tell the payer.
//
// The event journal (giornale degli eventi) keeps each call and each answer, sealed in a
// chain of hashes: [Cashier.SealJournal], [Cashier.VerifyJournal].
//
// # What follows
//
// What happens is an [Event], written in the transaction in which it did, and handed to
// each [Handler]: by [Cashier.DeliverPending], or by package jobs, which tries again and
// does what is to be done now and then, as [Cashier.Expire]. [Mirror] keeps copies,
// package webhook tells other programs, package gpd asks for receipts that never came.
//
// # Units of work
//
// [Store] has Do: what is done with the context it hands out is one transaction, the
// work of other packages included. Functions that run inside it may run more than
// once and so must have no effects outside.
//
// Sources: SANP 3.12 (creditor, synchronous and asynchronous integration; best
// practice), SACI 3.2.1.
package payment
