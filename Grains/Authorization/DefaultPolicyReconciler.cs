using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Authorization;

/// <summary>Every cluster has the default roles and bindings.</summary>
internal sealed class DefaultPolicyReconciler : IReconciler
{
    public string Name => "rbac-bootstrap-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var namespaces = await context.ReadAsync(KnownTypes.Namespaces, cancellationToken);
        var roles = DefaultPolicy.Roles.Select(role => KeepAsync(
            role.Key, role.ToJson, present => DefaultPolicyPlanner.Repair(present, role), context, cancellationToken));
        var bindings = DefaultPolicy.Bindings.Select(binding => KeepAsync(
            binding.Key, binding.ToJson, present => DefaultPolicyPlanner.Repair(present, binding), context, cancellationToken,
            present => DefaultPolicyPlanner.IsMisled(present, binding)));
        var results = await Task.WhenAll(roles.Concat(bindings));
        return results.FirstOrDefault(static result => result?.Error is { Reason: not "AlreadyExists" })?.Error is { } error
            ? ReconcileResult.Retry(error.Message)
            : ReconcileResult.Done;

        async Task<MutationResult?> KeepAsync(
            ResourceKey item, Func<System.Text.Json.Nodes.JsonObject> body, Func<ResourceSnapshot, System.Text.Json.Nodes.JsonObject?> repair,
            ReconcileContext reconcile, CancellationToken cancelled, Predicate<ResourceSnapshot>? isWrong = null)
        {
            var view = await reconcile.ReadAsync(item.Type, cancelled);
            if (view.TryGet(item.Namespace, item.Name, out var present))
            {
                if (isWrong?.Invoke(present) == true)
                {
                    return await reconcile.DeleteAsync(item, present.Uid, cancelled, version: present.Version) is { IsSuccess: false } refused
                        ? refused
                        : await reconcile.CreateAsync(item, body(), cancelled);
                }

                return repair(present) is { } patch ? await reconcile.PatchAsync(item, present.Uid, patch, cancelled, version: present.Version) : null;
            }

            return item.Namespace.Length == 0 || namespaces.TryGet("", item.Namespace, out _) ? await reconcile.CreateAsync(item, body(), cancelled) : null;
        }
    }
}
