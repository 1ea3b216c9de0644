namespace Crescent.Cel;

/// <summary>A path, or a resource, and what shall be done with it.</summary>
public sealed record AccessQuestion
{
    /// <summary>Empty for a resource.</summary>
    public string Path { get; init; } = "";

    public string Group { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public string FieldSelector { get; init; } = "";

    public string LabelSelector { get; init; } = "";

    public string Verb { get; init; } = "";

    /// <summary>Namespace and name; null for the user of the request.</summary>
    public (string Namespace, string Name)? ServiceAccount { get; init; }
}
