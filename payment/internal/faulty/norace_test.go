//go:build !race

package faulty_test

const slow = 1
