// Package sound is sound at rest and what an episode does with it: 48 kHz stereo
// WAV, the mix of shots, dialogue and score, loudness and true peak by ITU-R
// BS.1770-4, and the limiter. Samples are floats with full scale 1, in interleaved
// pairs. It holds no codec; whoever mixes brings a decoder (Decode).
package sound
