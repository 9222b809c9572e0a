package catalog

// Called returns all that an institute is called, as [Catalog.Recognise] knows it.
func Called(in Institute) []string { return in.called() }
