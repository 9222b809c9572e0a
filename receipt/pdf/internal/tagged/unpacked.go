package tagged

import (
	"bytes"
	"compress/zlib"
	"io"
	"strconv"
)

// maxUnpacked bounds what the streams of a file hold.
const maxUnpacked = 64 << 20

// Unpacked returns a file of this writer with its streams decoded, without their lengths
// and without what follows from the rest: the table of objects and the file's id. Two
// files whose unpacked forms are equal are the same document, packed by two releases of
// Go. Ok is false for a file of another writer, or one to which something was added.
func Unpacked(file []byte) (plain []byte, ok bool) {
	end := bytes.LastIndex(file, []byte("\nxref\n")) + 1
	if end == 0 {
		return nil, false
	}
	offsets := map[int]int{}
	for at := 0; at < end; {
		next, packed := streamAfter(file[at:end])
		if next < 0 {
			noteObjects(file[at:end], at, offsets)
			plain = append(plain, file[at:end]...)
			break
		}
		noteObjects(file[at:at+next], at, offsets)
		plain = append(plain, file[at:at+next]...)
		at += next + len(lengthKey)
		digits, _, found := bytes.Cut(file[at:min(at+40, end)], []byte(streamKey))
		n, err := strconv.Atoi(string(digits))
		from := at + len(digits) + len(streamKey)
		if !found || err != nil || n < 0 || n > end-from || len(plain) > maxUnpacked {
			return nil, false
		}
		data := file[from : from+n]
		if packed {
			if data, ok = inflate(data); !ok {
				return nil, false
			}
		}
		plain = append(plain, data...)
		at = from + n
	}
	table := make([]int, len(offsets)+1)
	for n, at := range offsets {
		if n >= len(table) {
			return nil, false
		}
		table[n] = at
	}
	return plain, bytes.Equal(appendEnd(bytes.Clone(file[:end]), table), file)
}

const (
	lengthKey = "/Length "
	streamKey = ">>\nstream\n"
)

// streamAfter finds the length of the next stream, and whether it is deflated.
func streamAfter(b []byte) (at int, packed bool) {
	at = bytes.Index(b, []byte(lengthKey))
	if at < 0 {
		return at, false
	}
	begin := bytes.LastIndex(b[:at], []byte(" 0 obj\n"))
	return at, bytes.Contains(b[max(begin, 0):at], []byte("/Filter/FlateDecode"))
}

// noteObjects notes where objects begin; b stands at from in the file, outside of streams.
func noteObjects(b []byte, from int, offsets map[int]int) {
	const begin = " 0 obj\n"
	for at := 0; ; {
		next := bytes.Index(b[at:], []byte(begin))
		if next < 0 {
			return
		}
		at += next
		line := bytes.LastIndexByte(b[:at], '\n') + 1
		if n, err := strconv.Atoi(string(b[line:at])); err == nil && n > 0 {
			offsets[n] = from + line
		}
		at += len(begin)
	}
}

// inflate decodes all of data; nothing may follow.
func inflate(data []byte) ([]byte, bool) {
	in := bytes.NewReader(data)
	r, err := zlib.NewReader(in)
	if err != nil {
		return nil, false
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxUnpacked))
	return plain, err == nil && in.Len() == 0
}
