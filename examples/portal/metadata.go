package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pagonline/pagonline/identity"
)

// maxMetadata bounds a document; the registry's has some hundred kilobytes.
const maxMetadata = 8 << 20

// When metadata are read anew: usually, and after it failed.
const (
	daily = 24 * time.Hour
	soon  = time.Hour
)

// update reads the metadata of the identity providers. Of a scheme whose metadata cannot be
// had, or are not right, the last good copies are taken, the log is told, and the next time
// is soon.
func (s *signIn) update(ctx context.Context, sources []source) error {
	s.again = daily
	var failed []error
	for _, scheme := range samlSchemes {
		var of []source
		for _, source := range sources {
			if source.scheme == scheme {
				of = append(of, source)
			}
		}
		if len(of) > 0 {
			failed = append(failed, s.updateScheme(ctx, scheme, of))
		}
	}
	return errors.Join(failed...)
}

func (s *signIn) updateScheme(ctx context.Context, scheme identity.Scheme, sources []source) error {
	fresh, err := readAll(sources, func(from source) ([]byte, error) { return from.read(ctx) })
	if err == nil {
		err = s.saml[scheme].Update(fresh...)
	}
	if err == nil {
		s.keep(ctx, sources, fresh)
		return nil
	}
	s.again = soon
	kept, missing := readAll(sources, func(from source) ([]byte, error) { return from.kept(ctx, s.copies) })
	if missing != nil || s.saml[scheme].Update(kept...) != nil {
		return err
	}
	s.log.WarnContext(ctx, "the last good copy of the metadata is used", "scheme", scheme, "cause", err)
	return nil
}

// keep keeps what was fetched and is good. What cannot be kept counts all the same.
func (s *signIn) keep(ctx context.Context, sources []source, fresh [][]byte) {
	for i, from := range sources {
		if !from.remote() {
			continue
		}
		if err := writeFile(from.file(s.copies), fresh[i]); err != nil {
			s.log.WarnContext(ctx, "no copy of the metadata is kept", "scheme", from.scheme, "cause", err)
		}
	}
}

func readAll(sources []source, read func(source) ([]byte, error)) ([][]byte, error) {
	var documents [][]byte
	for _, from := range sources {
		b, err := read(from)
		if err != nil {
			return nil, fmt.Errorf("metadata of %s: %w", from.scheme, err)
		}
		documents = append(documents, b)
	}
	return documents, nil
}

// remote reports whether it has to be fetched.
func (s source) remote() bool {
	return strings.HasPrefix(s.from, "https://") || strings.HasPrefix(s.from, "http://")
}

// file is where the last good copy is kept.
func (s source) file(dir string) string {
	return filepath.Join(dir, fmt.Sprintf("metadata-%s-%.16s.xml", s.scheme, identity.HashSecret(s.from)))
}

// kept returns the last good copy, or the file that it is.
func (s source) kept(ctx context.Context, dir string) ([]byte, error) {
	if s.remote() {
		return source{s.scheme, s.file(dir)}.read(ctx)
	}
	return s.read(ctx)
}

// read returns the document.
func (s source) read(ctx context.Context) ([]byte, error) {
	var r io.ReadCloser
	var err error
	if s.remote() {
		within, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		r, err = fetch(within, s.from)
	} else {
		r, err = os.Open(s.from)
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxMetadata+1))
	if err == nil && len(b) > maxMetadata {
		err = errors.New("too long")
	}
	return b, err
}

// believable returns an error for an address whose answer anybody on the way may change,
// and with it the keys of who signs people in: only this machine is asked by http.
func believable(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("no address")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && !ip.IsLoopback()) {
		return errors.New("want https://, or http:// and a host that is this machine")
	}
	return nil
}

func fetch(ctx context.Context, address string) (io.ReadCloser, error) {
	if err := believable(address); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	client := &http.Client{CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) >= 5 || via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme != "https" {
			return errors.New("redirected too often, or away from https")
		}
		return believable(next.URL.String())
	}}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("%s answers %s", req.URL.Host, resp.Status), resp.Body.Close())
	}
	return resp.Body, nil
}

// readFederation returns the certificates of who signs metadata, by scheme.
func readFederation(files map[identity.Scheme]string) (map[identity.Scheme]*x509.Certificate, error) {
	all := map[identity.Scheme]*x509.Certificate{}
	for scheme, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("-federation: %w", err)
		}
		block, _ := pem.Decode(b)
		if block == nil {
			return nil, fmt.Errorf("-federation: %s is not PEM", file)
		}
		if all[scheme], err = x509.ParseCertificate(block.Bytes); err != nil {
			return nil, fmt.Errorf("-federation: %s: %w", file, err)
		}
	}
	return all, nil
}
