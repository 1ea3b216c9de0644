using System.Text.Json;

namespace Crescent.Api.OpenApi;

/// <summary>Query and path parameters of operations.</summary>
internal static class OperationParameters
{
    private static readonly Parameter DryRun = new("dryRun", "string", "All: check and answer as usual, but store nothing.");
    private static readonly Parameter FieldManager = new("fieldManager", "string", "Name of the actor that makes the change.");

    private static readonly Parameter FieldValidation = new(
        "fieldValidation", "string", "What to do with unknown and duplicate fields: Ignore, Warn (default) or Strict.");

    private static readonly Parameter LabelSelector = new("labelSelector", "string", "Restricts to objects whose labels match.");
    private static readonly Parameter FieldSelector = new("fieldSelector", "string", "Restricts to objects whose fields match.");

    public static Parameter Pretty { get; } = new("pretty", "string", "true: indented output.");
    public static Parameter Namespace { get; } = new("namespace", "string", "Namespace of the object.", "path");

    public static Parameter[] Write { get; } = [DryRun, FieldManager, FieldValidation];

    public static Parameter[] Patch { get; } =
        [.. Write, new("force", "boolean", "Server-side apply only: take fields over from other managers.")];

    public static Parameter[] Delete { get; } =
    [
        DryRun, new("gracePeriodSeconds", "integer", "Seconds until the object is deleted; 0 for at once."),
        new("propagationPolicy", "string", "What becomes of dependents: Background, Foreground or Orphan."),
    ];

    public static Parameter[] List { get; } =
    [
        LabelSelector, FieldSelector, new("limit", "integer", "Most objects in one answer."),
        new("continue", "string", "Token of the previous answer; the next part of a limited list."),
        new("resourceVersion", "string", "Version the answer must not be older than, or where a watch begins."),
        new("resourceVersionMatch", "string", "How resourceVersion is meant: Exact or NotOlderThan."),
        new("watch", "boolean", "Watch for changes instead of listing."),
        new("allowWatchBookmarks", "boolean", "Watches may send BOOKMARK events."),
        new("sendInitialEvents", "boolean", "Watches send the state as events first."),
        new("timeoutSeconds", "integer", "Ends the call after this time."),
    ];

    public static Parameter[] DeleteCollection { get; } = [.. Delete, LabelSelector, FieldSelector];

    public static Parameter[] Log { get; } =
    [
        new("container", "string", "Container whose log to read; may be left out when there is one."),
        new("follow", "boolean", "Keep streaming."),
        new("previous", "boolean", "The log of the container's previous run."),
        new("sinceSeconds", "integer", "Only what is newer than this."),
        new("sinceTime", "string", "Only what is newer than this moment."),
        new("tailLines", "integer", "Only the last lines."),
        new("limitBytes", "integer", "Most bytes to answer."),
        new("timestamps", "boolean", "Put the time in front of each line."),
    ];

    public static Parameter[] Exec { get; } =
    [
        new("command", "string", "Command and arguments, one parameter each."),
        new("container", "string", "Container to run it in."),
        new("stdin", "boolean", "Connect standard input."),
        new("stdout", "boolean", "Connect standard output."),
        new("stderr", "boolean", "Connect standard error."),
        new("tty", "boolean", "Allot a terminal."),
    ];

    /// <summary>Of subresources that open a connection; null for others.</summary>
    public static Parameter[]? Connect(string subresource) => subresource switch
    {
        "exec" => Exec,
        "attach" => [.. Exec.Where(static item => item.Name != "command")],
        "portforward" => [new("ports", "integer", "Ports to forward, when WebSocket channels are used.")],
        "proxy" => [new("path", "string", "Path of the request to the backend.")],
        _ => null,
    };

    public static Parameter Name(string kind) => new("name", "string", $"Name of the {kind}.", "path");

    public static void WriteAll(Utf8JsonWriter writer, params ReadOnlySpan<Parameter> parameters)
    {
        writer.WriteStartArray("parameters");
        foreach (var parameter in parameters)
        {
            writer.WriteStartObject();
            writer.WriteString("name", parameter.Name);
            writer.WriteString("in", parameter.In);
            writer.WriteString("description", parameter.Description);
            if (parameter.In == "path")
            {
                writer.WriteBoolean("required", true);
            }

            writer.WriteStartObject("schema");
            writer.WriteString("type", parameter.Type);
            writer.WriteBoolean("uniqueItems", true);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    internal sealed record Parameter(string Name, string Type, string Description, string In = "query");
}
