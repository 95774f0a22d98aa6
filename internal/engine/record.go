package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/dailies/dailies/internal/private"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Address says where an engine is reached. It holds no secret; a part that does not run embedded is empty.
type Address struct {
	Temporal        string `json:"temporal,omitempty"`     // host:port of the frontend
	Namespace       string `json:"namespace,omitempty"`    // of Temporal
	KeyFile         string `json:"temporal_key,omitempty"` // PEM: certificate and key by which Temporal lets in; see ClientOptions
	S3Endpoint      string `json:"s3_endpoint,omitempty"`  // URL; path-style addressing
	S3Bucket        string `json:"s3_bucket,omitempty"`    // exists
	S3Region        string `json:"s3_region,omitempty"`    //
	CredentialsFile string `json:"s3_credentials,omitempty"`
	UI              string `json:"ui,omitempty"`          // URL of Temporal's own web page
	PasswordFile    string `json:"ui_password,omitempty"` // of the web page; the name is "dailies"
	Studio          string `json:"studio,omitempty"`      // URL, if the owner serves the Studio: see SetStudio
}

// Credentials reads the gateway's keys from their file.
func (a Address) Credentials() (Credentials, error) { return readCredentials(a.CredentialsFile) }

// record is engine.json: what the owner of a data folder tells others. It is a hint; Connect believes the answers of the engine.
type record struct {
	Address

	PID       int       `json:"pid"`
	Started   time.Time `json:"started"`
	ClusterID string    `json:"cluster_id,omitempty"`
}

func recordFile(data string) string { return filepath.Join(data, "engine.json") }

func readRecord(data string) (record, bool, error) {
	b, err := os.ReadFile(recordFile(data))
	if errors.Is(err, fs.ErrNotExist) {
		return record{}, false, nil
	}
	if err != nil {
		return record{}, false, fmt.Errorf("read engine address: %w", err)
	}
	var r record
	if err := json.Unmarshal(b, &r); err != nil {
		return record{}, false, nil //nolint:nilerr // a damaged hint is no hint; the next owner writes a new one
	}
	return r, true, nil
}

func (r record) write(data string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode engine address: %w", err)
	}
	if err := private.Write(recordFile(data), append(b, '\n')); err != nil {
		return fmt.Errorf("write engine address: %w", err)
	}
	return nil
}

// probe asks every part of the recorded engine whether it is up and is the one that was recorded.
func (r record) probe(ctx context.Context) error {
	if r.Temporal != "" {
		conn, err := r.dial()
		if err != nil {
			return err
		}
		defer conn.Close()
		id, err := probeTemporal(ctx, conn, r.Namespace)
		if err != nil {
			return err
		}
		if id != r.ClusterID {
			return fmt.Errorf("another Temporal server answers at %s", r.Temporal)
		}
	}
	if r.S3Endpoint != "" {
		client, err := rootClient(r.Address)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		if _, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &r.S3Bucket}); err != nil {
			return fmt.Errorf("ask S3 gateway at %s: %w", r.S3Endpoint, err)
		}
	}
	return nil
}

// ensureBucket makes the bucket if the gateway does not have it.
func ensureBucket(ctx context.Context, a Address) error {
	client, err := rootClient(a)
	if err != nil {
		return err
	}
	_, err = client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &a.S3Bucket})
	var owned *types.BucketAlreadyOwnedByYou
	var exists *types.BucketAlreadyExists
	if err != nil && !errors.As(err, &owned) && !errors.As(err, &exists) {
		return fmt.Errorf("make bucket %s: %w", a.S3Bucket, err)
	}
	return nil
}

func rootClient(a Address) (*s3.Client, error) {
	keys, err := a.Credentials()
	if err != nil {
		return nil, err
	}
	return s3.New(s3.Options{
		BaseEndpoint: &a.S3Endpoint,
		Region:       a.S3Region,
		UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: keys.AccessKey, SecretAccessKey: keys.SecretKey}, nil
		}),
		RetryMaxAttempts: 1,
	}), nil
}

// Connect finds the engine that works on a data folder. It believes the engine's own answers, not the file: false without an error
// means that none is up. It is the read-only half of StartOrJoin, for `dailies status`.
func Connect(ctx context.Context, data string) (Address, bool, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return Address{}, false, fmt.Errorf("find data folder: %w", err)
	}
	r, ok, err := readRecord(data)
	if err != nil || !ok {
		return Address{}, false, err
	}
	if err := r.probe(ctx); err != nil {
		if ctx.Err() != nil {
			return Address{}, false, fmt.Errorf("ask engine: %w", context.Cause(ctx))
		}
		return Address{}, false, nil
	}
	return r.Address, true, nil
}

// port reads the port of "host:port" or of a URL; 0 if there is none.
func port(address string) int {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		address = u.Host
	}
	_, p, err := net.SplitHostPort(address)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(p)
	if err != nil {
		return 0
	}
	return n
}
