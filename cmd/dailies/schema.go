package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dailies/dailies/internal/script"
)

func (a *cli) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of scripts, for completion in editors", Args: cobra.NoArgs,
		Annotations: map[string]string{noConfig: "yes"},
		RunE: func(*cobra.Command, []string) error {
			if _, err := a.program.stdout.Write(script.Schema()); err != nil {
				return fmt.Errorf("print schema: %w", err)
			}
			return nil
		},
	}
}
