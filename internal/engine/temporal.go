package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync/atomic"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/temporal"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"
)

const (
	loopback    = "127.0.0.1"
	clusterName = "dailies"
	storeName   = "sqlite"

	// probeTimeout bounds one question to an engine: it is on this machine, so a slow answer is a sick engine.
	probeTimeout = 2 * time.Second

	// retention is how long Temporal remembers a finished workflow. S3 is the lasting record; a month is for looking back.
	retention = 30 * 24 * time.Hour
)

// SearchAttributes are the typed attributes by which workflows are listed, in the namespace from its first start.
func SearchAttributes() map[string]enums.IndexedValueType {
	return map[string]enums.IndexedValueType{
		"Show":    enums.INDEXED_VALUE_TYPE_KEYWORD,
		"Episode": enums.INDEXED_VALUE_TYPE_INT,
		"Stage":   enums.INDEXED_VALUE_TYPE_KEYWORD,
	}
}

// temporalServer is a running server. Its address is loopback:port.
type temporalServer struct {
	server    temporal.Server
	clusterID string // made by the server on its first start and kept in its database: it proves to others whose server answers
	closing   atomic.Bool
}

type temporalOptions struct {
	file      string // the SQLite database
	namespace string
	port      int // of the frontend; chosen already
	events    int // of a history before its run continues as new; 0: Temporal's own number
	key       identity
	address   Address
	log       *slog.Logger
	fatal     func(msg string) // the server says it cannot go on
}

// startTemporal runs every service of a Temporal server in this process and waits until it answers.
func startTemporal(ctx context.Context, opts temporalOptions) (*temporalServer, error) {
	// Every worker of this process, the server's own too, would read the whole program for a checksum that tells bad builds apart.
	worker.SetBinaryChecksum("dailies")
	if err := prepareDatabase(ctx, opts.file); err != nil {
		return nil, err
	}
	sqlConf := &config.SQL{
		PluginName:   sqliteplugin.PluginName,
		DatabaseName: databaseURI(opts.file),
		// WAL with synchronous=1 survives a kill of the process at any moment (a power cut may lose the last moments, never
		// consistency) and is three times as fast as the defaults. What open runs are at fits into 16 MB of cache, not into SQLite's 2.
		ConnectAttributes: map[string]string{"mode": "rwc", "journal_mode": "wal", "synchronous": "1", "busy_timeout": "5000", "cache_size": "-16384"},
	}
	if err := keepStatements(sqlConf); err != nil {
		return nil, damage(ctx, opts.file, err)
	}
	ns, err := sqliteschema.NewNamespaceConfig(clusterName, opts.namespace, false, SearchAttributes())
	if err != nil {
		return nil, fmt.Errorf("describe namespace %s: %w", opts.namespace, err)
	}
	ns.Detail.Config.Retention = durationpb.New(retention)
	if err := sqliteschema.CreateNamespaces(sqlConf, ns); err != nil {
		return nil, damage(ctx, opts.file, fmt.Errorf("make namespace %s: %w", opts.namespace, err))
	}

	ports, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	s := &temporalServer{}
	conf := serverConfig(sqlConf, opts, ports)
	logger := serverLog{out: opts.log, closing: &s.closing, fatal: opts.fatal}
	authorizer, err := authorization.GetAuthorizerFromConfig(&conf.Global.Authorization)
	if err != nil {
		return nil, fmt.Errorf("make Temporal authorizer: %w", err)
	}
	claims, err := authorization.GetClaimMapperFromConfig(&conf.Global.Authorization, logger)
	if err != nil {
		return nil, fmt.Errorf("make Temporal claim mapper: %w", err)
	}
	hosts := make(map[primitives.ServiceName]static.Hosts)
	for _, name := range []primitives.ServiceName{primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService} {
		hosts[name] = static.SingleLocalHost(hostPort(conf.Services[string(name)].RPC.GRPCPort))
	}
	s.server, err = temporal.NewServer(
		temporal.WithConfig(conf),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(hosts),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorizer),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return claims }),
		temporal.WithDynamicConfigClient(dynamicConfig(opts.events)),
	)
	if err != nil {
		return nil, fmt.Errorf("make Temporal server: %w", err)
	}
	if err := s.server.Start(); err != nil {
		return nil, damage(ctx, opts.file, fmt.Errorf("start Temporal server: %w", err))
	}
	if s.clusterID, err = waitTemporal(ctx, opts); err != nil {
		return nil, damage(ctx, opts.file, errors.Join(err, s.stop()))
	}
	return s, nil
}

func (s *temporalServer) stop() error {
	s.closing.Store(true)
	if err := s.server.Stop(); err != nil {
		return fmt.Errorf("stop Temporal server: %w", err)
	}
	return nil
}

// serverConfig describes a server whose services all listen on loopback and speak only to who has the folder's key. Temporal's HTTP API
// stays off: nobody needs it.
func serverConfig(sqlConf *config.SQL, opts temporalOptions, ports []int) *config.Config {
	service := func(port int) config.Service {
		return config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
	}
	var c config.Config
	c.Global.TLS = opts.key.server()
	c.Global.Membership.MaxJoinDuration = 30 * time.Second
	c.Global.Membership.BroadcastAddress = loopback
	c.Persistence = config.Persistence{
		DefaultStore:     storeName,
		VisibilityStore:  storeName,
		NumHistoryShards: 1,
		DataStores:       map[string]config.DataStore{storeName: {SQL: sqlConf}},
	}
	c.ClusterMetadata = &cluster.Config{
		FailoverVersionIncrement: 10,
		MasterClusterName:        clusterName,
		CurrentClusterName:       clusterName,
		ClusterInformation: map[string]cluster.ClusterInformation{clusterName: {
			Enabled:                true,
			InitialFailoverVersion: 1,
			RPCAddress:             hostPort(opts.port),
		}},
	}
	c.DCRedirectionPolicy.Policy = "noop"
	c.Services = map[string]config.Service{
		string(primitives.FrontendService): service(opts.port),
		string(primitives.HistoryService):  service(ports[0]),
		string(primitives.MatchingService): service(ports[1]),
		string(primitives.WorkerService):   service(ports[2]),
	}
	c.Archival.History.State = "disabled"
	c.Archival.Visibility.State = "disabled"
	c.NamespaceDefaults.Archival.History.State = "disabled"
	c.NamespaceDefaults.Archival.Visibility.State = "disabled"
	c.PublicClient.HostPort = hostPort(opts.port)
	return &c
}

// dynamicConfig lifts the limits that protect a shared cluster: here the machine is the limit. Fairness (which implies the new
// matcher and with it priorities) lets an editor's retake overtake a season and keeps one show from starving another.
func dynamicConfig(events int) dynamicconfig.StaticClient {
	const (
		plenty       = 100_000
		queueWorkers = 32
		idleWorkers  = 2 // of queues that nothing is put into here
	)
	c := dynamicconfig.StaticClient{
		dynamicconfig.MatchingUseNewMatcher.Key():                        true,
		dynamicconfig.MatchingEnableFairness.Key():                       true,
		dynamicconfig.FrontendRPS.Key():                                  plenty,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():           plenty,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): plenty,
		dynamicconfig.FrontendPersistenceMaxQPS.Key():                    plenty,
		dynamicconfig.MatchingRPS.Key():                                  plenty,
		dynamicconfig.MatchingPersistenceMaxQPS.Key():                    plenty,
		dynamicconfig.HistoryRPS.Key():                                   plenty,
		dynamicconfig.HistoryPersistenceMaxQPS.Key():                     plenty,
		dynamicconfig.VisibilityPersistenceMaxReadQPS.Key():              plenty,
		dynamicconfig.VisibilityPersistenceMaxWriteQPS.Key():             plenty,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():                     1000,
		dynamicconfig.TransferProcessorMaxPollRPS.Key():                  1000,
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():           1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key():          1,
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():                 8096,
		dynamicconfig.WorkerPersistenceMaxQPS.Key():                      plenty,
		// Of the steps that are under way. Of a few hundred at once most fell out of the server's own 512 KiB, and were read from the
		// database again as each began.
		dynamicconfig.EventsCacheMaxSizeBytes.Key(): 16 << 20,
		// Few: one writer at a time has the database anyway, and each of those that stand by, 512 a queue unless it is said, grows its
		// stack anew for the task that it gets.
		dynamicconfig.TransferProcessorSchedulerWorkerCount.Key():               queueWorkers,
		dynamicconfig.TimerProcessorSchedulerWorkerCount.Key():                  queueWorkers,
		dynamicconfig.VisibilityProcessorSchedulerWorkerCount.Key():             queueWorkers / 2,
		dynamicconfig.MemoryTimerProcessorSchedulerWorkerCount.Key():            queueWorkers / 4,
		dynamicconfig.ArchivalProcessorSchedulerWorkerCount.Key():               idleWorkers,
		dynamicconfig.ReplicationProcessorSchedulerWorkerCount.Key():            idleWorkers,
		dynamicconfig.ReplicationLowPriorityProcessorSchedulerWorkerCount.Key(): idleWorkers,
		// A worker that stops ends its polls by asking: a task that was on its way to a poll that was just hung up would be missed
		// only after its timeout, 10 s for a workflow task.
		dynamicconfig.EnableCancelWorkerPollsOnShutdown.Key(): true,
		// Payloads that lie elsewhere are our own claim checks: the server would look through each event for those of its SDKs.
		dynamicconfig.ExternalPayloadsEnabled.Key(): false,
		// Averages by which a farm sheds load; nobody reads them here.
		dynamicconfig.PersistenceHealthSignalMetricsEnabled.Key():     false,
		dynamicconfig.PersistenceHealthSignalAggregationEnabled.Key(): false,
		dynamicconfig.HistoryHealthSignalMetricsEnabled.Key():         false,
		// They look for what crashes and workers that left have forgotten in a farm's database: here a few rows. Their workers are not
		// stopped when the server is, and ask one that is gone for ever; without them it starts almost a second sooner.
		dynamicconfig.TaskQueueScannerEnabled.Key(): false,
		dynamicconfig.HistoryScannerEnabled.Key():   false,
	}
	if events > 0 {
		c[dynamicconfig.HistoryCountSuggestContinueAsNew.Key()] = events
	}
	return c
}

// waitTemporal returns the server's cluster id once it answers for our namespace, and adds search attributes that an older dailies
// did not know.
func waitTemporal(ctx context.Context, opts temporalOptions) (clusterID string, err error) {
	conn, err := opts.address.dial()
	if err != nil {
		return "", err
	}
	defer conn.Close()
	err = poll(ctx, func() error {
		clusterID, err = probeTemporal(ctx, conn, opts.namespace)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("wait for Temporal server: %w", err)
	}
	operator := operatorservice.NewOperatorServiceClient(conn)
	listed, err := operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: opts.namespace})
	if err != nil {
		return "", fmt.Errorf("list search attributes: %w", err)
	}
	missing := make(map[string]enums.IndexedValueType)
	for name, kind := range SearchAttributes() {
		if _, ok := listed.GetCustomAttributes()[name]; !ok {
			missing[name] = kind
		}
	}
	if len(missing) == 0 {
		return clusterID, nil
	}
	_, err = operator.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: opts.namespace, SearchAttributes: missing})
	if err != nil {
		return "", fmt.Errorf("add search attributes: %w", err)
	}
	return clusterID, nil
}

// probeTemporal asks whether the server is up and serves the namespace, and which cluster it is.
func probeTemporal(ctx context.Context, conn *grpc.ClientConn, namespace string) (clusterID string, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	frontend := workflowservice.NewWorkflowServiceClient(conn)
	info, err := frontend.GetClusterInfo(ctx, &workflowservice.GetClusterInfoRequest{})
	if err != nil {
		return "", fmt.Errorf("ask Temporal who it is: %w", err)
	}
	if _, err := frontend.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace}); err != nil {
		return "", fmt.Errorf("ask Temporal for namespace %s: %w", namespace, err)
	}
	return info.GetClusterId(), nil
}

func hostPort(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
