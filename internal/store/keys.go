package store

import (
	"fmt"

	"github.com/dailies/dailies/internal/drama"
)

// Keys lays out one show's objects. Names inside come from checked scripts
// (drama.ValidID, drama.ValidSlate), never from free text.
type Keys struct{ Show string }

// Blob is where a file of a script lies (refs, footage, score): by content.
func (k Keys) Blob(sha256 string) string { return k.Show + "/files/" + sha256 }

// Script is where a submitted production lies: by content.
func (k Keys) Script(ep drama.EpisodeID, sha256 string) string {
	return fmt.Sprintf("%s/%s/scripts/%s.json", k.Show, ep.Code(), sha256)
}

// Source is the text that a submitted production was typed as, by the production's content.
func (k Keys) Source(ep drama.EpisodeID, sha256 string) string {
	return fmt.Sprintf("%s/%s/sources/%s.json", k.Show, ep.Code(), sha256)
}

// Draft is the script that somebody is writing.
func (k Keys) Draft(ep drama.EpisodeID) string { return k.Show + "/drafts/" + ep.Code() + ".json" }

// Shelved says which stored file a path of the show's folder means.
func (k Keys) Shelved(path string) string { return k.Show + "/shelf/" + path + ".json" }

// LatestScript points at the script that was submitted last.
func (k Keys) LatestScript(ep drama.EpisodeID) string {
	return fmt.Sprintf("%s/%s/script.json", k.Show, ep.Code())
}

// Plan is where a plan lies: by content.
func (k Keys) Plan(ep drama.EpisodeID, sha256 string) string {
	return fmt.Sprintf("%s/%s/plans/%s.json", k.Show, ep.Code(), sha256)
}

// Unlabelled is the prefix of an episode's copies without the visible label, or of the
// one whose master has a digest.
func (k Keys) Unlabelled(ep drama.EpisodeID, cut int, sha256 string) string {
	if sha256 == "" {
		return fmt.Sprintf("%s/%s/unlabelled/", k.Show, ep.Code())
	}
	return fmt.Sprintf("%s/%s/unlabelled/%d/%s/", k.Show, ep.Code(), cut, sha256)
}

// Takes is the prefix of an episode's takes, or of one slate's.
func (k Keys) Takes(ep drama.EpisodeID, slate string) string {
	if slate == "" {
		return fmt.Sprintf("%s/%s/takes/", k.Show, ep.Code())
	}
	return fmt.Sprintf("%s/%s/takes/%s/", k.Show, ep.Code(), slate)
}

// Take is a take's record.
func (k Keys) Take(id drama.TakeID) string {
	return fmt.Sprintf("%s%04d.json", k.Takes(id.Episode, id.Slate), id.Number)
}

// TakeFiled is there when a take was kept that nobody has judged: its record says.
func (k Keys) TakeFiled(id drama.TakeID) string {
	return fmt.Sprintf("%s%04d.filed", k.Takes(id.Episode, id.Slate), id.Number)
}

// TakePacked marks a take that is promised to a shot of a pack, which is bought under
// another take: what it says is which.
func (k Keys) TakePacked(id drama.TakeID) string {
	return fmt.Sprintf("%s%04d.packed", k.Takes(id.Episode, id.Slate), id.Number)
}

// TakePiece is the clip of a take that was cut out of another's.
func (k Keys) TakePiece(id drama.TakeID) string {
	return fmt.Sprintf("%s%04d.piece", k.Takes(id.Episode, id.Slate), id.Number)
}

// TakeMedia is a take's clip as it was fetched.
func (k Keys) TakeMedia(id drama.TakeID) string {
	return fmt.Sprintf("%s%04d.media", k.Takes(id.Episode, id.Slate), id.Number)
}

// TakeReview is what a browser plays of a take, with its contact sheet in front.
func (k Keys) TakeReview(id drama.TakeID) string {
	return fmt.Sprintf("%s%04d.review.mp4", k.Takes(id.Episode, id.Slate), id.Number)
}

// Circle says which take is used for a digest, show-wide.
func (k Keys) Circle(digest string) string { return k.Circles() + digest + ".json" }

// Circles is the prefix of all circles of a show.
func (k Keys) Circles() string { return k.Show + "/circles/" }

// Mezzanine is the prefix of a conformed take: + video.mp4, audio.wav, conform.json.
func (k Keys) Mezzanine(digest string) string { return k.Show + "/mezzanines/" + digest + "/" }

// Rendition is a mezzanine's pictures on a rung of HLS: + .mp4, .json.
func (k Keys) Rendition(mezzanine, digest string) string {
	return k.Mezzanine(mezzanine) + "rungs/" + digest
}

// Speech is a spoken line: by digest.
func (k Keys) Speech(digest string) string { return k.Show + "/speech/" + digest + ".wav" }

// Synced is the record of a shot's pictures with other lips.
func (k Keys) Synced(digest string) string { return k.Show + "/lips/" + digest + ".json" }

// SyncedFile is what was sent to have lips changed: clip.mp4, speech.wav, work.json.
func (k Keys) SyncedFile(digest, name string) string { return k.Show + "/lips/" + digest + "/" + name }

// SyncedAs is the prefix of marks that what plans name so is there.
func (k Keys) SyncedAs() string { return k.Show + "/lips/as/" }

// Frame is a picture taken from a clip: by digest. It lies where stills do since they
// were one.
func (k Keys) Frame(digest string) string { return k.Stills() + digest + ".png" }

// Calibration is how far the judge agreed with people when that was last looked at.
func (k Keys) Calibration() string { return k.Show + "/judge.json" }

// Opinion is what a judge said of a clip made for a brief: by digest.
func (k Keys) Opinion(digest string) string { return k.Show + "/opinions/" + digest + ".json" }

// Hearing is what a listener heard in a clip: by digest.
func (k Keys) Hearing(digest string) string { return k.Show + "/hearings/" + digest + ".json" }

// StillRecord says which picture is the storyboard still of a digest, show-wide.
func (k Keys) StillRecord(digest string) string { return k.Stills() + digest + ".json" }

// LookBook is which pictures of a show's look book are approved.
func (k Keys) LookBook() string { return k.Show + "/lookbook/approved.json" }

// Face is what is known of a picture of the cast that is registered with a vendor: by the
// provider instance and the picture's content.
func (k Keys) Face(instance, sha256 string) string {
	return fmt.Sprintf("%s/faces/%s/%s.json", k.Show, instance, sha256)
}

// Candidates is the prefix of the records of a sheet's candidates; of all, if slate is empty.
func (k Keys) Candidates(slate string) string {
	if slate == "" {
		return k.Show + "/lookbook/candidates/"
	}
	return k.Candidates("") + slate + "/"
}

// Candidate is the record of one picture of a sheet.
func (k Keys) Candidate(slate string, n int) string {
	return fmt.Sprintf("%s%04d.json", k.Candidates(slate), n)
}

// Stills is the prefix of a show's stills, pictures and records.
func (k Keys) Stills() string { return k.Show + "/stills/" }

// Notes is the prefix of what people said about an episode's pictures.
func (k Keys) Notes(ep drama.EpisodeID) string { return k.Show + "/notes/" + ep.Code() + "/" }

// Note is one version of a note. Versions are written once.
func (k Keys) Note(ep drama.EpisodeID, id string, version int) string {
	return fmt.Sprintf("%s%s/%06d.json", k.Notes(ep), id, version)
}

// Marks is the prefix of the marks of an episode's takes, or of one slate's.
func (k Keys) Marks(ep drama.EpisodeID, slate string) string {
	prefix := k.Show + "/marks/" + ep.Code() + "/"
	if slate != "" {
		prefix += slate + "/"
	}
	return prefix
}

// Mark is one version of a take's mark. Versions are written once.
func (k Keys) Mark(id drama.TakeID, version int) string {
	return fmt.Sprintf("%s%04d/%06d.json", k.Marks(id.Episode, id.Slate), id.Number, version)
}

// Edits is the prefix of the versions of an episode's editor's cut.
func (k Keys) Edits(ep drama.EpisodeID) string { return k.Show + "/edits/" + ep.Code() + "/" }

// Edit is one version of an editor's cut. Versions are written once.
func (k Keys) Edit(ep drama.EpisodeID, version int) string {
	return fmt.Sprintf("%s%06d.json", k.Edits(ep), version)
}

// Jobs is the prefix of the ledger of a show, or of one episode of it.
func (k Keys) Jobs(episode int) string {
	if episode == 0 {
		return k.Show + "/ledger/"
	}
	return fmt.Sprintf("%s/ledger/%s/", k.Show, drama.EpisodeID{Number: episode}.Code())
}

// Growing is the prefix of marks that an episode's ledger is written to, or of those of all
// (0): see package account.
func (k Keys) Growing(episode int) string {
	if episode == 0 {
		return k.Show + "/growing/"
	}
	return fmt.Sprintf("%s/growing/%s/", k.Show, drama.EpisodeID{Number: episode}.Code())
}

// Templates says which version of the prompt templates the show keeps.
func (k Keys) Templates() string { return k.Show + "/templates.json" }

// Account is the show's account: see package account.
func (k Keys) Account() string { return k.Show + "/account.json" }

// Cuts is the prefix of an episode's cuts.
func (k Keys) Cuts(ep drama.EpisodeID) string { return fmt.Sprintf("%s/%s/cuts/", k.Show, ep.Code()) }

// Cut is the prefix of one cut.
func (k Keys) Cut(ep drama.EpisodeID, n int) string { return fmt.Sprintf("%s%d/", k.Cuts(ep), n) }

// Check is what a verification found of a cut for a pack: by the digest of what it was held
// to.
func (k Keys) Check(ep drama.EpisodeID, digest string) string {
	return fmt.Sprintf("%s/%s/checks/%s.json", k.Show, ep.Code(), digest)
}

// Packs is the prefix of a show's packs, and of what is handed in of them.
func (k Keys) Packs() string { return k.Show + "/packs/" }

// Pack is the record of a pack: by digest.
func (k Keys) Pack(digest string) string { return k.Packs() + digest + ".json.gz" }

// Dubs is the prefix of an episode's dubs into a language; of all, if that is empty.
func (k Keys) Dubs(ep drama.EpisodeID, language string) string {
	prefix := fmt.Sprintf("%s/%s/dubs/", k.Show, ep.Code())
	if language != "" {
		prefix += language + "/"
	}
	return prefix
}

// Dub is the prefix of one dub.
func (k Keys) Dub(ep drama.EpisodeID, language string, n int) string {
	return fmt.Sprintf("%s%d/", k.Dubs(ep, language), n)
}

// Ended is a copy of how the last run of an episode ended that had to be asked.
func (k Keys) Ended(ep drama.EpisodeID) string {
	return fmt.Sprintf("%s/%s/ended.json", k.Show, ep.Code())
}

// Latest points at the newest cut; it moves by conditional write.
func (k Keys) Latest(ep drama.EpisodeID) string {
	return fmt.Sprintf("%s/%s/latest.json", k.Show, ep.Code())
}
