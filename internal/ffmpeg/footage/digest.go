package footage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/asticode/go-astiav"
)

// VideoDigest is the SHA-256 over the payloads of a file's video packets as
// the container stores them, in order, and their number.
func VideoDigest(ctx context.Context, path string) (digest string, packets int, err error) {
	in, err := Open(ctx, path, Clips)
	if err != nil {
		return "", 0, err
	}
	defer in.Close()
	video := in.Video()
	if video == nil {
		return "", 0, errors.New("digest video: no picture")
	}
	pkt := astiav.AllocPacket()
	defer pkt.Free()
	h := sha256.New()
	for {
		err := in.Read(pkt)
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(h.Sum(nil)), packets, nil
		}
		if err != nil {
			return "", 0, fmt.Errorf("digest video: %w", err)
		}
		if pkt.StreamIndex() == video.Index() {
			h.Write(pkt.Data())
			packets++
		}
		pkt.Unref()
	}
}
