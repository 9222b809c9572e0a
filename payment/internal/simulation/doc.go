// Package simulation lives years of a creditor's payments in milliseconds, to find what
// no single test thinks of. Citizens, an office, PSPs, the node, the station, the store,
// the clock and what goes wrong with each of them are driven by one seed.
//
// [Run] takes a store and a way to open a station, and does what the seed says: positions
// are opened, changed, withdrawn, verified, activated, paid; receipts come, come late,
// twice, out of order, altered, in pieces, or after the 48 tries of the node; the process
// dies between any two calls of the store, or after a commit that nobody heard of. After
// each single call the store is compared with a model, which knows from the contracts
// what must be there now, and which never calls what is tested. At last all that goes
// wrong stops, and within two rounds of tries everything must have come to its end.
//
// There is one goroutine, no wall clock and no other chance than the seed's: the same
// seed makes the same [Result.Hash], whatever the order of maps. What is broken is a
// [*InvariantError]; run its seed again with a [Config.Trace] to see how it came to that:
//
//	PAGONLINE_SEED=7 go test -run Replay -v ./payment/internal/simulation
//
// PAGONLINE_SOAK=1 takes 5000 seeds and plants bugs, PAGONLINE_LONG=1 takes 40 000 seeds.
//
// # What is checked
//
//	I1   what was answered OK is stored
//	I2   one receipt for each id; a repeat changes nothing and gets the same bytes, other
//	     content is refused and kept in quarantine
//	I3   two receipts of one notice are both there, the second one to refund
//	I4   a notice is paid if, and only if, it has a receipt
//	I5   the shares of a receipt are its amount, the sums of all are what was paid
//	I6   the outbox has the events of what was done, in their order for each notice, and
//	     no other; a consumer that knows repeats does each thing once
//	I8   states move along their table; asking changes nothing; what cannot be paid is
//	     refused with its code
//	I9   no serial is given twice, no notice number is used twice
//	I10  each call and its answer are in the event journal, which cannot be pruned early
//	I11  nobody's name, fiscal code, e-mail or IBAN is in the log, an error, an event or
//	     the journal
//	I12  once nothing goes wrong any more, nothing stays undone
//
// Of the calls of the store it is checked, too, that nobody writes beside the unit of work
// that runs: on a database with one writer he would wait for ever.
//
// # What is not
//
// I7 is of reporting flows, which are not simulated; nor are GPD, spontaneous payments,
// stamps, carts, the desk, River, several callers at a time, and what a real disk does:
// other packages test those.
package simulation
