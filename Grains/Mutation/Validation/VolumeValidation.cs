using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Volumes of a pod spec.</summary>
internal static class VolumeValidation
{
    /// <summary>Checks a pod's volumes and returns their names.</summary>
    public static HashSet<string> Validate(JsonObject? spec, string path, Problems problems)
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

            VolumeSource(volume, at, problems);
        }

        return names;
    }

    private static void VolumeSource(JsonObject volume, string at, Problems problems)
    {
        if (volume.Object("hostPath") is { } hostPath && hostPath.Text("path").Length == 0)
        {
            problems.Required($"{at}.hostPath.path");
        }

        foreach (var source in (ReadOnlySpan<string>)["hostPath", "nfs"])
        {
            if (volume.Object(source).Text("path").Split('/').Contains("..", StringComparer.Ordinal))
            {
                problems.Invalid($"{at}.{source}.path", volume.Object(source).Text("path"), "must not contain '..'");
            }
        }

        if (volume.Object("nfs") is { } nfs)
        {
            foreach (var name in (ReadOnlySpan<string>)["server", "path"])
            {
                if (nfs.Text(name).Length == 0)
                {
                    problems.Required($"{at}.nfs.{name}");
                }
            }
        }

        if (QuantityText.TryParseNano(volume.Object("emptyDir").Text("sizeLimit"), out var limit) && limit.Sign < 0)
        {
            problems.Forbidden($"{at}.emptyDir.sizeLimit", "SizeLimit field must be a valid resource quantity");
        }

        problems.OneOf(
            volume.Object("hostPath"), "type", $"{at}.hostPath",
            "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
        if (volume.Object("secret") is { } secret && secret.Text("secretName").Length == 0)
        {
            problems.Required($"{at}.secret.secretName");
        }

        if (volume.Object("configMap") is { } configMap && configMap.Text("name").Length == 0)
        {
            problems.Required($"{at}.configMap.name");
        }

        if (volume.Object("persistentVolumeClaim") is { } claim && claim.Text("claimName").Length == 0)
        {
            problems.Required($"{at}.persistentVolumeClaim.claimName");
        }

        foreach (var source in (ReadOnlySpan<string>)["secret", "configMap", "projected", "downwardAPI"])
        {
            if (volume.Object(source).Integer("defaultMode") is { } mode && mode is < 0 or > 511)
            {
                problems.Invalid($"{at}.{source}.defaultMode", volume.Object(source).Integer("defaultMode"), "must be a number between 0 and 0777 (octal), both inclusive");
            }

            var index = 0;
            foreach (var item in volume.Object(source).Objects("items"))
            {
                var itemPath = $"{at}.{source}.items[{index++}]";
                if (source != "downwardAPI" && item.Text("key").Length == 0)
                {
                    problems.Required($"{itemPath}.key");
                }

                if (item.Text("path").Length == 0)
                {
                    problems.Required($"{itemPath}.path");
                }
                else if (item.Text("path").Split('/').Contains("..", StringComparer.Ordinal))
                {
                    problems.Invalid($"{itemPath}.path", item.Text("path"), "must not contain '..'");
                }
            }
        }
    }
}
