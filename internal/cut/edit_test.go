package cut_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dailies/dailies/internal/cut"
	"github.com/dailies/dailies/internal/drama"
	"github.com/dailies/dailies/internal/library"
	"github.com/dailies/dailies/internal/media"
	"github.com/dailies/dailies/internal/timeline"
	"github.com/dailies/dailies/test/rehearsal"
)

// TestAVoicesLinesInPieces: each line is heard in the piece that shows its beginning, or
// in the first that shows where it would be heard; one that none shows is told.
func TestAVoicesLinesInPieces(t *testing.T) {
	shot := rehearsal.Shot("1A", "a door")
	shot.Lines = []drama.Line{{Who: "lin", Say: "One."}, {Who: "lin", Say: "Two."}}
	p := rehearsal.Production([]string{"fake"}, shot)
	id := drama.TakeID{Episode: p.ID(), Slate: "1A", Number: 1}
	first, second := media.Frames(10), media.Frames(50)
	base := cut.Shot{
		Slate: "1A", Take: drama.Take{ID: id, Origin: drama.OriginGenerated}, Mezzanine: library.Mezzanine{Result: media.ConformResult{Frames: 96}},
		Speech: drama.Speech{Over: &id, Mute: [][2]media.Frames{{8, 30}, {48, 80}}, Lines: []drama.SpokenLine{{Line: 0, Frames: 20, At: &first}, {Line: 1, Frames: 30, At: &second}}},
	}
	piece := func(again int, in, frames media.Frames) timeline.Piece {
		return timeline.Piece{Slate: "1A", Again: again, Take: id, In: in, Frames: frames}
	}
	for _, c := range []struct {
		name   string
		pieces []timeline.Piece
		want   [][]drama.SpokenCue // that are heard
		mute   [][2]media.Frames   // of the first piece
		away   string
	}{
		{"in two", []timeline.Piece{piece(0, 0, 40), piece(1, 40, 56)}, [][]drama.SpokenCue{{{Line: 0, From: 10, To: 30}}, {{Line: 1, From: 10, To: 40}}}, [][2]media.Frames{{8, 30}}, ""},
		{"cut through a line", []timeline.Piece{piece(0, 0, 20), piece(1, 20, 76)}, [][]drama.SpokenCue{{{Line: 0, From: 10, To: 20}}, {{Line: 1, From: 30, To: 60}}}, [][2]media.Frames{{8, 20}}, ""},
		{"its head is trimmed", []timeline.Piece{piece(0, 15, 81)}, [][]drama.SpokenCue{{{Line: 0, From: 0, To: 20}, {Line: 1, From: 35, To: 65}}}, [][2]media.Frames{{0, 15}, {33, 65}}, ""},
		{"a line is away", []timeline.Piece{piece(0, 40, 56)}, [][]drama.SpokenCue{{{Line: 1, From: 10, To: 40}}}, [][2]media.Frames{{8, 40}}, "line 1"},
		{"shown twice", []timeline.Piece{piece(0, 0, 35), piece(1, 0, 35)}, [][]drama.SpokenCue{{{Line: 0, From: 10, To: 30}}, {{Line: 0, From: 10, To: 30}}}, [][2]media.Frames{{8, 30}}, "line 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shots, notes := cut.Pieces(p, []cut.Shot{base}, c.pieces, nil)
			for i, s := range shots {
				heard := s.Cues[:len(s.Speech.Lines)]
				if d := cmp.Diff(c.want[i], heard); d != "" {
					t.Errorf("piece %d (-want +heard)\n%s", i, d)
				}
				for n, l := range s.Speech.Lines {
					if l.Line != heard[n].Line {
						t.Errorf("piece %d: sound %d is of line %d, its time of line %d", i, n, l.Line, heard[n].Line)
					}
				}
			}
			if d := cmp.Diff(c.mute, shots[0].Speech.Mute); d != "" {
				t.Errorf("silent (-want +got)\n%s", d)
			}
			if told := strings.Join(notes, "\n"); (c.away == "") != (told == "") || !strings.Contains(told, c.away) {
				t.Errorf("told %q, want %q", told, c.away)
			}
		})
	}
}
