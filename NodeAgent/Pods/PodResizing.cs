using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// <see href="https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/">Resizing in place</see>: running containers
/// get what the spec asks for now, unless the pod would no longer fit the node. Pure.
/// </summary>
internal static class PodResizing
{
    private static readonly string[] Computing = ["cpu", "memory"];

    /// <summary>Key of a failed resize among the failures; no container can have it.</summary>
    public static string FailureOf(string container) => "resize/" + container;

    /// <summary>What a running container is to be changed to; null when it is as it should be, or must stay.</summary>
    public static ContainerResources? ResizeOf(this PodSnapshot snapshot, V1Container container, ContainerStatus running)
    {
        if (running.Resources is not { } actual || snapshot.Allowance is not { } allowance || running.Kind == ContainerKind.Ephemeral)
        {
            return null;
        }

        var wanted = ResourceMapping.Of(snapshot.Pod, container, allowance);
        return wanted.IsSameSizeAs(actual) || snapshot.Resized.GetValueOrDefault(running.Id)?.IsSameSizeAs(wanted) == true || snapshot.IsRefused()
            ? null
            : wanted;
    }

    /// <summary>Whether the container asked to be restarted for such a change.</summary>
    public static bool Restarts(V1Container container, ContainerStatus running, ContainerResources wanted) =>
        (container.ResizePolicy ?? []).Any(policy => policy.RestartPolicy == "RestartContainer" && policy.ResourceName switch
        {
            "cpu" => !running.Resources!.IsSameCpuAs(wanted),
            "memory" => running.Resources!.MemoryBytes != wanted.MemoryBytes,
            _ => false,
        });

    /// <summary>Why the node could never give the pod what it asks for; null when it could.</summary>
    public static string? Shortage(this PodSnapshot snapshot)
    {
        if (snapshot.Allowance is not { Cpus: > 0 } allowance)
        {
            return null;
        }

        var requests = PodRequests.Of(snapshot.Pod);
        foreach (var (name, requested, capacity, unit) in ((string, decimal, decimal, decimal)[])
            [("cpu", requests.Cpu, allowance.Cpus, 1000), ("memory", requests.Memory, allowance.MemoryBytes, 1)])
        {
            if (requested > capacity && capacity > 0)
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"Node didn't have enough capacity: {name}, requested: {requested * unit:0}, capacity: {capacity * unit:0}");
            }
        }

        return null;
    }

    /// <summary>The pod's resize conditions: none when every container has what it asks for.</summary>
    public static IEnumerable<(string Type, string Reason, string Message)> Conditions(PodSnapshot snapshot)
    {
        var isHeldBack = false;
        foreach (var container in snapshot.Pod.Spec.Containers.Concat(snapshot.Pod.InitContainers()))
        {
            if (snapshot.Failures.GetValueOrDefault(FailureOf(container.Name)) is { } failure)
            {
                yield return ("PodResizeInProgress", failure.Reason, failure.Message);
                yield break;
            }

            isHeldBack |= IsHeldBack(snapshot, container);
        }

        if (isHeldBack)
        {
            yield return snapshot.Shortage() is { } shortage ? ("PodResizePending", "Infeasible", shortage) : ("PodResizePending", "Deferred", snapshot.Crowding!);
        }
        else if (snapshot.InFlight.Keys.Any(static key => key.StartsWith("resize:", StringComparison.Ordinal)))
        {
            yield return ("PodResizeInProgress", "", "");
        }
    }

    /// <summary>Sets <c>allocatedResources</c> and <c>resources</c> of a container's status.</summary>
    public static void Describe(JsonObject status, PodSnapshot snapshot, V1Container container, ContainerStatus? latest)
    {
        if (container.Resources is not { } resources || latest?.Phase != ContainerPhase.Running)
        {
            return;
        }

        var stored = snapshot.Pod.StatusOf(container.Name);
        var isHeld = IsHeldBack(snapshot, container) || snapshot.ResizeOf(container, latest) is not null;
        var (requests, limits) = isHeld && stored?.Resources is { } before
            ? (stored.AllocatedResources ?? before.Requests, before.Limits)
            : (resources.Requests ?? resources.Limits, resources.Limits);
        var shown = new JsonObject();
        if (Amounts(limits) is { } limited)
        {
            shown["limits"] = limited;
        }

        if (Amounts(requests) is { } requested)
        {
            shown["requests"] = requested;
            status["allocatedResources"] = requested.DeepClone();
        }

        if (shown.Count > 0)
        {
            status["resources"] = shown;
        }
    }

    /// <summary>Containers that run as long as the pod does.</summary>
    public static IEnumerable<V1Container> LastingContainers(this V1Pod pod) =>
        pod.Spec.Containers.Concat(pod.InitContainers().Where(static container => container.IsSidecar()));

    /// <summary>What a container asks for: its request, else its limit, else nothing.</summary>
    public static decimal Asks(this V1Container container, string name) =>
        container.Resources?.Requests?.TryGetValue(name, out var request) == true ? request.ToDecimal()
        : container.Resources?.Limits?.TryGetValue(name, out var limit) == true ? limit.ToDecimal()
        : 0;

    /// <summary>The stored status of a container that is no ephemeral one.</summary>
    public static V1ContainerStatus? StatusOf(this V1Pod pod, string container) =>
        (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(status => status.Name == container);

    private static bool IsRefused(this PodSnapshot snapshot) => snapshot.Crowding is not null || snapshot.Shortage() is not null;

    // The spec asks for something else than was given, and the node cannot give it, or not now.
    private static bool IsHeldBack(PodSnapshot snapshot, V1Container container) =>
        snapshot.Pod.StatusOf(container.Name)?.AllocatedResources is { } allocated
        && Computing.Any(name => container.Asks(name) != (allocated.TryGetValue(name, out var given) ? given.ToDecimal() : 0))
        && snapshot.IsRefused();

    private static JsonObject? Amounts(IDictionary<string, ResourceQuantity>? amounts) => amounts is not { Count: > 0 }
        ? null
        : new JsonObject(amounts.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value.ToString())));
}
