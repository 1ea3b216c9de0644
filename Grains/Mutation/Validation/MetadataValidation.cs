using System.Text;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>What holds of the metadata of every kind.</summary>
internal static class MetadataValidation
{
    private const int AnnotationLimit = 256 * 1024;

    public static void Validate(JsonObject? metadata, string path, Problems problems)
    {
        Labels(metadata.Object("labels"), $"{path}.labels", problems);
        Annotations(metadata.Object("annotations"), $"{path}.annotations", problems);
        Finalizers(metadata, path, problems);
        if (metadata.Texts("finalizers").Intersect(["orphan", "foregroundDeletion"], StringComparer.Ordinal).Count() == 2)
        {
            problems.Invalid($"{path}.finalizers", metadata!["finalizers"]!.DeepClone(), "finalizer orphan and foregroundDeletion cannot be both set");
        }

        Owners(metadata, path, problems);
    }

    /// <summary>Names of finalizers: Kubernetes' own, or qualified ones.</summary>
    public static void Finalizers(JsonObject? owner, string path, Problems problems)
    {
        var index = 0;
        foreach (var finalizer in owner.Texts("finalizers"))
        {
            if (NameRules.QualifiedName(finalizer) is { } problem)
            {
                problems.Invalid($"{path}.finalizers[{index}]", finalizer, problem);
            }
            else if (!finalizer.Contains('/', StringComparison.Ordinal) && finalizer is not ("kubernetes" or "orphan" or "foregroundDeletion"))
            {
                problems.Invalid($"{path}.finalizers[{index}]", finalizer, "name is neither a standard finalizer name nor is it fully qualified");
            }

            index++;
        }
    }

    /// <summary>The object's own name by its kind's rule.</summary>
    public static void Name(string name, Func<string, string?> rule, Problems problems)
    {
        if (rule(name) is { } problem)
        {
            problems.Invalid("metadata.name", name, problem);
        }
    }

    public static void Labels(JsonObject? labels, string path, Problems problems)
    {
        foreach (var (name, value) in labels ?? [])
        {
            if (NameRules.QualifiedName(name) is { } nameProblem)
            {
                problems.Invalid(path, name, nameProblem);
            }

            if (NameRules.LabelValue(value.AsText()) is { } valueProblem)
            {
                problems.Invalid(path, value, valueProblem);
            }
        }
    }

    private static void Annotations(JsonObject? annotations, string path, Problems problems)
    {
        var size = 0;
        foreach (var (name, value) in annotations ?? [])
        {
            if (NameRules.QualifiedName(name.ToLowerInvariant()) is { } problem)
            {
                problems.Invalid(path, name, problem);
            }

            size += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value.AsText());
        }

        if (size > AnnotationLimit)
        {
            problems.TooLong(path, AnnotationLimit);
        }
    }

    private static void Owners(JsonObject? metadata, string path, Problems problems)
    {
        var controllers = 0;
        var index = 0;
        foreach (var owner in metadata.Objects("ownerReferences"))
        {
            var at = $"{path}.ownerReferences[{index++}]";
            foreach (var name in (ReadOnlySpan<string>)["apiVersion", "kind", "name", "uid"])
            {
                if (owner.Text(name).Length == 0)
                {
                    problems.Invalid($"{at}.{name}", owner.Text(name), $"{(name == "apiVersion" ? "version" : name)} must not be empty");
                }
            }

            if (owner.Text("kind") == "Event" && owner.Text("apiVersion") == "v1")
            {
                problems.Invalid(at, owner.DeepClone(), "/v1, Kind=Event is disallowed from being an owner");
            }

            if (owner.Flag("controller") && ++controllers == 2)
            {
                problems.Invalid($"{path}.ownerReferences", metadata!["ownerReferences"], "Only one reference can have Controller set to true.");
            }
        }
    }
}
