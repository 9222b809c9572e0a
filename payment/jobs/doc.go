// Package jobs gives the events of the outbox to those who wait for them: a mail that is
// to be sent, a copy for ACA, a webhook, a file that is released. It tries again where they
// fail, and several instances may share the work.
//
//	queue, err := jobs.OpenSQLite(ctx, dir) // or OpenPostgres(ctx, dsn)
//	…
//	engine := jobs.New(store, queue, jobs.Config{Log: log})
//	engine.Register("mail", mail)
//	engine.Register("archive", archiver.Handle, payment.ReceiptRecorded)
//	engine.Repeat("expiry", time.Hour, expire)
//	if err := engine.Start(ctx); err != nil { … }
//	defer engine.Stop(ctx)
//
// Register takes a [payment.Handler] by its name, Repeat a task that has its time;
// Wake says that there is something new. Parked tells what was given up, Redrive gives
// it back.
//
// # What is promised
//
// Every handler gets every event of the kinds that it registered for, once at least, and
// tells repeats by the event's ID. It gets one event of a position at a time, in their
// order, and so of an order of positions; what follows waits until it has that one. Of
// different positions it gets several at a time. Handlers do not wait for each other: a
// webhook that fails holds back its own later events of that position, and no mail. An
// event of neither, as for a message in quarantine, waits for no other.
//
// A handler fails by an error, a panic, or by taking longer than [Config].Timeout. The
// event comes again after a while ([Backoff]), and again, until after [Config].MaxTries
// it is parked: it comes no more, its position waits, and [Engine.Parked] shows it, until
// somebody has put things right and calls [Engine.Redrive].
//
// An event is delivered when all handlers that want its kind have it; one that nobody
// wants is at once. So a handler that is new gets what was not delivered before. One that
// gets another name is a new one. Instances that work at the same time must register the
// same handlers and tasks: an event counts as delivered when those have it that the
// instance knows which delivers it last, and one of them has the clock for all.
//
// # Who knows what
//
// The outbox is the truth: it was written in the transaction in which the thing
// happened. What came of it so far is written beside it ([payment.Deliveries]), an event's
// last delivery in one unit with the mark that it is delivered. River
// (riverqueue.com) is the clock and the workforce: it is told one job for each event and
// handler whose turn it is, by the event's ID and nothing that names a person; of an error
// it hears the code. Whoever gets a job asks the store first whether it is still its turn.
// So a queue that was lost, or is older than the store, does no harm: [Engine.Sweep] puts
// in what misses, and what is too much does nothing.
//
// # Stopping, and dying
//
// [Engine.Stop] waits for the handlers that are running. What a process that dies was
// about is done by the next one: at once with SQLite, whose queue only one process can
// have; with PostgreSQL by any other instance, after twice [Config].Timeout, for it might
// be slow and not dead: the clocks of the machines must not differ by as much. A handler
// that had done its work and not yet said so does it again.
//
// # When not to use it
//
// [payment.Cashier.DeliverPending] delivers what waits now, one after the other, each
// event to all handlers or none, and needs neither queue nor goroutines: right for a
// command, a test, a program that calls it now and then. Use one or the other for a store.
package jobs
