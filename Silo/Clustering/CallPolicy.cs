using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Security;
using Crescent.Watching;
using Orleans.Runtime;

namespace Crescent.SiloHost.Clustering;

/// <summary>Which grains a call from outside the silos may reach. Pure.</summary>
internal static class CallPolicy
{
    private static readonly GrainType NodeGrainType = GrainType.Create("node");

    /// <summary>What the Orleans client itself needs before any token can be sent: the list of grain types.</summary>
    private static readonly HashSet<string> OpenInterfaces = ["Orleans.Runtime.IClusterManifestSystemTarget"];

    /// <summary>Ends a running request of the caller; sent by the Orleans client to the grain it called.</summary>
    private const string CancellationInterface = "Orleans.Runtime.IGrainCallCancellationExtension";

    private static readonly HashSet<Type> FrontEndInterfaces =
        [typeof(IResourceBucketGrain), typeof(IResourceReaderGrain), typeof(IResourceTypeGrain), typeof(INodeGrain)];

    public static bool IsOpen(Type contract) => OpenInterfaces.Contains(contract.FullName ?? "");

    public static bool IsAllowed(CallToken caller, GrainId target, Type contract) => caller.Kind switch
    {
        CallerKind.Node => target.Type == NodeGrainType
            && target.Key.ToString() == caller.Name
            && (contract == typeof(INodeGrain) || contract.FullName == CancellationInterface),
        CallerKind.FrontEnd => FrontEndInterfaces.Contains(contract) || contract.FullName == CancellationInterface,
        _ => false,
    };
}
