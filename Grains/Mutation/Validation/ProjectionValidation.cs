using System.Globalization;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Volumes that show what the cluster knows as files: Secrets, ConfigMaps, the pod itself, and several of them together.</summary>
internal static class ProjectionValidation
{
    private const string ModeMessage = "must be a number between 0 and 0777 (octal), both inclusive";
    private const long ShortestToken = 600;
    private const long LongestToken = 1L << 32;
    private const int LongestMode = 511;

    /// <summary>A <c>secret</c>, <c>configMap</c> or <c>downwardAPI</c> volume.</summary>
    public static void Single(JsonObject volume, string path, Problems problems)
    {
        foreach (var (kind, name) in (ReadOnlySpan<(string, string)>)[("secret", "secretName"), ("configMap", "name")])
        {
            if (volume.Object(kind) is { } source)
            {
                Named(source, name, $"{path}.{kind}", problems);
                Mode(source, "defaultMode", $"{path}.{kind}", problems);
                Items(source, $"{path}.{kind}", problems);
            }
        }

        if (volume.Object("downwardAPI") is { } downward)
        {
            Mode(downward, "defaultMode", $"{path}.downwardAPI", problems);
            foreach (var file in downward.Objects("items"))
            {
                File(file, $"{path}.downwardAPI", problems);
            }
        }
    }

    /// <summary>A <c>projected</c> volume: its sources may not write the same file.</summary>
    public static void Projected(JsonObject? projected, string path, Problems problems)
    {
        if (projected is null)
        {
            return;
        }

        Mode(projected, "defaultMode", path, problems);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var source in projected.Objects("sources"))
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.sources[{index++}]");
            foreach (var kind in (ReadOnlySpan<string>)["secret", "configMap"])
            {
                if (source.Object(kind) is { } named)
                {
                    Named(named, "name", $"{at}.{kind}", problems);
                    Items(named, $"{at}.{kind}", problems);
                    Take(taken, named.Objects("items"), named.Text("name"), path, problems);
                }
            }

            if (source.Object("downwardAPI") is { } downward)
            {
                foreach (var file in downward.Objects("items"))
                {
                    File(file, $"{at}.downwardAPI", problems);
                }

                Take(taken, downward.Objects("items"), null, path, problems);
            }

            Token(source.Object("serviceAccountToken"), $"{at}.serviceAccountToken", path, problems);
            if (source.Object("clusterTrustBundle") is { } bundle)
            {
                Bundle(bundle, $"{at}.clusterTrustBundle", problems);
                Take(taken, [bundle], null, path, problems);
            }

            if (source.Count > 1)
            {
                problems.Forbidden(at, "may not specify more than 1 volume type per source");
            }
        }
    }

    /// <summary>A token needs an account whose it is.</summary>
    public static void Account(JsonObject? spec, Problems problems)
    {
        if (spec.Text("serviceAccountName").Length > 0)
        {
            return;
        }

        var volumeIndex = 0;
        foreach (var volume in spec.Objects("volumes"))
        {
            var index = 0;
            foreach (var source in volume.Object("projected").Objects("sources"))
            {
                if (source.Has("serviceAccountToken"))
                {
                    problems.Forbidden(
                        $"spec.volumes[{volumeIndex}].projected.sources[{index}].serviceAccountToken", "must not be specified when serviceAccountName is not set");
                }

                index++;
            }

            volumeIndex++;
        }
    }

    private static void Named(JsonObject source, string name, string path, Problems problems)
    {
        if (source.Text(name).Length == 0)
        {
            problems.Required($"{path}.{name}");
        }
    }

    private static void Mode(JsonObject owner, string name, string path, Problems problems)
    {
        if (owner.Integer(name) is (< 0 or > LongestMode) and var mode)
        {
            problems.Invalid($"{path}.{name}", mode, ModeMessage);
        }
    }

    private static void Items(JsonObject source, string path, Problems problems)
    {
        var index = 0;
        foreach (var item in source.Objects("items"))
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.items[{index++}]");
            Named(item, "key", at, problems);
            Place(item, at, problems);
            Mode(item, "mode", at, problems);
        }
    }

    private static void Place(JsonObject item, string path, Problems problems)
    {
        Named(item, "path", path, problems);
        PathText.NonReserved(item.Text("path"), $"{path}.path", problems);
    }

    // Kubernetes names no index here.
    private static void File(JsonObject file, string path, Problems problems)
    {
        Place(file, path, problems);
        var (field, resource) = (file.Object("fieldRef"), file.Object("resourceFieldRef"));
        if (field is not null)
        {
            FieldReferenceValidation.Field(field, isFile: true, $"{path}.fieldRef", problems);
            if (resource is not null)
            {
                problems.Invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
            }
        }
        else if (resource is not null)
        {
            FieldReferenceValidation.Resource(resource, isFile: true, $"{path}.resourceFieldRef", problems);
        }
        else
        {
            problems.Required(path, "one of fieldRef and resourceFieldRef is required");
        }

        Mode(file, "mode", path, problems);
    }

    private static void Token(JsonObject? token, string path, string volume, Problems problems)
    {
        if (token is null)
        {
            return;
        }

        switch (token.Integer("expirationSeconds") ?? 0)
        {
            case < ShortestToken and var seconds:
                problems.Invalid($"{path}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
                break;
            case > LongestToken and var seconds:
                problems.Invalid($"{path}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
                break;
        }

        Place(token, volume, problems);
    }

    private static void Bundle(JsonObject bundle, string path, Problems problems)
    {
        switch (bundle.Has("name"), bundle.Has("signerName"))
        {
            case (true, true):
                problems.Invalid(path, bundle.DeepClone(), "only one of name and signerName may be used");
                break;
            case (true, false):
                Named(bundle, "name", path, problems);
                if (bundle["labelSelector"] is { } selector)
                {
                    problems.Invalid($"{path}.labelSelector", selector.DeepClone(), "labelSelector must be unset if name is specified");
                }

                break;
            case (false, true):
                if (bundle.Text("signerName").Length == 0)
                {
                    problems.Required($"{path}.signerName", "must be a valid signer name");
                }

                SelectorValidation.Validate(bundle.Object("labelSelector"), $"{path}.labelSelector", problems);
                break;
            default:
                problems.Required(path, "either name or signerName must be specified");
                break;
        }

        Place(bundle, path, problems);
    }

    private static void Take(HashSet<string> taken, IEnumerable<JsonObject> items, string? owner, string path, Problems problems)
    {
        foreach (var place in items.Select(static item => item.Text("path")).Where(place => place.Length > 0 && !taken.Add(place)))
        {
            problems.Invalid(path, owner ?? place, "conflicting duplicate paths");
        }
    }
}
