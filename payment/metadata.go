package payment

import "slices"

// MaxMetadata is how many entries metadata can have (ctMetadata).
const MaxMetadata = 15

// SupportIBAN is the key of the metadata in which a transfer names its other account,
// where the node asks for both (SANP 3.12, transferType PAGOPA).
const SupportIBAN = "IBANAPPOGGIO"

// metadata checks the facets of ctMetadata, and that no key comes twice.
func metadata(field string, all []MetadataEntry, most int) error {
	switch {
	case len(all) == 0:
		return nil
	case len(all) > most:
		return syntax(field)
	}
	keys := map[string]bool{}
	for _, e := range all {
		if err := text(field+".key", e.Key, 140); err != nil {
			return err
		}
		if err := text(field+".value", e.Value, 140); err != nil {
			return err
		}
		if keys[e.Key] {
			return syntax(field + ".key")
		}
		keys[e.Key] = true
	}
	return nil
}

// entries returns a copy of all; no entries are nil, as a store returns them.
func entries(all []MetadataEntry) []MetadataEntry {
	if len(all) == 0 {
		return nil
	}
	return slices.Clone(all)
}
