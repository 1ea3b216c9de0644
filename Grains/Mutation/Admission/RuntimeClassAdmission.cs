using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>Pods of a RuntimeClass get its overhead and go to its nodes.</summary>
internal sealed class RuntimeClassAdmission(IResourceCaches caches) : IAdmission
{
    public async ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsCreate || request.Type != KnownTypes.Pods || request.Object.Object("spec") is not { } spec)
        {
            return null;
        }

        var name = spec.Text("runtimeClassName");
        if (name.Length == 0)
        {
            return spec.Has("overhead")
                ? ResourceErrors.Forbidden(request.Type, request.Key.Name, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")
                : null;
        }

        var classes = caches.Get(KnownTypes.RuntimeClasses);
        if (!classes.Current.TryGet("", name, out var found) && !(await classes.GetConsistentAsync(cancellationToken)).TryGet("", name, out found))
        {
            return ResourceErrors.Forbidden(request.Type, request.Key.Name, $"pod rejected: RuntimeClass \"{name}\" not found");
        }

        return Apply(request, spec, (JsonObject)JsonNode.Parse(found.Body)!);
    }

    private static ResourceError? Apply(AdmissionRequest request, JsonObject spec, JsonObject runtime)
    {
        var overhead = runtime.Object("overhead").Object("podFixed");
        if (spec["overhead"] is { } given && !given.SameAs(overhead))
        {
            return ResourceErrors.Forbidden(
                request.Type, request.Key.Name, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }

        if (overhead is not null)
        {
            spec["overhead"] = overhead.DeepClone();
        }

        foreach (var (label, value) in runtime.Object("scheduling").Object("nodeSelector") ?? [])
        {
            if (spec.Object("nodeSelector")?[label] is { } other && !other.SameAs(value))
            {
                return ResourceErrors.Forbidden(
                    request.Type, request.Key.Name, $"conflict: runtimeClass.scheduling.nodeSelector[{label}] = {value.AsText()}; pod.spec.nodeSelector[{label}] = {other.AsText()}");
            }

            spec.Ensure("nodeSelector")[label] = value?.DeepClone();
        }

        foreach (var toleration in runtime.Object("scheduling").Objects("tolerations"))
        {
            if (spec["tolerations"] is not JsonArray tolerations)
            {
                spec["tolerations"] = tolerations = [];
            }

            if (!tolerations.Any(item => item.SameAs(toleration)))
            {
                tolerations.Add(toleration.DeepClone());
            }
        }

        return null;
    }
}
