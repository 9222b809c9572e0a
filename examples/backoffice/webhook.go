package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/webhook"
)

var webhookSecretCommand = command{
	name:  "webhook secret",
	about: pagonline.Text{It: "inventa un segreto per i webhook", En: "makes up a secret for webhooks"},
	flags: func(c *call) func(context.Context) error {
		c.takes(0, 0)
		return func(context.Context) error {
			_, err := fmt.Fprintln(c.out, webhook.NewSecret().Reveal())
			return err
		}
	},
}

var webhookVerifyCommand = command{
	name: "webhook verify",
	about: pagonline.Text{
		It: "verifica la richiesta il cui corpo è lo standard input, col segreto in WEBHOOK_SECRET: per chi scrive un ricevente",
		En: "verifies the request whose body is standard input, with the secret in WEBHOOK_SECRET: for who writes a receiver",
	},
	flags: func(c *call) func(context.Context) error {
		header := http.Header{}
		for _, name := range []string{"id", "timestamp", "signature"} {
			c.fs.Func(name, "webhook-"+name, func(value string) error {
				header.Add("webhook-"+name, value)
				return nil
			})
		}
		tolerance := c.fs.Duration("tolerance", 5*time.Minute, "quanto può essere vecchia / how old it may be")
		c.takes(0, 0)
		return func(context.Context) error {
			secret, err := secretIn("WEBHOOK_SECRET")
			if err != nil {
				return err
			}
			verifier, err := webhook.NewVerifier(webhook.VerifierConfig{Tolerance: *tolerance}, secret)
			if err != nil {
				return err
			}
			body, err := io.ReadAll(io.LimitReader(c.stdin, 1<<20))
			if err != nil {
				return fmt.Errorf("standard input: %w", err)
			}
			verdict := struct {
				Verified bool   `json:"verified"`
				Why      string `json:"why,omitempty"`
			}{Verified: true}
			if err := verifier.Verify(header, body); err != nil {
				verdict.Verified, verdict.Why = false, pagonline.AsError(err).Detail.Error()
				c.failed = true
			}
			c.write(verdict)
			return nil
		}
	},
}

var webhookListenCommand = command{
	name: "webhook listen",
	about: pagonline.Text{
		It: "riceve gli eventi di station -webhook, ne verifica la firma col segreto in WEBHOOK_SECRET e li stampa, ciascuno una volta",
		En: "takes the events of station -webhook, verifies their signature with the secret in WEBHOOK_SECRET, and prints each once",
	},
	flags: func(c *call) func(context.Context) error {
		address := c.fs.String("listen", "127.0.0.1:8092", "indirizzo / address")
		c.takes(0, 0)
		return func(ctx context.Context) error {
			secret, err := secretIn("WEBHOOK_SECRET")
			if err != nil {
				return err
			}
			verifier, err := webhook.NewVerifier(webhook.VerifierConfig{}, secret)
			if err != nil {
				return err
			}
			listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *address)
			if err != nil {
				return fmt.Errorf("listen: %w", err)
			}
			c.write(struct {
				Listen string `json:"listen"`
			}{"http://" + listener.Addr().String() + "/"})
			if err := c.out.Flush(); err != nil {
				return fmt.Errorf("standard output: %w", err)
			}
			server := &http.Server{Handler: verifier.Receiver(c.printer()), ReadHeaderTimeout: 5 * time.Second}
			go func() {
				<-ctx.Done()
				_ = server.Close()
			}()
			if err := server.Serve(listener); ctx.Err() == nil {
				return fmt.Errorf("serve: %w", err)
			}
			return nil
		}
	},
}

// secretIn reads a secret from the environment; the error names the variable.
func secretIn(name string) (webhook.Secret, error) {
	secret, err := webhook.ParseSecret(os.Getenv(name))
	if err != nil {
		return webhook.Secret{}, pagonline.AsError(err).At(name)
	}
	return secret, nil
}

// printer returns what prints events, the same one once.
func (c *call) printer() func(context.Context, string, webhook.Payload) error {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(_ context.Context, id string, p webhook.Payload) error {
		mu.Lock()
		defer mu.Unlock()
		if seen[id] {
			return nil
		}
		c.write(p)
		if err := c.out.Flush(); err != nil {
			return fmt.Errorf("standard output: %w", err)
		}
		seen[id] = true
		return nil
	}
}
