package load

// The form of the file. The order of the fields is that in which they are written.
type (
	file struct {
		Version    int         `json:"version" validate:"eq=1"`
		Name       string      `json:"name,omitempty" validate:"omitempty,causale"`
		Portal     string      `json:"portal,omitempty" validate:"omitempty,portal"`
		StampRates []stampRate `json:"stampRates,omitempty" validate:"omitempty,min=1,dive"`
		Creditors  []creditor  `json:"creditors" validate:"required,dive"`
		Institutes []institute `json:"institutes" validate:"required,dive"`
	}
	stampRate struct {
		From   string `json:"from" validate:"required,date"`
		Until  string `json:"until,omitempty" validate:"omitempty,date"`
		Amount string `json:"amount" validate:"required,euro"`
		Source string `json:"source" validate:"required,causale"`
	}
	creditor struct {
		FiscalCode    string `json:"fiscalCode" validate:"required,len=11,codicefiscale"`
		Name          string `json:"name" validate:"required,max=70,causale"`
		IBAN          string `json:"iban" validate:"required,iban"`
		PostalAccount string `json:"postalAccount,omitempty" validate:"omitempty,number,max=12"`
		Segregation   string `json:"segregation" validate:"required,len=2,number"`
		Broker        string `json:"broker" validate:"required,len=11,number"`
		Station       string `json:"station" validate:"required,max=35,printascii"`
		Taxonomy      string `json:"taxonomy" validate:"required,taxonomy"`
		DueDays       int    `json:"dueDays,omitempty" validate:"min=0,max=3650"`

		CBILL               string   `json:"cbill,omitempty" validate:"omitempty,cbill"`
		Contacts            contacts `json:"contacts,omitzero"`
		Logo                string   `json:"logo,omitempty" validate:"omitempty,max=255,picture"`
		PostalHolder        string   `json:"postalHolder,omitempty" validate:"omitempty,max=50,causale"`
		PostalAuthorisation string   `json:"postalAuthorisation,omitempty" validate:"omitempty,max=70,poste"`
	}
	contacts struct {
		Phone string `json:"phone,omitempty" validate:"omitempty,max=35,printascii"`
		Email string `json:"email,omitempty" validate:"omitempty,email,max=256"`
		PEC   string `json:"pec,omitempty" validate:"omitempty,email,max=256"`
		Web   string `json:"web,omitempty" validate:"omitempty,web"`
	}
	institute struct {
		Code      string    `json:"code" validate:"required,max=35,institute"`
		Name      string    `json:"name" validate:"required,max=70,causale"`
		Creditor  string    `json:"creditor" validate:"required,len=11,number"`
		Parent    string    `json:"parent,omitempty" validate:"omitempty,max=35,institute"`
		IBAN      string    `json:"iban,omitempty" validate:"omitempty,iban"`
		Amounts   string    `json:"amounts,omitempty" validate:"omitempty,oneof=lenient dot comma"`
		HelpDesk  helpDesk  `json:"helpDesk,omitzero"`
		Suspended bool      `json:"suspended,omitempty"`
		Source    source    `json:"source,omitzero"`
		Aliases   []string  `json:"aliases,omitempty" validate:"omitempty,unique,dive,required,max=70,causale"`
		Services  []service `json:"services" validate:"required,dive"`
	}
	source struct {
		URL  string `json:"url,omitempty" validate:"omitempty,web"`
		AsOf string `json:"asOf,omitempty" validate:"omitempty,date"`
	}
	helpDesk struct {
		Email string `json:"email,omitempty" validate:"omitempty,email,max=256"`
		Phone string `json:"phone,omitempty" validate:"omitempty,max=35,printascii"`
	}
	service struct {
		Code     string   `json:"code" validate:"required,max=35,service"`
		Label    string   `json:"label" validate:"required,max=70,causale"`
		Price    price    `json:"price"`
		Causale  template `json:"causale,omitzero"`
		Mailbox  string   `json:"mailbox,omitempty" validate:"omitempty,email,max=256"`
		Taxonomy string   `json:"taxonomy,omitempty" validate:"omitempty,taxonomy"`
		Revenue  string   `json:"revenue,omitempty" validate:"omitempty,revenue"`
		Stamp    []string `json:"stamp,omitempty" validate:"omitempty,unique,dive,oneof=request copy authorisation"`
		Fields   []field  `json:"fields,omitempty" validate:"dive"`
		Closed   bool     `json:"closed,omitempty"`
	}
	field struct {
		Code     string `json:"code" validate:"required,max=35,service"`
		Label    text   `json:"label"`
		Kind     string `json:"kind" validate:"required,oneof=text date"`
		Required bool   `json:"required,omitempty"`
	}
	text struct {
		It string `json:"it" validate:"required,max=70,causale"`
		En string `json:"en" validate:"required,max=70,causale"`
	}
	price struct {
		Kind        string `json:"kind" validate:"required,oneof=quote fixed tariff free"`
		Amount      string `json:"amount,omitempty" validate:"omitempty,euro"`
		MaxQuantity int    `json:"maxQuantity,omitempty" validate:"min=0,max=99999"`
		Tariff      tariff `json:"tariff,omitzero" validate:"omitempty"`
	}
	tariff struct {
		Minimum string  `json:"minimum,omitempty" validate:"omitempty,euro"`
		Entries []entry `json:"entries" validate:"required,min=1,dive"`
	}
	entry struct {
		Code    string `json:"code" validate:"required,max=35,service"`
		Label   string `json:"label" validate:"required,max=70,causale"`
		Unit    string `json:"unit" validate:"required,oneof=page image archival-unit piece support parcel"`
		Minimum string `json:"minimum,omitempty" validate:"omitempty,euro"`
		Limit   int    `json:"limit,omitempty" validate:"min=0,max=99999"`
		Rule    rule   `json:"rule"`
	}
	// rule has the fields of all kinds of rules; see kinds for which has which.
	rule struct {
		Kind   string       `json:"kind" validate:"required"`
		Pieces int          `json:"pieces,omitempty" validate:"min=0,max=99999"`
		Price  string       `json:"price,omitempty" validate:"omitempty,euro"`
		First  string       `json:"first,omitempty" validate:"omitempty,euro"`
		Next   string       `json:"next,omitempty" validate:"omitempty,euro"`
		Steps  []sizeStep   `json:"steps,omitempty" validate:"dive"`
		Prices []namedPrice `json:"prices,omitempty" validate:"dive"`
		Hour   string       `json:"hour,omitempty" validate:"omitempty,euro"`
		Piece  string       `json:"piece,omitempty" validate:"omitempty,euro"`
		Of     string       `json:"of,omitempty" validate:"omitempty,max=35,service"`
		Factor number       `json:"factor,omitempty" validate:"omitempty,decimal"`
		Uses   []use        `json:"uses,omitempty" validate:"dive"`
		Copies []copiesStep `json:"copies,omitempty" validate:"dive"`
	}
	sizeStep struct {
		UpTo  number `json:"upTo,omitempty" validate:"omitempty,decimal"`
		Price string `json:"price" validate:"required,euro"`
	}
	namedPrice struct {
		Name  string `json:"name" validate:"required,max=35,causale"`
		Price string `json:"price" validate:"required,euro"`
	}
	use struct {
		Use    string `json:"use" validate:"required,max=70,causale"`
		Factor number `json:"factor" validate:"required,decimal"`
	}
	copiesStep struct {
		UpTo   int    `json:"upTo,omitempty" validate:"min=0,max=999999999"`
		Factor number `json:"factor" validate:"required,decimal"`
	}
	template struct {
		Separator string  `json:"separator,omitempty" validate:"omitempty,max=5,plain"`
		Pieces    []piece `json:"pieces,omitempty" validate:"dive"`
	}
	piece struct {
		Part     string `json:"part" validate:"required,part"`
		Before   string `json:"before,omitempty" validate:"required_if=Part text,omitempty,max=60,plain"`
		Upper    bool   `json:"upper,omitempty"`
		Required bool   `json:"required,omitempty"`
	}
)
