//go:build !unix

package recordtest

import "time"

func cpu() time.Duration { return 0 }
