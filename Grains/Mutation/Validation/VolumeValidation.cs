using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Volumes of a pod spec.</summary>
internal static class VolumeValidation
{
    /// <summary>Checks a pod's volumes and returns their names.</summary>
    /// <param name="spec">The pod spec.</param>
    /// <param name="pod">The pod's name, which claims of ephemeral volumes are called after; empty for a template.</param>
    /// <param name="path">Where the spec stands.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static HashSet<string> Validate(JsonObject? spec, string pod, string path, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var volume in spec.Objects("volumes"))
        {
            var at = $"{path}.volumes[{index++}]";
            var name = volume.Text("name");
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (NameRules.Label(name) is { } problem)
            {
                problems.Invalid($"{at}.name", name, problem);
            }
            else if (!names.Add(name))
            {
                problems.Duplicate($"{at}.name", name);
            }

            var sources = volume.Select(static member => member.Key).Where(static key => key != "name").ToList();
            if (sources.Count == 0)
            {
                problems.Required(at, "must specify a volume type");
            }

            foreach (var source in sources.Skip(1))
            {
                problems.Forbidden($"{at}.{source}", "may not specify more than 1 volume type");
            }

            foreach (var source in sources.Take(1))
            {
                RemoteVolumeValidation.Validate(volume, source, at, isPersistent: false, problems);
                Source(volume, pod, at, problems);
            }
        }

        return names;
    }

    private static void Source(JsonObject volume, string pod, string at, Problems problems)
    {
        if (volume.Object("hostPath") is { } hostPath)
        {
            if (hostPath.Text("path").Length == 0)
            {
                problems.Required($"{at}.hostPath.path");
            }

            PathText.NoBacksteps(hostPath.Text("path"), $"{at}.hostPath.path", problems);
            problems.OneOf(
                hostPath, "type", $"{at}.hostPath", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
        }

        if (QuantityText.TryParseNano(volume.Object("emptyDir").Text("sizeLimit"), out var limit) && limit.Sign < 0)
        {
            problems.Forbidden($"{at}.emptyDir.sizeLimit", "SizeLimit field must be a valid resource quantity");
        }

        ProjectionValidation.Single(volume, at, problems);
        ProjectionValidation.Projected(volume.Object("projected"), $"{at}.projected", problems);
        RemoteVolumeValidation.Inline(volume.Object("csi"), $"{at}.csi", problems);
        Ephemeral(volume, pod, at, problems);
        if (volume.Object("image") is { } image)
        {
            if (image.Text("reference").Length == 0)
            {
                problems.Required($"{at}.image.reference");
            }

            problems.OneOf(image, "pullPolicy", $"{at}.image", "Always", "IfNotPresent", "Never");
        }
    }

    // A claim is made of the template, called after the pod and the volume.
    private static void Ephemeral(JsonObject volume, string pod, string path, Problems problems)
    {
        if (volume.Object("ephemeral") is not { } ephemeral)
        {
            return;
        }

        var at = $"{path}.ephemeral.volumeClaimTemplate";
        if (ephemeral.Object("volumeClaimTemplate") is not { } template)
        {
            problems.Required(at);
        }
        else
        {
            MetadataValidation.Validate(template.Object("metadata"), $"{at}.metadata", problems);
            foreach (var (name, value) in template.Object("metadata") ?? [])
            {
                if (name is not ("annotations" or "labels") && value is not null)
                {
                    problems.Forbidden($"{at}.metadata.{name}", "cannot be set");
                }
            }

            StorageValidation.ClaimSpec(template.Object("spec"), $"{at}.spec", problems);
        }

        var volumeName = volume.Text("name");
        if (pod.Length > 0 && volumeName.Length > 0 && NameRules.Subdomain($"{pod}-{volumeName}") is { } problem)
        {
            problems.Invalid($"{path}.name", volumeName, $"PVC name \"{pod}-{volumeName}\": {problem}");
        }
    }
}
