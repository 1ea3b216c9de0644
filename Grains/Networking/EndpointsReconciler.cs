using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Networking;

/// <summary>Carries out what <see cref="SlicePlanner"/> and <see cref="EndpointsPlanner"/> decide for one Service.</summary>
internal sealed class EndpointsReconciler(NameSuffix suffix) : IReconciler
{
    private readonly SnapshotMemo<EndpointPod> _memo = new(EndpointPod.Of);

    public string Name => "endpointslice-controller";

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        var services = await context.ReadAsync(KnownTypes.Services, cancellationToken);
        var allSlices = await context.ReadAsync(KnownTypes.EndpointSlices, cancellationToken);
        var slices = OwnSlices(allSlices, id, EndpointLabels.SliceController);
        var mirrored = OwnSlices(allSlices, id, EndpointLabels.MirroringController);
        var endpoints = await context.ReadAsync(KnownTypes.Endpoints, cancellationToken);
        endpoints.TryGet(id.Namespace, id.Name, out var present);
        if (!services.TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return await RemoveAsync([.. slices, .. mirrored], present, context, cancellationToken);
        }

        var service = ServiceFacts.Of(snapshot);
        if (service.IsExternalName)
        {
            return await RemoveAsync([.. slices, .. mirrored], present, context, cancellationToken);
        }

        if (service.Selector is not { } selector)
        {
            return Summarize(
                await WriteSlicesAsync(MirrorPlanner.Plan(service, present, mirrored), service, context, cancellationToken), service, context);
        }

        var all = await context.ReadAsync(KnownTypes.Pods, cancellationToken);
        var pods = _memo.Read(all.Enumerate(id.Namespace).Where(pod => selector.Matches(pod.Labels)));
        var plan = SlicePlanner.Plan(service, pods, slices);
        var results = await WriteSlicesAsync(
            plan with { Delete = [.. plan.Delete, .. mirrored] }, service, context, cancellationToken);
        results.Add(await WriteEndpointsAsync(EndpointsPlanner.Plan(service, pods, present), service, present, context, cancellationToken));
        return Summarize(results, service, context);
    }

    private static List<ResourceSnapshot> OwnSlices(IResourceView slices, ResourceKey service, string managedBy) =>
        [.. slices.Enumerate(service.Namespace).Where(slice =>
            slice.Labels.GetValueOrDefault(EndpointLabels.ServiceName) == service.Name
            && slice.Labels.GetValueOrDefault(EndpointLabels.SliceManagedBy) == managedBy)];

    private static async Task<ReconcileResult> RemoveAsync(
        List<ResourceSnapshot> slices, ResourceSnapshot? endpoints, ReconcileContext context, CancellationToken cancellationToken)
    {
        var writes = slices.Select(slice => context.DeleteAsync(slice.Key, slice.Uid, cancellationToken)).ToList();
        if (endpoints is not null && endpoints.Labels.GetValueOrDefault(EndpointLabels.EndpointsManagedBy) == EndpointLabels.EndpointsController)
        {
            writes.Add(context.DeleteAsync(endpoints.Key, endpoints.Uid, cancellationToken));
        }

        await Task.WhenAll(writes);
        return ReconcileResult.Done;
    }

    private async Task<List<MutationResult?>> WriteSlicesAsync(
        SlicePlan plan, ServiceFacts service, ReconcileContext context, CancellationToken cancellationToken)
    {
        var writes = new List<Task<MutationResult>>();
        foreach (var slice in plan.Create)
        {
            var name = suffix.Append(service.Name);
            slice["metadata"]!["name"] = name;
            writes.Add(context.CreateAsync(new(KnownTypes.EndpointSlices, service.Namespace, name), slice, cancellationToken));
        }

        writes.AddRange(plan.Update.Select(update =>
            context.PatchAsync(update.Slice.Key, update.Slice.Uid, update.Patch, cancellationToken, version: update.Slice.Version)));
        writes.AddRange(plan.Delete.Select(slice => context.DeleteAsync(slice.Key, slice.Uid, cancellationToken)));
        return [.. await Task.WhenAll(writes)];
    }

    private static async Task<MutationResult?> WriteEndpointsAsync(
        System.Text.Json.Nodes.JsonObject? body, ServiceFacts service, ResourceSnapshot? present, ReconcileContext context,
        CancellationToken cancellationToken)
    {
        if (body is null)
        {
            return null;
        }

        var key = new ResourceKey(KnownTypes.Endpoints, service.Namespace, service.Name);
        return present is null
            ? await context.CreateAsync(key, body, cancellationToken)
            : await context.PatchAsync(key, present.Uid, body, cancellationToken, version: present.Version);
    }

    private static ReconcileResult Summarize(List<MutationResult?> results, ServiceFacts service, ReconcileContext context)
    {
        if (results.FirstOrDefault(static result => result?.Error is { Code: not 404 })?.Error is not { } error)
        {
            return ReconcileResult.Done;
        }

        if (error.Code is not (403 or 409))
        {
            context.Event(
                EventSubject.Of(service.Snapshot, "v1", "Service"), EventTypes.Warning, "FailedToUpdateEndpointSlices",
                $"Error updating Endpoint Slices for Service {service.Namespace}/{service.Name}: {error.Message}");
        }

        return ReconcileResult.Retry(error.Message);
    }
}
