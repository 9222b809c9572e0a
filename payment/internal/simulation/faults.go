package simulation

// Fault is a way in which something goes wrong.
type Fault int

// What can go wrong.
const (
	NoFault Fault = iota

	// The store, and the process.
	CallFails
	StoreBusy
	StorePanics
	CommitUnknown
	UnitRunsTwice
	CrashBetweenCalls
	CrashAfterCommit
	Restarted

	// The network, and what comes over it.
	RequestLost
	AnswerLost
	RequestDoubled
	RequestLate
	Overtaken
	HungUp
	BodyCut
	BodyBroken
	Outage
	TriesSpent

	// The clock.
	ClockAhead
	ClockBehind
	SummerTimeEnds
	SummerTimeBegins

	// Payments.
	TokenExpired
	ReceiptAfterToken
	TwoAtOnce
	StandIn
	StandInNoReceipt
	SecondReceipt
	OutcomeFailed
	AmountChanged
	WithdrawnPaid
	SupersededPaid
	ExpiredPaid
	DraftPaid
	AlternativePaid

	// Messages.
	ContentChanged
	NoticeUnknown
	NumberNotYetIssued
	Inconsistent
	WrongAddress
	FieldMissing
	PersonInCodes
	SecondaryCopy
	CopyBeforeOriginal
	TwoVersions
	RecoveredFirst

	// The office, its consumers and its gateway.
	InCharge
	NumberLost
	HandlerFails
	HandlerFailsAfter
	EventTwice
	CopyUnavailable
	GatewayFails

	Faults
)

var faultNames = [Faults]string{
	"-", "a call fails", "store busy", "store panics", "commit unknown", "unit runs twice", "crash between calls",
	"crash after commit", "restart", "request lost", "answer lost", "request doubled", "request late", "overtaken",
	"hung up", "body cut", "body broken", "outage", "tries spent", "clock ahead", "clock behind", "summer time ends",
	"summer time begins", "token expired", "receipt after token", "two at once", "stand-in", "stand-in without receipt",
	"second receipt", "outcome failed", "amount changed", "withdrawn paid", "superseded paid", "expired paid", "draft paid",
	"alternative paid", "content changed", "notice unknown", "number not yet issued", "inconsistent", "wrong address",
	"field missing", "person in codes", "secondary copy", "copy before original", "two versions", "recovered first",
	"in charge", "number lost", "handler fails", "handler fails after", "event twice", "copy unavailable", "gateway fails",
}

func (f Fault) String() string { return faultNames[f] }

// count notes that something went wrong, and says true.
func (w *World) count(f Fault) bool {
	w.result.Faults[f]++
	return true
}

// goes reports whether something goes wrong now, in that many cases of a hundred.
func (w *World) goes(f Fault, percent int) bool {
	return !w.calm && w.chance(percent) && w.count(f)
}
