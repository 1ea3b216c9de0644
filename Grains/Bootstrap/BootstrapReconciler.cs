using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Bootstrap;

/// <summary>Creates what is missing of <see cref="BootstrapObjects"/> and keeps the API's endpoints right.</summary>
internal sealed class BootstrapReconciler(ApiAddresses addresses, IOptionsMonitor<ApiEndpointsOptions> options) : IReconciler
{
    public string Name => "bootstrap-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var results = new List<MutationResult?>();
        results.AddRange(await Task.WhenAll(
            BootstrapObjects.Namespaces.Concat(BootstrapObjects.PriorityClasses).Append(BootstrapObjects.StorageClass).Select(item => CreateMissingAsync(item.Key, item.Body, context, cancellationToken))));
        var api = options.CurrentValue;
        var found = addresses.Find();
        results.Add(await CreateMissingAsync(
            BootstrapObjects.Service, BootstrapObjects.ServiceBody(api.ServiceIp, api.Port), context, cancellationToken));
        results.Add(await KeepAsync(
            BootstrapObjects.Endpoints, BootstrapObjects.EndpointsBody(found, api.Port), ["subsets"], context, cancellationToken));
        results.Add(await KeepAsync(
            BootstrapObjects.Slice, BootstrapObjects.SliceBody(found, api.Port), ["endpoints", "ports"], context, cancellationToken));
        return results.FirstOrDefault(static result => result?.Error is { Reason: not "AlreadyExists" })?.Error is { } error
            ? ReconcileResult.Retry(error.Message)
            : ReconcileResult.Done;
    }

    private static async Task<MutationResult?> CreateMissingAsync(
        ResourceKey key, JsonObject body, ReconcileContext context, CancellationToken cancellationToken)
    {
        var view = await context.ReadAsync(key.Type, cancellationToken);
        return view.TryGet(key.Namespace, key.Name, out _) ? null : await context.CreateAsync(key, body, cancellationToken);
    }

    /// <summary>Creates the object, or brings <paramref name="fields"/> of it back.</summary>
    private static async Task<MutationResult?> KeepAsync(
        ResourceKey key, JsonObject body, string[] fields, ReconcileContext context, CancellationToken cancellationToken)
    {
        var view = await context.ReadAsync(key.Type, cancellationToken);
        if (!view.TryGet(key.Namespace, key.Name, out var present))
        {
            return await context.CreateAsync(key, body, cancellationToken);
        }

        var patch = new JsonObject();
        foreach (var field in fields.Where(field => !JsonNode.DeepEquals(present.View().At(field).ToArray(), body[field])))
        {
            patch[field] = body[field]!.DeepClone();
        }

        return patch.Count == 0 ? null : await context.PatchAsync(key, present.Uid, patch, cancellationToken, version: present.Version);
    }
}
