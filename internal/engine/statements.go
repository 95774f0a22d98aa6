package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"unsafe"

	"github.com/jmoiron/sqlx"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/metrics"
	persistence "go.temporal.io/server/common/persistence/sql"
	"go.temporal.io/server/common/persistence/sql/sqlplugin"
	"go.temporal.io/server/common/resolver"
)

// The server has SQLite read the same hundred statements again for every step of a run. This file keeps them as they were read, for as
// long as their connection: SQLite reads one again by itself when the tables have changed meanwhile.

// mostStatements is how many are kept: about twice as many as the server has. Lists of runs make up their own.
const mostStatements = 256

// keepStatements makes the server's database keep its statements. All parts of the server share one database of a DSN, in a field that
// their library does not show; where it is not found any more the server works as before, and slower.
func keepStatements(conf *config.SQL) error {
	opened, err := persistence.NewSQLDB(sqlplugin.DbKindMain, conf, resolver.NewNoopResolver(), log.NewNoopLogger(), metrics.NoopMetricsHandler)
	if err != nil {
		return fmt.Errorf("open %s: %w", conf.DatabaseName, err)
	}
	defer func() { _ = opened.Close() }() // what is shared stays
	shared, ok := sharedDatabase(opened)
	if !ok {
		return nil
	}
	was := shared.DB
	if _, ours := was.Driver().(keeping); ours {
		return nil // since an earlier engine of this process
	}
	kept := sql.OpenDB(connector{inner: was.Driver(), dsn: dsn(conf)})
	kept.SetMaxOpenConns(1) // as the server has it
	kept.SetMaxIdleConns(1)
	shared.DB = kept
	if err := was.Close(); err != nil {
		return fmt.Errorf("open %s: %w", conf.DatabaseName, err)
	}
	return nil
}

// sharedDatabase finds what all parts of the server share.
func sharedDatabase(opened sqlplugin.DB) (*sqlx.DB, bool) {
	v := reflect.ValueOf(opened)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil, false
	}
	f := v.Elem().FieldByName("db")
	if !f.IsValid() || f.Type() != reflect.TypeFor[*sqlx.DB]() || f.IsNil() {
		return nil, false
	}
	return *(**sqlx.DB)(unsafe.Pointer(f.UnsafeAddr())), true //nolint:gosec // its type was looked at just now
}

// dsn is how the server opens its database.
func dsn(conf *config.SQL) string {
	q := url.Values{"_time_format": {"sqlite"}}
	for name, value := range conf.ConnectAttributes {
		if name == "mode" {
			q.Set(name, value)
		} else {
			q.Add("_pragma", name+"="+value)
		}
	}
	slices.Sort(q["_pragma"])
	return "file:" + conf.DatabaseName + "?" + q.Encode()
}

// connector opens connections that keep their statements.
type connector struct {
	inner driver.Driver
	dsn   string
}

// keeping is the driver of a connector.
type keeping struct{ driver.Driver }

func (c connector) Driver() driver.Driver { return keeping{c.inner} }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	opened, err := c.inner.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	conn, ok := opened.(sqliteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("open %s: the driver's connection is a %T", c.dsn, opened), opened.Close())
	}
	return &statements{sqliteConn: conn, kept: make(map[string]*statement)}, nil
}

// sqliteConn is all that database/sql asks of the driver's connections.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// sqliteStmt is the same of its statements.
type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// statements is a connection with its statements. database/sql sees to it that one call at a time is under way.
type statements struct {
	sqliteConn

	kept map[string]*statement
}

type statement struct {
	sqliteStmt

	busy bool // its rows are still read
}

// take gives the statement of a text, to be used until it is given back. nil: that of an outer query with the same text is in use.
func (c *statements) take(ctx context.Context, text string) (*statement, error) {
	if s := c.kept[text]; s != nil {
		if s.busy {
			return nil, nil
		}
		return s, nil
	}
	made, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	inner, ok := made.(sqliteStmt)
	if !ok {
		return nil, made.Close()
	}
	if len(c.kept) >= mostStatements {
		if err := c.forget(); err != nil {
			return nil, errors.Join(err, inner.Close())
		}
	}
	s := &statement{sqliteStmt: inner}
	c.kept[text] = s
	return s, nil
}

// forget closes all statements that are not in use.
func (c *statements) forget() error {
	var all []error
	for text, s := range c.kept {
		if !s.busy {
			delete(c.kept, text)
			all = append(all, s.Close())
		}
	}
	return errors.Join(all...)
}

// drop forgets a statement that failed: whatever state it is in, the next one begins anew.
func (c *statements) drop(text string, s *statement) {
	delete(c.kept, text)
	_ = s.Close() // what it says is the failure itself
}

// ExecContext is driver.ExecerContext's.
func (c *statements) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, text, args)
	}
	r, err := s.ExecContext(ctx, args)
	if err != nil {
		c.drop(text, s)
	}
	return r, err
}

// QueryContext is driver.QueryerContext's.
func (c *statements) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, text, args)
	}
	r, err := s.QueryContext(ctx, args)
	if err != nil {
		c.drop(text, s)
		return nil, err
	}
	s.busy = true
	return &rows{Rows: r, of: s}, nil
}

// rows gives its statement back when it is closed.
type rows struct {
	driver.Rows

	of *statement
}

func (r *rows) Close() error {
	err := r.Rows.Close()
	r.of.busy = false
	return err
}

// BeginTx is driver.ConnBeginTx's.
func (c *statements) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if opts != (driver.TxOptions{}) {
		return c.sqliteConn.BeginTx(ctx, opts)
	}
	if _, err := c.ExecContext(ctx, "begin", nil); err != nil {
		return nil, err
	}
	return transaction{c}, nil
}

type transaction struct{ of *statements }

// Commit leaves no transaction behind when it fails: database/sql would use the connection again as if there were none.
func (t transaction) Commit() error {
	_, err := t.of.ExecContext(context.Background(), "commit", nil)
	if err != nil {
		_ = t.Rollback() // it fails where the commit ended the transaction after all
	}
	return err
}

func (t transaction) Rollback() error {
	_, err := t.of.ExecContext(context.Background(), "rollback", nil)
	return err
}

// Close is driver.Conn's.
func (c *statements) Close() error {
	for _, s := range c.kept {
		s.busy = false
	}
	return errors.Join(c.forget(), c.sqliteConn.Close())
}
