package s3

import (
	"errors"
	"fmt"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/dailies/dailies/internal/store"
)

var errNoBucket = errors.New("there is no such bucket; make it or set s3.bucket")

// explain turns the SDK's error into the contract's, and adds what to do where
// the user can do something. It drops the SDK's own text where that only repeats
// request ids. No key and no URL is in any of it.
func explain(err error) error {
	if err == nil {
		return nil
	}
	code := ""
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		code = api.ErrorCode()
	}
	status := 0
	if resp, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = resp.HTTPStatusCode()
	}
	switch code {
	case "NoSuchBucket":
		return errNoBucket
	case "NoSuchKey", "NotFound", "NoSuchUpload":
		return store.ErrNotFound
	case "PreconditionFailed":
		return errPrecondition
	case "ConditionalRequestConflict":
		return errConflict
	case "BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch", "InvalidDigest":
		return store.ErrChecksum
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "InvalidToken":
		return fmt.Errorf("S3 refuses our keys (%s); check the variables that s3.access_key_env and s3.secret_key_env name, and their rights to the bucket", code)
	case "RequestTimeTooSkewed":
		return fmt.Errorf("S3 refuses our clock (%s); set this machine's time", code)
	}
	switch status {
	case http.StatusNotFound:
		return store.ErrNotFound
	case http.StatusPreconditionFailed:
		return errPrecondition
	case http.StatusForbidden:
		return errors.New("S3 refuses our keys (status 403); check the variables that s3.access_key_env and s3.secret_key_env name, and their rights to the bucket")
	}
	return err
}

var (
	errPrecondition = errors.New("precondition failed")
	errConflict     = errors.New("another write to the same key is under way")
)

func isOwned(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && (api.ErrorCode() == "BucketAlreadyOwnedByYou" || api.ErrorCode() == "BucketAlreadyExists")
}
