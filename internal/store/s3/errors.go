package s3

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/dailies/dailies/internal/store"
)

// errNoBucket is told from other refusals because the bucket can be made.
var errNoBucket = &store.RefusedError{Reason: "there is no such bucket: dailies doctor --make-bucket makes it, or make it at the service, or correct s3.bucket"}

const (
	checkKeys  = "S3 refuses our keys: check the variables that s3.access_key_env and s3.secret_key_env name, and their rights to the bucket"
	checkToken = "S3 refuses our session: temporary keys need their session token, in the variable that s3.session_token_env names (AWS_SESSION_TOKEN), and they expire"
)

// refusals are the codes of answers that stay the same, and what to do about each.
var refusals = map[string]string{
	"InvalidAccessKeyId":    checkKeys,
	"SignatureDoesNotMatch": checkKeys,
	"AccessDenied":          checkKeys,
	"AllAccessDisabled":     checkKeys,
	"AccountProblem":        "S3 has closed the account, for example because of a bill: its owner must look",
	"UserDisable":           "S3 has closed the account, for example because of a bill: its owner must look", // OSS
	"ExpiredToken":          checkToken,
	"InvalidToken":          checkToken,
	"InvalidSecurityToken":  checkToken,
	"TokenRefreshRequired":  checkToken,
	"RequestTimeTooSkewed":  "S3 refuses our clock: set this machine's time",
	"RequestExpired":        "S3 refuses our clock: set this machine's time",
	"InvalidBucketName":     "the service does not take the bucket's name: correct s3.bucket",
	"QuotaExceeded":         "the bucket's quota is full: make room, or raise it",
	"XMinioStorageFull":     "the service's disks are full: make room there",
	"NotImplemented":        "this service does not do what dailies needs; dailies doctor says what it can",
	"MethodNotAllowed":      "this service does not do what dailies needs; dailies doctor says what it can",
	// The style of addresses, in the words of OSS, COS and TOS.
	"SecondLevelDomainForbidden":         wantsHost,
	"PathStyleDomainForbidden":           wantsHost,
	"InvalidPathAccess":                  wantsHost,
	"PermanentRedirect":                  "the bucket lies in another region: correct s3.region and s3.endpoint",
	"AuthorizationHeaderMalformed":       "the bucket lies in another region: correct s3.region",
	"IllegalLocationConstraintException": "the bucket cannot be made in this region: correct s3.region and s3.endpoint",
}

const wantsHost = "the service wants the bucket in the host's name: set s3.path_style to false"

// skew is how far apart clocks may be until S3 refuses, which is documented as 15 minutes; an
// answer may be late.
const skew = 14 * time.Minute

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
	status, header := 0, http.Header{}
	if resp, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		status = resp.HTTPStatusCode()
		if resp.HTTPResponse() != nil {
			header = resp.HTTPResponse().Header
		}
	}
	switch code {
	case "NoSuchBucket":
		return errNoBucket
	case "NoSuchKey", "NotFound", "NoSuchUpload":
		return store.ErrNotFound
	case "PreconditionFailed":
		return errPrecondition
	case "ConditionalRequestConflict", "OperationAborted":
		return errConflict
	case "InvalidRange":
		return store.ErrRange
	case "BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch", "InvalidDigest":
		return store.ErrChecksum
	}
	if reason := refusals[code]; reason != "" {
		return &store.RefusedError{Reason: reason, Err: errors.New(code)}
	}
	switch status {
	case http.StatusNotFound:
		return store.ErrNotFound
	case http.StatusPreconditionFailed:
		return errPrecondition
	case http.StatusRequestedRangeNotSatisfiable:
		return store.ErrRange
	case http.StatusForbidden, http.StatusUnauthorized:
		if code == "" || code == "Forbidden" { // to a HEAD, whose answer has no room for more
			if at, err := http.ParseTime(header.Get("Date")); err == nil && time.Since(at).Abs() > skew {
				return &store.RefusedError{Reason: refusals["RequestTimeTooSkewed"], Err: fmt.Errorf("status %d, its time is %s", status, at.Format(time.RFC3339))}
			}
		}
		return &store.RefusedError{Reason: checkKeys, Err: fmt.Errorf("status %d", status)}
	case http.StatusNotImplemented, http.StatusMethodNotAllowed:
		return &store.RefusedError{Reason: refusals["NotImplemented"], Err: fmt.Errorf("status %d", status)}
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		return &store.RefusedError{Reason: refusals["PermanentRedirect"], Err: fmt.Errorf("status %d", status)}
	}
	return err
}

// cutOff says that an answer is worth asking for again: its connection ended in its middle,
// which the SDK takes for an answer that cannot be read.
func cutOff(err error) aws.Ternary {
	if isCutOff(err) {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

func isCutOff(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

var (
	errPrecondition = errors.New("precondition failed")
	errConflict     = errors.New("another write to the same key is under way")
)

func isOwned(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && (api.ErrorCode() == "BucketAlreadyOwnedByYou" || api.ErrorCode() == "BucketAlreadyExists")
}

// unable says that the service does not know what was asked of it, or a header of
// it: 501, or 400 with a code that says so.
func unable(err error) bool {
	resp, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok {
		return false
	}
	if resp.HTTPStatusCode() == http.StatusNotImplemented {
		return true
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || resp.HTTPStatusCode() != http.StatusBadRequest {
		return false
	}
	switch api.ErrorCode() {
	case "NotImplemented", "InvalidArgument", "InvalidRequest", "UnsupportedHeader", "UnsupportedArgument", "InvalidDigest":
		return true
	}
	return false
}
