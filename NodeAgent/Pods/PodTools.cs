using Crescent.NodeAgent.Events;
using Crescent.NodeAgent.Images;
using Crescent.NodeAgent.Pods.Admission;
using Crescent.NodeAgent.Probes;
using Crescent.NodeAgent.Runtimes;
using Crescent.NodeAgent.Runtimes.Docker;
using Crescent.NodeAgent.Volumes;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Pods;

/// <summary>What all pod workers of a node share.</summary>
internal sealed class PodTools(
    IContainerRuntime runtime,
    RuntimeState state,
    PodStarter starter,
    HookRunner hooks,
    Prober prober,
    PodVolumes volumes,
    ImageStore images,
    PodStatusReporter reporter,
    IPodEvents events,
    IHostAddress host,
    NodeCapacity capacity,
    NodeRoom room,
    NodeAdmission admission,
    IOptions<PodOptions> options,
    IOptions<DockerOptions> engine,
    TimeProvider time)
{
    public IContainerRuntime Runtime => runtime;

    public RuntimeState State => state;

    public PodStarter Starter => starter;

    public HookRunner Hooks => hooks;

    public Prober Prober => prober;

    public PodVolumes Volumes => volumes;

    public ImageStore Images => images;

    public PodStatusReporter Reporter => reporter;

    public IPodEvents Events => events;

    public IHostAddress Host => host;

    public TimeProvider Time => time;

    public BackOffPolicy BackOff { get; } = BackOffPolicy.From(options.Value);

    public TimeSpan FirstBackOff => options.Value.FirstBackOff;

    public bool SharesFileSystem => engine.Value.SharesFileSystem;

    public NodeRoom Room => room;

    public NodeAdmission Admission => admission;

    public NodeAllowance Allowance => capacity.Current;
}
