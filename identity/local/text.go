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
	Suspended: {
		pagonline.Text{It: "Utenza sospesa", En: "Account suspended"},
		pagonline.Text{
			It: "Qualcuno ha chiesto dati di accesso per questo indirizzo, ma l'istituto ha sospeso l'utenza. Rivolgersi all'istituto:",
			En: "Somebody asked for sign-in data for this address, but the institute suspended the account. Please ask the institute:",
		},
	},
}

var (
	orCode = pagonline.Text{It: "Oppure inserirvi questo codice:", En: "Or enter this code there:"}
	within = pagonline.Text{It: "Vale %s e una volta sola.", En: "It is good for %s and once only."}
	notYou = pagonline.Text{
		It: "Chi non ha fatto la richiesta può ignorare questo messaggio.",
		En: "If it was not you, ignore this message.",
	}
)
