package local

import (
	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// text is a mail: its subject and how it begins.
type text struct{ subject, body pagonline.Text }

// texts holds what is written for each purpose.
var texts = map[identity.Purpose]text{
	identity.ActivateAccount: {
		pagonline.Text{It: "Attivazione dell'utenza", En: "Activate your account"},
		pagonline.Text{
			It: "Qualcuno ha chiesto un'utenza con questo indirizzo. Per attivarla aprire la pagina:",
			En: "Somebody asked for an account with this address. To activate it open the page:",
		},
	},
	identity.ResetPassword: {
		pagonline.Text{It: "Nuova password", En: "New password"},
		pagonline.Text{
			It: "Qualcuno ha chiesto di reimpostare la password di questa utenza. Per sceglierne una nuova aprire la pagina:",
			En: "Somebody asked to reset the password of this account. To choose a new one open the page:",
		},
	},
	identity.ChangeEmail: {
		pagonline.Text{It: "Conferma del nuovo indirizzo", En: "Confirm your new address"},
		pagonline.Text{
			It: "Qualcuno ha chiesto di usare questo indirizzo per la propria utenza. Per confermarlo aprire la pagina:",
			En: "Somebody asked to use this address for their account. To confirm it open the page:",
		},
	},
	identity.ConfirmContact: {
		pagonline.Text{It: "Conferma dell'indirizzo", En: "Confirm your address"},
		pagonline.Text{
			It: "Qualcuno ha chiesto di ricevere le ricevute a questo indirizzo. Per confermarlo aprire la pagina:",
			En: "Somebody asked to get receipts at this address. To confirm it open the page:",
		},
	},
	AlreadyRegistered: {
		pagonline.Text{It: "Utenza già esistente", En: "You already have an account"},
		pagonline.Text{
			It: "Qualcuno ha chiesto di usare questo indirizzo per un'utenza, ma un'utenza c'è già. Da qui si accede, o si chiede una nuova password:",
			En: "Somebody asked to use this address for an account, but it has one already. Sign in, or ask for a new password, here:",
		},
	},
	NoAccount: {
		pagonline.Text{It: "Nessuna utenza", En: "No account"},
		pagonline.Text{
			It: "Qualcuno ha chiesto dati di accesso per questo indirizzo, ma nessuna utenza lo usa. Chi non ha fatto la richiesta può ignorare questo messaggio. Da qui si accede, o ci si registra:",
			En: "Somebody asked for sign-in data for this address, but no account uses it. If it was not you, ignore this message. Sign in, or register, here:",
		},
	},
	SeveralRequests: {
		pagonline.Text{It: "Più richieste di utenza", En: "Several requests for an account"},
		pagonline.Text{
			It: "Per questo indirizzo sono arrivate più richieste di utenza, nessuna confermata: ogni messaggio già inviato attiva l'utenza con i dati e la password della propria. Se il messaggio giusto non si trova, ci si registra di nuovo da qui:",
			En: "There were several requests for an account with this address, none of them confirmed: each mail that was sent activates the account with the data and the password of its own. If you cannot find the right one, register again here:",
		},
	},
	PasswordChanged: {
		pagonline.Text{It: "Password cambiata", En: "Password changed"},
		pagonline.Text{
			It: "La password di questa utenza è stata cambiata. Chi non l'ha cambiata ne chieda subito una nuova:",
			En: "The password of this account was changed. If it was not you, ask for a new one at once:",
		},
	},
	EmailChanged: {
		pagonline.Text{It: "Indirizzo cambiato", En: "Address changed"},
		pagonline.Text{
			It: "L'utenza che usava questo indirizzo ora ne usa un altro, e qui non arriverà più nulla. Chi non l'ha chiesto si rivolga subito all'istituto:",
			En: "The account that used this address uses another one now, and nothing more will come here. If it was not you, ask the institute at once:",
		},
	},
	Suspended: {
		pagonline.Text{It: "Utenza sospesa", En: "Account suspended"},
		pagonline.Text{
			It: "Qualcuno ha chiesto dati di accesso per questo indirizzo, ma l'istituto ha sospeso l'utenza. Rivolgersi all'istituto:",
			En: "Somebody asked for sign-in data for this address, but the institute suspended the account. Please ask the institute:",
		},
	},
}

var (
	orCode  = pagonline.Text{It: "Oppure inserirvi questo codice:", En: "Or enter this code there:"}
	within  = pagonline.Text{It: "Vale %s e una volta sola.", En: "It is good for %s and once only."}
	several = pagonline.Text{
		It: "Per questo indirizzo ci sono più richieste. Ogni messaggio attiva l'utenza con i dati e la password della propria: chi ne ha fatta una sola usi il messaggio arrivato subito dopo averla fatta.",
		En: "There are several requests for this address. Each mail activates the account with the data and the password of its own: if you made one only, use the mail that came right after it.",
	}
	notYou = pagonline.Text{
		It: "Chi non ha fatto la richiesta può ignorare questo messaggio.",
		En: "If it was not you, ignore this message.",
	}
)
