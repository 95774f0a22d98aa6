// Package s3 is the store.Store for S3: AWS, any S3-compatible service, or the
// gateway that dailies embeds. Bytes are checked on the way in by the server and
// on the way out by us. Keys and claim checks are relative to a configured
// prefix, so a store can be moved.
//
// It is not a cache and keeps no state but the connection pool.
package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/dailies/dailies/internal/store"
)

// Config says where the objects lie.
type Config struct {
	Endpoint  string // URL; "" or "aws": AWS's own for the region
	Bucket    string // MUST exist, see EnsureBucket
	Region    string
	Prefix    string // of every key, e.g. "studio-a"; may be empty
	PathStyle bool   // http://host/bucket/key; what most services but AWS want

	// AccessKey and SecretKey; both empty: AWS's default chain (environment,
	// shared files, machine role).
	AccessKey, SecretKey string
	// SessionToken belongs to keys that expire; empty: these do not.
	SessionToken string

	// Own says that the service is the gateway that this program embeds: what it takes
	// is known.
	Own bool

	// PartBytes is the size of one part of a large object; 0: 8 MiB. Not below
	// 5 MiB, which is S3's own limit.
	PartBytes int64
	// PageSize of listings; 0: the server's (1,000).
	PageSize int32
}

const defaultPartBytes = 8 << 20

// Store keeps objects in one bucket.
type Store struct {
	client    *s3.Client
	http      *http.Client
	presigner *s3.PresignClient
	bucket    string
	region    string
	prefix    string // "" or ends in "/"
	partBytes int64
	pageSize  int32
	odd       atomic.Bool // this service's versions are no sums of the bytes
	hostStyle bool
	service   service
	guard     atomic.Int32 // a guard: what guards bytes on their way in
	partGuard atomic.Int32 // a guard: the same for parts
	direct    *direct      // writes small objects; nil: the SDK does
	noParts   atomic.Bool  // the service takes objects in one piece only
	// lock serialises conditional writes where the service does not decide between
	// writers; nil: it does. See Serialize.
	lock func(context.Context) (unlock func(), err error)
}

// New makes a store. It does no I/O, except that AWS's default chain may look for keys.
func New(ctx context.Context, c Config) (*Store, error) {
	if c.Bucket == "" {
		return nil, errors.New("open S3: no bucket is named; set s3.bucket")
	}
	if (c.AccessKey == "") != (c.SecretKey == "") {
		return nil, errors.New("open S3: one of access key and secret key is missing")
	}
	known, err := serviceOf(c.Endpoint)
	if err != nil {
		return nil, fmt.Errorf("open S3: %w", err)
	}
	hostStyle := !c.PathStyle || known.Style == "host"
	pool := newHTTPClient()
	opts := s3.Options{
		Region:       c.Region,
		UsePathStyle: !hostStyle,
		HTTPClient:   pool,
		// We send a SHA-256 of our own, and check it when reading.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(cutOff)}, o.Retryables...)
		}),
	}
	if c.Endpoint != "" && c.Endpoint != "aws" {
		opts.BaseEndpoint = &c.Endpoint
	}
	if c.AccessKey != "" {
		opts.Credentials = credentials.NewStaticCredentialsProvider(c.AccessKey, c.SecretKey, c.SessionToken)
	} else {
		chain, err := config.LoadDefaultConfig(ctx, config.WithRegion(c.Region))
		if err != nil {
			return nil, fmt.Errorf("open S3: find AWS keys: %w", err)
		}
		opts.Credentials = chain.Credentials
	}
	prefix := strings.Trim(c.Prefix, "/")
	if prefix != "" {
		if err := store.CheckKey(prefix); err != nil {
			return nil, fmt.Errorf("open S3: prefix: %w", err)
		}
		prefix += "/"
	}
	client := s3.New(opts)
	st := &Store{
		client:    client,
		http:      pool,
		presigner: s3.NewPresignClient(client),
		bucket:    c.Bucket,
		region:    c.Region,
		prefix:    prefix,
		partBytes: partBytes(c.PartBytes),
		pageSize:  c.PageSize,
		hostStyle: hostStyle,
		service:   known,
	}
	if c.Own {
		if st.direct, err = newDirect(c, pool); err != nil {
			return nil, fmt.Errorf("open S3: read s3.endpoint: %w", err)
		}
	}
	if known.PartsChecksum == "none" {
		st.partGuard.Store(int32(guardMD5))
	}
	return st, nil
}

func partBytes(configured int64) int64 {
	const smallest = 5 << 20
	if configured == 0 {
		return defaultPartBytes
	}
	return max(configured, smallest)
}

// newHTTPClient waits for a server that has gone quiet only so long: a request
// without an answer must become an error that can be retried.
func newHTTPClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 64
	t.WriteBufferSize = 16 << 10              // a record leaves with its header
	t.ResponseHeaderTimeout = 2 * time.Minute // completing a large upload takes a while
	return &http.Client{Transport: t}
}

// Close gives up the connections that no request is using. A server that ends waits
// for those that were opened and never asked anything, which happens when several
// requests begin at once. The store may still be used.
func (s *Store) Close() error {
	s.http.CloseIdleConnections()
	return nil
}

// Check asks whether the bucket is there and ours, for `doctor` and for starts.
func (s *Store) Check(ctx context.Context) error {
	if _, err := s.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &s.bucket}); err != nil {
		err = explain(err)
		if errors.Is(err, store.ErrNotFound) {
			err = errNoBucket
		}
		return fmt.Errorf("open bucket %s: %w", s.bucket, err)
	}
	return nil
}

// EnsureBucket makes the bucket if it is not there.
func (s *Store) EnsureBucket(ctx context.Context) error {
	err := s.Check(ctx)
	if err == nil || !errors.Is(err, errNoBucket) {
		return err
	}
	in := &s3.CreateBucketInput{Bucket: &s.bucket}
	// AWS wants the region said again, except for its first, which it refuses to hear.
	if s.region != "" && s.region != "us-east-1" {
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(s.region)}
	}
	if _, err := s.client.CreateBucket(ctx, in); err != nil && !isOwned(err) {
		return fmt.Errorf("make bucket %s: %w", s.bucket, explain(err))
	}
	return nil
}

// URI names an object for people.
func (s *Store) URI(key string) string { return "s3://" + s.bucket + "/" + s.prefix + key }

// Presign makes a URL that lets anyone read the object for a while, at most a week.
func (s *Store) Presign(ctx context.Context, key string, ttl time.Duration) (string, error) {
	if err := store.CheckKey(key); err != nil {
		return "", err
	}
	if ttl < time.Second || ttl > 7*24*time.Hour {
		return "", fmt.Errorf("presign %s: %v is not between a second and a week", key, ttl)
	}
	req, err := s.presigner.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.key(key)}, s3.WithPresignExpires(ttl))
	if err != nil {
		return "", fmt.Errorf("presign %s: %w", key, explain(err))
	}
	return req.URL, nil
}

func (s *Store) key(key string) *string { return aws.String(s.prefix + key) }

func (s *Store) ref(i store.Info) store.Ref {
	return store.Ref{Bucket: s.bucket, Key: i.Key, SHA256: i.SHA256, Bytes: i.Bytes, Type: i.Type}
}

// own says what of a claim check is used: its key. The bucket is the one that it was put into;
// a show that was moved, or restored, lies in another. What is there is held to its checksum.
func own(ref store.Ref) error { return store.CheckKey(ref.Key) }

// unsigned keeps the SDK from reading a body once more for its signature: the
// body's SHA-256 goes along as a signed header, and the server checks it.
func unsigned(o *s3.Options) {
	o.APIOptions = append(o.APIOptions, v4.SwapComputePayloadSHA256ForUnsignedPayloadMiddleware)
}

var _ store.Store = (*Store)(nil)
