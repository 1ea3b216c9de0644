using System.Collections.Immutable;
using System.Net;

namespace Crescent.NodeAgent.Networks;

/// <summary>
/// One endpoint. Absent conditions are filled in as
/// <see href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions">EndpointSlice conditions</see> says:
/// unknown ready is ready, unknown serving is ready's value.
/// </summary>
/// <param name="Addresses">Addresses of one backend; the first is used.</param>
/// <param name="IsReady">Takes new connections.</param>
/// <param name="IsServing">Answers, though it may be terminating.</param>
/// <param name="IsTerminating">Has been asked to stop.</param>
/// <param name="Hostname">DNS label under the service's name; null when there is none.</param>
/// <param name="NodeName">Node the endpoint runs on; null when unknown.</param>
/// <param name="PodName">Pod behind it; null when it is not a pod.</param>
public sealed record EndpointView(
    ImmutableArray<IPAddress> Addresses,
    bool IsReady,
    bool IsServing,
    bool IsTerminating,
    string? Hostname,
    string? NodeName,
    string? PodName);
