package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// maxMetadata bounds a document; the registry's has some hundred kilobytes.
const maxMetadata = 8 << 20

// read returns the document.
func (s source) read(ctx context.Context) (b []byte, err error) {
	defer func() {
		if err == nil && len(b) > maxMetadata {
			err = errors.New("too long")
		}
		if err != nil {
			b, err = nil, fmt.Errorf("metadata of %s: %w", s.scheme, err)
		}
	}()
	var r io.ReadCloser
	if !strings.HasPrefix(s.from, "https://") && !strings.HasPrefix(s.from, "http://") {
		r, err = os.Open(s.from)
	} else {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		r, err = fetch(ctx, s.from)
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, maxMetadata+1))
}

func fetch(ctx context.Context, address string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%s answers %s", req.URL.Host, resp.Status), resp.Body.Close())
	}
	return resp.Body, nil
}
