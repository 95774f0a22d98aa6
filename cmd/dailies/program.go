package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/interceptor"

	"github.com/dailies/dailies/internal/app"
	"github.com/dailies/dailies/internal/near"
	"github.com/dailies/dailies/internal/provider/all"
)

// program is one run of the command, with everything it takes from the world, so
// that tests start the real thing.
type program struct {
	args     []string // without the program's name
	env      []string // as os.Environ gives it
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
	terminal bool // stderr is a terminal
	// signals delivers Ctrl-C: once to leave cleanly, twice to leave at once.
	signals <-chan os.Signal
	exit    func(code int) // for the second Ctrl-C
	// adapters are known besides all.Adapters; tests bring their fake vendor.
	adapters []all.Adapter
	// interceptors stand around the workers' own; for tests.
	interceptors []interceptor.WorkerInterceptor
	// child is what this program's own children are started with; for tests.
	child []string
	// hidden is why other programs could see our keys; nil: they cannot.
	hidden error
	// grace overrules purchase.DefaultGrace where vendors are asked; for tests.
	grace time.Duration
}

// cli is what a subcommand works with, filled before it runs.
type cli struct {
	*app.Main
	program program
	ui      *ui
	flags   globalFlags
	command string          // as typed, to be shown again
	ctx     context.Context // of the command: it ends with Ctrl-C
}

type globalFlags struct {
	config, data string
	verbose      bool
	quiet        bool
	json         bool
}

// run runs the command and returns its exit code.
func (p program) run() int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	finished := make(chan struct{})
	defer close(finished)
	go p.watchSignals(cancel, finished)

	a := &cli{program: p, ui: &ui{out: p.stdout, err: p.stderr, terminal: p.terminal}}
	a.Main = &app.Main{Version: version, Env: p.env, Say: a.ui.say, Words: waiting, Adapters: p.adapters, Interceptors: p.interceptors, Child: p.child, Grace: p.grace}
	root := a.root()
	root.SetArgs(append([]string{}, p.args...)) // nil would mean os.Args
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	return a.code(ctx, err)
}

func (p program) watchSignals(cancel context.CancelCauseFunc, finished <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-finished:
			return
		case <-p.signals:
			if n > 0 {
				p.exit(exitInterrupted)
				return
			}
			cancel(errInterrupted)
		}
	}
}

// code turns how a command ended into what the shell sees, and says why.
func (a *cli) code(ctx context.Context, err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(context.Cause(ctx), errInterrupted) {
		a.ui.say("interrupted: the work is kept, the same command goes on")
		return exitInterrupted
	}
	var e *exitError
	if !errors.As(err, &e) {
		e = &exitError{code: codeOf(err), err: err}
	}
	if e.err != nil {
		a.ui.complain(e.err)
	}
	return e.code
}

func (a *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "dailies",
		Short: "From an episode script to a finished episode",
		Long: `dailies renders AI short drama: a YAML episode script goes in, a finished episode
lies in S3. With nothing configured it runs its own engine and keeps everything
in .dailies; stop it at any moment, the same command goes on.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.prepare(cmd) },
		// Bare "dailies" shows help and is no error, an unknown word is one.
		Args: unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usagef("%w; %s --help shows what it takes", err, cmd.CommandPath())
	})
	f := root.PersistentFlags()
	f.StringVar(&a.flags.config, "config", "", "config file (default dailies.yaml if there is one)")
	f.StringVar(&a.flags.data, "data", "", "data folder (default .dailies)")
	f.BoolVarP(&a.flags.verbose, "verbose", "v", false, "log to stderr what happens")
	f.BoolVarP(&a.flags.quiet, "quiet", "q", false, "say nothing but results and errors")
	root.AddGroup(
		&cobra.Group{ID: "script", Title: "The script:"},
		&cobra.Group{ID: "render", Title: "Render:"},
		&cobra.Group{ID: "run", Title: "A running episode, and money:"},
		&cobra.Group{ID: "house", Title: "The house:"},
	)
	add := func(group string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = group
			c.Args = usageArgs(c.Args)
			root.AddCommand(c)
		}
	}
	add("script", a.initCmd(), a.validateCmd(), a.planCmd(), a.promptsCmd(), a.templatesCmd(), a.schemaCmd())
	add("render", a.renderCmd(), a.retakeCmd(), a.tryCmd(), a.statusCmd(), a.takesCmd(), a.circleCmd(), a.finalCmd(), a.approveCmd(), a.sheetCmd(), a.reviewCmd(), a.dubCmd(), a.importCmd(), a.exportCmd(), a.conformBackCmd(), a.verifyCmd(), a.packCmd(), a.profilesCmd())
	add("run", a.seasonCmd(), a.pauseCmd(), a.resumeCmd(), a.cancelCmd(), a.budgetCmd(), a.costCmd(), a.jobsCmd(), a.leaderboardCmd(), a.judgeCmd(), a.gcCmd())
	add("house", a.upCmd(), a.openCmd(), a.tokenCmd(), a.workerCmd(), a.versionsCmd(), a.replayCmd(), a.webhooksCmd(), a.providersCmd(), a.backupCmd(), a.restoreCmd(), a.moveCmd(), a.doctorCmd(), a.versionCmd())
	for _, c := range a.hiddenCmds() {
		c.Hidden = true
		root.AddCommand(c)
	}
	root.SetHelpCommandGroupID("house")
	root.SetCompletionCommandGroupID("house")
	return root
}

// unknownCommand names the nearest command that exists.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			known = append(known, c.Name())
		}
	}
	if meant := near.Word(args[0], known); meant != "" {
		return usagef("there is no command %q; did you mean %s?", args[0], meant)
	}
	return usagef("there is no command %q; dailies --help lists them", args[0])
}

// usageArgs makes a wrong number of arguments a usage error that shows the form.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		if err := check(cmd, args); err != nil {
			return usagef("%w; usage: %s", err, cmd.UseLine())
		}
		return nil
	}
}

// noConfig marks commands that must work with a broken or absent config.
const noConfig = "no-config"

// prepare reads the global flags and the config.
func (a *cli) prepare(cmd *cobra.Command) error {
	a.ctx = cmd.Context()
	a.command = "dailies " + strings.Join(quoteArgs(a.program.args), " ")
	a.ui.quiet, a.ui.json = a.flags.quiet, a.flags.json
	a.Verbose = a.flags.verbose
	a.SetLog(a.program.stderr, a.flags.quiet, false)
	if cmd.Annotations[noConfig] != "" || builtIn(cmd) {
		return nil
	}
	if err := a.Load(a.flags.config, a.flags.data); err != nil {
		return err
	}
	a.SetLog(a.program.stderr, a.flags.quiet, cmd.Name() == "worker")
	return nil
}

// builtIn says whether cobra made the command: help and completion.
func builtIn(cmd *cobra.Command) bool {
	for c := cmd; c != nil; c = c.Parent() {
		if c.Name() == "completion" || c.Name() == "help" || strings.HasPrefix(c.Name(), "__complete") {
			return true
		}
	}
	return false
}

// jsonFlag gives a command --json.
func (a *cli) jsonFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.flags.json, "json", false, "print one JSON object on stdout")
}

// quoteArgs shows arguments as they could be typed into a shell again.
func quoteArgs(args []string) []string {
	out := make([]string, len(args))
	for i, s := range args {
		if s == "" || strings.ContainsAny(s, " \t\n\"'\\$`!*?;&|<>(){}[]~#") {
			s = "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
		out[i] = s
	}
	return out
}

func (a *cli) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Annotations: map[string]string{noConfig: "yes"},
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(a.program.stdout, version)
			return nil
		},
	}
}

// now is the clock of everything that people watch.
func (a *cli) now() time.Time { return time.Now() }
