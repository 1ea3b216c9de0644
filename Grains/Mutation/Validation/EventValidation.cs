using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// Events. Those that come in as <c>events.k8s.io/v1</c> are checked in full and change in their series alone; those of the core version keep
/// the loose rules they always had.
/// </summary>
internal static class EventValidation
{
    private const int LongestText = 128;
    private const int LongestNote = 1024;

    /// <param name="item">The event in its stored form.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Event(JsonObject item, Problems problems)
    {
        var (involved, own) = (item.Object("involvedObject").Text("namespace"), item.Object("metadata").Text("namespace"));
        if (involved.Length > 0 ? involved != own : own is not ("default" or "kube-system"))
        {
            problems.Invalid("involvedObject.namespace", involved, "does not match event.namespace");
        }
    }

    /// <summary>A new event of <c>events.k8s.io/v1</c>, named in that version's words.</summary>
    /// <param name="item">The event in its stored form.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void NewEvent(JsonObject item, Problems problems)
    {
        if (!item.Has("eventTime"))
        {
            problems.Required("eventTime");
        }

        Text(item, "reportingComponent", "reportingController", problems);
        if (item.Text("reportingComponent") is { Length: > 0 } controller && NameRules.QualifiedName(controller) is { } problem)
        {
            problems.Invalid("reportingController", controller, problem);
        }

        foreach (var name in (ReadOnlySpan<string>)["reportingInstance", "action", "reason"])
        {
            Text(item, name, name, problems);
        }

        if (item.Text("message").Length > LongestNote)
        {
            problems.Invalid("message", "", $"can have at most {LongestNote} characters");
        }

        if (item.Text("type") is not ("Normal" or "Warning") and var type)
        {
            problems.Invalid("type", type, "has invalid value: " + type);
        }
    }

    private static void Text(JsonObject item, string name, string shown, Problems problems)
    {
        var text = item.Text(name);
        if (text.Length == 0)
        {
            problems.Required(shown);
        }
        else if (text.Length > LongestText)
        {
            problems.Invalid(shown, "", $"can have at most {LongestText} characters");
        }
    }
}
