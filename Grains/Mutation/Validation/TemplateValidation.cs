using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Selectors and pod templates of workloads.</summary>
internal static class TemplateValidation
{
    /// <param name="spec">Spec with <c>selector</c> and <c>template</c>.</param>
    /// <param name="word">What Kubernetes calls the kind in messages, e.g. <c>daemonset</c>.</param>
    /// <param name="kind">Kind whose pods the template makes.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="claims">Volumes that come from claim templates.</param>
    public static void SelectorAndTemplate(JsonObject? spec, string word, string kind, Problems problems, IEnumerable<string>? claims = null)
    {
        var selector = spec.Object("selector");
        if (selector is null)
        {
            problems.Required("spec.selector");
        }
        else
        {
            SelectorValidation.Validate(selector, "spec.selector", problems);
            if (SelectorValidation.IsEmpty(selector))
            {
                problems.Invalid("spec.selector", selector.DeepClone(), $"empty selector is invalid for {word}");
            }
        }

        var template = spec.Object("template");
        var labels = template.Object("metadata", "labels");
        if (selector is not null && !SelectorValidation.IsEmpty(selector) && !SelectorValidation.Matches(selector, labels))
        {
            problems.Invalid("spec.template.metadata.labels", labels?.DeepClone(), "`selector` does not match template `labels`");
        }

        LongRunning(template, kind, problems, claims);
    }

    /// <summary>The template of pods that are to run for ever.</summary>
    public static void LongRunning(JsonObject? template, string kind, Problems problems, IEnumerable<string>? claims = null)
    {
        Template(template, "spec.template", problems, claims);
        var spec = template.Object("spec");
        if (spec.Text("restartPolicy") is "OnFailure" or "Never")
        {
            problems.NotSupported("spec.template.spec.restartPolicy", spec.Text("restartPolicy"), "Always");
        }

        if (spec.Has("activeDeadlineSeconds"))
        {
            problems.Forbidden("spec.template.spec.activeDeadlineSeconds", $"activeDeadlineSeconds in {kind} is not Supported");
        }
    }

    /// <summary>A PodTemplateSpec.</summary>
    public static void Template(JsonObject? template, string path, Problems problems, IEnumerable<string>? claims = null)
    {
        if (template is null)
        {
            problems.Required(path);
        }

        MetadataValidation.Validate(template.Object("metadata"), $"{path}.metadata", problems);
        PodAnnotationValidation.Validate(template.Object("metadata"), template.Object("spec"), $"{path}.annotations", problems);
        PodValidation.Spec(template.Object("spec"), $"{path}.spec", problems, claims);
        if (template.Object("spec").Array("ephemeralContainers") is { Count: > 0 })
        {
            problems.Forbidden($"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template");
        }
    }
}
