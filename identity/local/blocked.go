package local

import (
	"slices"
	"strings"
	"unicode"
)

// words are what the most common passwords are made of, besides runs of keys.
var words = []string{
	"accesso", "admin", "administrator", "amore", "baseball", "batman", "changeme", "charlie", "ciao", "computer", "default", "dragon", "ferrari",
	"football", "forza", "guest", "hello", "ilove", "inter", "internet", "is", "juventus", "letme", "lamia", "login", "love", "master", "me", "milan",
	"monkey", "my", "napoli", "pass", "passw0rd", "passwort", "princess", "roma", "root", "secret", "segreta", "shadow", "starwars", "sunshine", "superman",
	"the", "this", "tiamo", "trustno1", "user", "welcome", "whatever", "word", "you", "youare",
}

// runs are keys in the order in which fingers find them.
var runs = []string{
	"012345678901234567890123456789", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertyuiopèasdfghjklòzxcvbnm",
	"qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujmikolp",
}

// written undoes what stands for letters.
var written = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "0", "o", "$", "s", "5", "s", "7", "t")

// common reports whether a password is one that is tried first: a few characters over and
// over, or wholly the words and runs of keys of which the most common ones are made.
// Blanks, capitals and 0 for o make it no better.
func common(password string) bool {
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, password)
	return few(s) || repeats([]rune(s)) || known(s) || known(written.Replace(s))
}

// few reports whether s has fewer than four different characters.
func few(s string) bool {
	different := map[rune]bool{}
	for _, r := range s {
		different[r] = true
	}
	return len(different) < 4
}

// repeats reports whether s is one piece of up to eight characters, over and over.
func repeats(s []rune) bool {
	for period := 1; period <= 8 && 2*period <= len(s); period++ {
		if slices.Equal(s[period:], s[:len(s)-period]) {
			return true
		}
	}
	return false
}

// known reports whether s is words and runs, and nothing else.
func known(s string) bool {
	for rest := []rune(s); len(rest) > 0; {
		n := max(word(string(rest)), run(rest))
		if n == 0 {
			return false
		}
		rest = rest[n:]
	}
	return true
}

// word returns how long the longest word is with which s begins. They are ASCII.
func word(s string) (longest int) {
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			longest = max(longest, len(w))
		}
	}
	return longest
}

// run returns how many keys in order s begins with, forwards, backwards or the same; 0 for
// fewer than three.
func run(s []rune) (longest int) {
	same := 1
	for same < len(s) && s[same] == s[0] {
		same++
	}
	longest = same
	for _, keys := range runs {
		backwards := []rune(keys)
		slices.Reverse(backwards)
		for _, keys := range []string{keys, string(backwards)} {
			n := longest
			for n < len(s) && n < len(keys) && strings.Contains(keys, string(s[:n+1])) {
				n++
			}
			longest = n
		}
	}
	if longest < 3 {
		return 0
	}
	return longest
}
