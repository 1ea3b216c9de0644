using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>A new pod that says nothing about it stays five minutes on a node that is gone.</summary>
internal sealed class DefaultTolerationSeconds : IAdmission
{
    private const long TolerationSeconds = 300;

    public ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.IsCreate && request.Type == KnownTypes.Pods && request.Object.Object("spec") is { } spec)
        {
            Tolerate(spec, "node.kubernetes.io/not-ready");
            Tolerate(spec, "node.kubernetes.io/unreachable");
        }

        return default;
    }

    private static void Tolerate(JsonObject spec, string taint)
    {
        var isTolerated = spec.Objects("tolerations").Any(toleration =>
            (toleration.Text("key") == taint || toleration.Text("key").Length == 0) && toleration.Text("effect") is "" or "NoExecute");
        if (isTolerated)
        {
            return;
        }

        if (spec["tolerations"] is not JsonArray tolerations)
        {
            spec["tolerations"] = tolerations = [];
        }

        tolerations.Add(new JsonObject
        {
            ["key"] = taint, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = TolerationSeconds,
        });
    }
}
