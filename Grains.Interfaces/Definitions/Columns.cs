using System.Text.Json;

namespace Crescent.Definitions;

/// <summary>Column builders the kinds share.</summary>
internal static class Columns
{
    public const string None = "<none>";

    public static ColumnDefinition Age { get; } = new(
        "Age", "string", "Time since the object was created.",
        static (item, now) => HumanDuration.Since(item.Time("metadata", "creationTimestamp"), now));

    public static ColumnDefinition Text(string name, string description, Func<JsonElement, string> cell, int priority = 0) =>
        new(name, "string", description, (item, _) => cell(item), priority);

    public static ColumnDefinition Integer(string name, string description, Func<JsonElement, long> cell, int priority = 0) =>
        new(name, "integer", description, (item, _) => cell(item), priority);

    public static ColumnDefinition Boolean(string name, string description, Func<JsonElement, bool> cell, int priority = 0) =>
        new(name, "boolean", description, (item, _) => cell(item), priority);

    public static ColumnDefinition Containers { get; } =
        Text("Containers", "Names of each container in the template.", static item => Template(item, "name"), priority: 1);

    public static ColumnDefinition Images { get; } =
        Text("Images", "Images referenced by each container in the template.", static item => Template(item, "image"), priority: 1);

    public static ColumnDefinition LabelSelector { get; } =
        Text("Selector", "Label selector of the object.", static item => FormatSelector(item.At("spec", "selector")), priority: 1);

    /// <summary>For kinds without columns of their own.</summary>
    public static ColumnDefinition CreatedAt { get; } = new(
        "Created At", "date", "Time the object was created.", static (item, _) => item.Text("metadata", "creationTimestamp"));

    public static ColumnDefinition TopContainers { get; } =
        Text("Containers", "Names of each container in the template.", static item => ContainerFields(item.At("template"), "name"));

    public static ColumnDefinition TopImages { get; } =
        Text("Images", "Images referenced by each container in the template.", static item => ContainerFields(item.At("template"), "image"));

    public static string OrUnset(string text) => text.Length == 0 ? "<unset>" : text;

    /// <summary>A number, or text such as a percentage; <paramref name="otherwise"/> when there is neither.</summary>
    public static string IntOrText(JsonElement value, string otherwise) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? value.ToString() : otherwise;

    /// <summary>The controlling owner as <c>deployment.apps/web</c>.</summary>
    public static string Controller(JsonElement item)
    {
        var owner = item.Items("metadata", "ownerReferences").FirstOrDefault(static reference => reference.Flag("controller"));
        var (kind, apiVersion) = (owner.Text("kind").ToLowerInvariant(), owner.Text("apiVersion"));
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return kind.Length == 0 ? None : $"{kind}{(slash < 0 ? "" : "." + apiVersion[..slash])}/{owner.Text("name")}";
    }

    public static string OrNone(string text) => text.Length == 0 ? None : text;

    /// <summary><c>a=b,c=d</c> sorted by key.</summary>
    public static string FormatLabels(IEnumerable<JsonProperty> labels) =>
        OrNone(string.Join(',', labels.OrderBy(static label => label.Name, StringComparer.Ordinal).Select(static label => $"{label.Name}={label.Value}")));

    // As kubectl prints it: equality terms and expressions together, ordered by key.
    public static string FormatSelector(JsonElement selector)
    {
        var terms = selector.Members("matchLabels").Select(static label => (Key: label.Name, Text: $"{label.Name}={label.Value}"))
            .Concat(selector.Items("matchExpressions").Select(static term => (Key: term.Text("key"), Text: FormatExpression(term))));
        return OrNone(string.Join(',', terms.OrderBy(static term => term.Key, StringComparer.Ordinal).Select(static term => term.Text)));
    }

    private static string FormatExpression(JsonElement term)
    {
        var values = string.Join(',', term.Items("values").Select(static value => value.ToString()).Order(StringComparer.Ordinal));
        return term.Text("operator") switch
        {
            "In" => $"{term.Text("key")} in ({values})",
            "NotIn" => $"{term.Text("key")} notin ({values})",
            "DoesNotExist" => $"!{term.Text("key")}",
            _ => term.Text("key"),
        };
    }

    /// <summary>One field of all containers of a pod template.</summary>
    public static string ContainerFields(JsonElement template, string field) =>
        string.Join(',', template.Items("spec", "containers").Select(container => container.Text(field)));

    private static string Template(JsonElement item, string field) => ContainerFields(item.At("spec", "template"), field);
}
