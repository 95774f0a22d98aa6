package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/engine"
	"github.com/dailies/dailies/internal/ffmpeg"
)

// hiddenCmds are the program's own children: FFmpeg behind its fence and the S3
// gateway, which changes the process's folder.
func (a *cli) hiddenCmds() []*cobra.Command {
	own := map[string]string{noConfig: "yes"}
	return []*cobra.Command{
		{
			Use: "media", Short: "Carry out one media job (started by dailies itself)", Args: cobra.NoArgs, Annotations: own,
			RunE: func(*cobra.Command, []string) error {
				if code := ffmpeg.Child(); code != 0 {
					return &exitError{code: code}
				}
				return nil
			},
		},
		{
			Use: "s3gateway", Short: "Run the S3 gateway (started by dailies itself)", Args: cobra.NoArgs, Annotations: own,
			RunE: func(cmd *cobra.Command, _ []string) error {
				if err := engine.RunGateway(cmd.Context(), a.program.stdin, a.program.stdout); err != nil {
					return fmt.Errorf("s3gateway: %w", err)
				}
				return nil
			},
		},
	}
}
